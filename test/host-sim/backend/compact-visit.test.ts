import assert from 'node:assert/strict';
import { OBJECT } from '../../../firmware/core/handoff/protocol.js';
import { Session } from '../../../firmware/core/handoff/session.js';
import { RecordBuffer } from '../../../firmware/core/record/record.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { decodeBlocks } from '../../../host-sim/backend/decode.js';
import { DockGateway } from '../../../host-sim/backend/dock-gateway.js';
import { decodeHandoff, encodeHandoff } from '../../../host-sim/backend/handoff-file.js';
import { type Visit, visitsOf } from '../../../host-sim/backend/handoff-file.js';
import { ProfileLibrary } from '../../../host-sim/backend/profile.js';
import type { EncodingName } from '../../../host-sim/backend/protocol.js';
import type { DecodedLog, FlashBlock } from '../../../host-sim/backend/record-types.js';
import { checkVisit } from '../../../host-sim/backend/visit-check.js';
import { SimAir } from '../../../host-sim/ports/air.js';
import { SimEntropy } from '../../../host-sim/ports/entropy.js';
import { CONTAINER_KEY, SessionBench } from '../../core/handoff/support/session-bench.js';
import { BLOOD_BANK, GIAI, GRAI, testAuthority } from './support/fixtures.js';

/** What a visit brought, and what it took. */
interface Outcome {
  readonly log: DecodedLog;
  readonly chainHash: Uint8Array;
  readonly sequence: number;
  readonly blockBytes: number;
  readonly file: Uint8Array;
}

function fill(bench: SessionBench): void {
  for (let i = 0; i < 2500; i++) {
    if (i % 60 === 59) bench.fillJournal(1);
    bench.append(RECORD.reading, (record) => {
      record.fields.set([500 + (i % 3), 400 + ((i * 37) % 11), 450 - ((i * 31) % 5)]);
    });
  }
}

/** One visit over the simulated air, from connection to receipt. */
async function visit(
  encoding: EncodingName,
  { lossPerEvent = 0, isOffered = true, isDisturbed = false } = {},
): Promise<Outcome> {
  const authority = await testAuthority();
  const bench = new SessionBench();
  fill(bench);
  let nowMs = 0;
  const air = new SimAir({ seed: 3, nowMs: () => nowMs, lossPerEvent });
  const compact = { work: bench.desk.inbox, spare: new RecordBuffer(), sectorCount: 32 };
  const { journal, desk, signer } = bench;
  const entropy = new SimEntropy('visit');
  const offer = isOffered ? compact : null;
  const session = new Session(air, journal, desk, signer, entropy, bench, offer);
  const { publicKey } = CONTAINER_KEY;
  const certificate = authority.certificate({ giai: GIAI, grai: GRAI, publicKey });
  session.outbox.certificate.set(certificate);
  session.outbox.certificateLength = certificate.length;
  session.outbox.kid.set(CONTAINER_KEY.kid);
  bench.desk.rootKey.set(authority.rootPublicKey);
  bench.handler.startObject = (bytes, payload) => {
    if (payload.kind === OBJECT.receipt) isReceipted = true;
    else bench.roles.load(desk.reader, bytes, payload.bodyAt, payload.bodyLength);
    return 1;
  };
  let isReceipted = false;
  let outcome: Outcome | undefined;
  const gateway = new DockGateway({
    authority,
    profiles: await ProfileLibrary.load(),
    dockId: BLOOD_BANK,
    tasks: [{ kind: 'roles' }],
    nowWallS: () => bench.wallS,
    encoding,
    receiver: {
      review: () => Promise.resolve(undefined),
      recalled: () => Promise.resolve([]),
      toHold: () => Promise.resolve([]),
      receive: (brought) => {
        const checked = checkVisit(brought, authority.rootPublicKey, decodeBlocks);
        const { sequence, chainHash, epoch } = checked.checkpoint;
        const file = encodeHandoff(gateway.received);
        const blockBytes = brought.blocks.reduce((sum, { bytes }) => sum + bytes.length, 0);
        outcome = { log: checked.log, chainHash, sequence, blockBytes, file };
        const receipt = { giai: GIAI, epoch, sequence, chainHash, wallS: bench.wallS };
        const stored = checked.records.length;
        return Promise.resolve({ receipt: authority.receipt(receipt), sequence, stored });
      },
    },
  });
  air.power(1);
  air.connect();
  let isJoined = false;
  for (; !gateway.done; nowMs += 5) {
    assert.ok(nowMs < 600_000, 'the visit does not end');
    air.advanceTo(nowMs);
    if (air.isConnected && !isJoined) gateway.onConnected();
    if (!air.isConnected) air.connect();
    isJoined = air.isConnected;
    for (let m = air.dockReceive(); m !== undefined; m = air.dockReceive()) gateway.onMessage(m);
    await gateway.pending;
    for (let m = gateway.takeOutgoing(); m !== undefined; m = gateway.takeOutgoing()) {
      air.dockSend(m);
    }
    session.step();
    if (isDisturbed) journal.reader.open(nowMs % 2, 4096); // as a thinning short of room does
  }
  assert.equal(gateway.failed, undefined);
  assert.ok(isReceipted, 'the receipt came back');
  return outcome!;
}

describe('a visit in the compact form', () => {
  let verbatim: Outcome;
  let compact: Outcome;
  before(async function () {
    this.timeout(20_000);
    verbatim = await visit('verbatim');
    compact = await visit('compact');
  });

  it('brings the same records and hashes as a verbatim one, in half the bytes', () => {
    assert.deepEqual(compact.log.records, verbatim.log.records);
    assert.deepEqual(compact.log.chainHashes, verbatim.log.chainHashes);
    assert.deepEqual(
      [compact.sequence, compact.chainHash],
      [verbatim.sequence, verbatim.chainHash],
    );
    assert.deepEqual(compact.log.chainHashAt(1777), verbatim.log.chainHashAt(1777));
    assert.ok(verbatim.log.records.length > 2500 && verbatim.log.chainHashes.size > 2);
    const share = compact.blockBytes / verbatim.blockBytes;
    assert.ok(share < 0.55, `${compact.blockBytes} of ${verbatim.blockBytes} bytes`);
  });

  it('brings the same over a link that is lost again and again', async () => {
    const { log, chainHash } = await visit('compact', { lossPerEvent: 0.05 });
    assert.deepEqual([log.records, chainHash], [compact.log.records, compact.chainHash]);
  });

  it('comes back from its hand-off file', () => {
    const visits = visitsOf(decodeHandoff(compact.file));
    const log = decodeBlocks(visits.flatMap(({ blocks }) => blocks));
    assert.deepEqual([log.records, log.problems], [compact.log.records, []]);
  });

  it('is decoded with what came verbatim, and as that where both came', () => {
    const blocksOf = ({ file }: Outcome): FlashBlock[] =>
      visitsOf(decodeHandoff(file)).flatMap(({ blocks }) => blocks);
    const early = blocksOf(verbatim).filter(({ segment }) => segment < 1);
    const late = blocksOf(compact).filter(({ segment }) => segment > 0);
    const mixed = decodeBlocks([...late, ...early]);
    assert.deepEqual([mixed.records, mixed.problems], [verbatim.log.records, []]);
    const both = decodeBlocks([...blocksOf(compact), ...blocksOf(verbatim)]);
    assert.deepEqual([both.records, both.problems], [verbatim.log.records, []]);
  });

  describe('beside a verbatim copy of the same segment', () => {
    const blocksOf = ({ file }: Outcome): FlashBlock[] =>
      visitsOf(decodeHandoff(file)).flatMap(({ blocks }) => blocks);
    /** Segment 1, of each of its blocks only a share of the bytes. */
    const partOf = (outcome: Outcome, share: number): FlashBlock[] =>
      blocksOf(outcome)
        .filter(({ segment }) => segment === 1)
        .map((block) => {
          const length = Math.ceil(share * block.bytes.length);
          return { ...block, bytes: block.bytes.subarray(0, length) };
        });
    const without = (outcome: Outcome): FlashBlock[] =>
      blocksOf(outcome).filter(({ segment }) => segment !== 1);

    it('is taken where only a part of that came', () => {
      for (const share of [0.01, 0.3, 0.9]) {
        const both = [...partOf(verbatim, share), ...blocksOf(compact)];
        const { records, problems } = decodeBlocks(both);
        assert.deepEqual([records, problems], [verbatim.log.records, []], `${share}`);
      }
    });

    it('is left where only a part of it came', () => {
      for (const share of [0.01, 0.3, 0.9]) {
        const both = [...partOf(compact, share), ...blocksOf(verbatim)];
        const { records, problems } = decodeBlocks(both);
        assert.deepEqual([records, problems], [verbatim.log.records, []], `${share}`);
      }
    });

    it('is taken where it gives more, when of both only a part came', () => {
      const both = [...partOf(verbatim, 0.3), ...partOf(compact, 0.6), ...without(compact)];
      const more = decodeBlocks([...partOf(compact, 0.6), ...without(compact)]);
      assert.deepEqual(decodeBlocks(both).records, more.records);
    });

    it('must agree with it', () => {
      const whole = [...blocksOf(verbatim), ...partOf(compact, 1)];
      assert.deepEqual(decodeBlocks(whole).problems, []);
      const altered = partOf(compact, 0.5).map((block) => {
        const bytes = block.bytes.map((byte, i) => (i === 300 ? byte ^ 1 : byte));
        return { ...block, bytes };
      });
      const [problem] = decodeBlocks([...blocksOf(verbatim), ...altered]).problems;
      assert.match(problem ?? '', /segment 1: came in both forms, .* they part at record \d+/);
    });
  });

  it('is told to be damaged where a segment is missing, cut short or altered', () => {
    const [{ blocks }] = visitsOf(decodeHandoff(compact.file)) as [Visit];
    const without = (segment: number): FlashBlock[] =>
      blocks.filter((block) => block.segment !== segment);
    const [problem] = decodeBlocks(without(1)).problems;
    assert.match(problem ?? '', /segment 2: begins with record \d+ and came without its opening/);
    assert.match(decodeBlocks(without(0)).problems[0] ?? '', /segment 1: came without its opening/);
    const cut = (change: (bytes: Uint8Array) => Uint8Array): FlashBlock[] =>
      blocks.map((block) =>
        block.segment === 1 ? { ...block, bytes: change(block.bytes) } : block,
      );
    const short = decodeBlocks(cut((bytes) => bytes.subarray(0, 500))).problems;
    assert.match(short[0] ?? '', /segment 1: ends at offset 536, expected its end mark/);
    const altered = decodeBlocks(
      cut((bytes) => bytes.map((byte, i) => (i === 700 ? byte ^ 1 : byte))),
    );
    const isFound =
      altered.problems.length > 0 ||
      Buffer.compare(altered.chainHashAt(compact.sequence), compact.chainHash) !== 0;
    assert.ok(isFound);
  });

  it('is a verbatim one where the container does not come to encode', async () => {
    const { blockBytes, chainHash } = await visit('compact', { isDisturbed: true });
    assert.deepEqual([blockBytes, chainHash], [verbatim.blockBytes, verbatim.chainHash]);
  });

  it('is a verbatim one where the container does not offer the compact form', async () => {
    const { blockBytes, chainHash } = await visit('compact', { isOffered: false });
    assert.deepEqual([blockBytes, chainHash], [verbatim.blockBytes, verbatim.chainHash]);
  });
});
