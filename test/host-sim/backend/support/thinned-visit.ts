/** A journal of 16 sectors that its container thinned twice over, and visits that hand it over. */
import { RECORD } from '../../../../firmware/core/record/schema.js';
import type { Authority } from '../../../../host-sim/backend/authority.js';
import { decodeBlocks } from '../../../../host-sim/backend/decode.js';
import type { Visit } from '../../../../host-sim/backend/handoff-file.js';
import { KeyPair } from '../../../../host-sim/backend/keys.js';
import { makeCheckpoint } from '../../../../host-sim/backend/objects.js';
import { blocksOfImage } from '../../../../host-sim/backend/segments.js';
import { makeRecord } from '../../../support/records.js';
import { ThinBox } from '../../../support/thin-box.js';
import { BLOOD_BANK, GIAI, GRAI, seededEntropy } from './fixtures.js';

const container = KeyPair.generate(seededEntropy('container'));

/** Flash images: before anything was thinned, and in the second lap. */
export function thinnedImages(): { early: Uint8Array; late: Uint8Array } {
  const box = new ThinBox({ sectorCount: 16 });
  box.boot();
  box.storeBoot();
  let early = new Uint8Array(0);
  for (let i = 1; i <= 40_000; i++) {
    const noise = (i * 7919) % 97;
    box.store(makeRecord(RECORD.reading, i * 60, [500 + (noise % 3), 400 + noise, 390]));
    if (i % 400 === 0) box.store(makeRecord(RECORD.lid, i * 60, [(i / 400) & 1]));
    if (i === 3000) early = Uint8Array.from(box.flash.image());
  }
  return { early, late: box.flash.image() };
}

/** All of an image, with a checkpoint at its last record. */
export function visitOfImage(authority: Authority, image: Uint8Array): Visit {
  const blocks = blocksOfImage(image);
  const log = decodeBlocks(blocks);
  const { lastSequence: sequence, epoch } = log;
  const place = { giai: GIAI, epoch, sequence, chainHash: log.chainHashAt(sequence) };
  const checkpoint = makeCheckpoint(container, { ...place, boot: 1, uptimeS: 0, wallS: null });
  const { publicKey } = container;
  const certificate = authority.certificate({ giai: GIAI, grai: GRAI, publicKey });
  return { dockId: BLOOD_BANK, certificate, checkpoint, blocks };
}
