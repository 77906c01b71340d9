/** Two containers at one dock, for what a kit takes from one to the other. */
import assert from 'node:assert/strict';
import { OBJECT } from '../../../firmware/core/handoff/protocol.js';
import { SLIP_WAY } from '../../../firmware/core/record/schema.js';
import { encodeCbor } from '../../../host-sim/backend/cbor.js';
import { KeyPair } from '../../../host-sim/backend/keys.js';
import { readSlip, type Slip } from '../../../host-sim/backend/objects.js';
import { makeGiai, makeGrai } from '../../../host-sim/world/labels.js';
import type { ProfileParts } from '../../core/excursion/support/profiles.js';
import { GRAI, seededEntropy } from '../../host-sim/backend/support/fixtures.js';
import type { Bench, BenchIdentity } from './bench.js';
import { dockedBench, type TestDock } from './dock.js';

/** An hour above 25 °C in a kit's life, nothing below 15 °C, 15 min without a reading. */
export const PROFILE: ProfileParts = {
  zones: [
    { operator: 'above', limitCentiC: 2500, allowance: 'cumulative', allowanceS: 3600 },
    { operator: 'below', limitCentiC: 1500, allowance: 'instant' },
  ],
  budget: { firstKnotC: 20, ratesPermille: [0, 1000, 2000], budgetS: 1_000_000 },
};

export const OTHER: BenchIdentity = {
  giai: makeGiai({ asset: '9521141LOG0008' }),
  grai: makeGrai({ asset: '952114100010', serial: 'C0008' }),
  key: KeyPair.generate(seededEntropy('the other container')),
};

export interface Box {
  readonly bench: Bench;
  readonly dock: TestDock;
}

/** Two containers at one dock, with clocks that agree. */
export async function twoBoxes(): Promise<[Box, Box]> {
  return [await dockedBench(PROFILE), await dockedBench(PROFILE, { identity: OTHER })];
}

/** A docked container is left alone for so long, at a temperature. */
export function wait({ bench, dock }: Box, seconds: number, centiC: number): void {
  dock.leave();
  bench.probes.centiC = [centiC, centiC];
  bench.run(seconds);
  dock.arrive();
}

/** The other container's clock goes on to where this one's is, and further. */
export function catchUp(box: Box, wallS: number): void {
  const behindS = wallS - box.bench.clock.wallS;
  assert.ok(behindS >= 0);
  wait(box, behindS, 2000);
}

/** A kit was warm for so long in a container, and was taken out; its slip was fetched. */
export function leaves(box: Box, warmS: number, serial = 'K1', slip = 0): Uint8Array {
  const { bench, dock } = box;
  bench.fill(0);
  assert.equal(dock.pack(0, serial, PROFILE, {}, slip), 1);
  wait(box, warmS, 2600);
  bench.empty(0);
  return dock.get(OBJECT.slip, kitOf(bench));
}

const kitOf = (bench: Bench): number => bench.last('kit').fields['kit']!;

export function bring(from: Box, to: Box, signed: Uint8Array): number {
  return to.dock.put(OBJECT.slip, encodeCbor([from.bench.certificate, signed]));
}

export function slipOf({ bench }: Box, signed: Uint8Array): Slip {
  const { giai, signer } = bench;
  return readSlip(signed, { giai, grai: GRAI, publicKey: signer.publicKey });
}

/** Ways and numbers of a container's SLIP records: "left 1", "came 1", … */
export function slips(bench: Bench): string[] {
  return bench.records('slip').map(({ fields }) => {
    const way = Object.entries(SLIP_WAY).find(([, code]) => code === fields['way'])?.[0];
    return `${way} ${fields['number']}`;
  });
}
