import assert from 'node:assert/strict';
import sinon from 'sinon';
import { FAULT } from '../../firmware/core/faults.js';
import { FrameCodec } from '../../firmware/core/record/frame.js';
import type { BitReader } from '../../firmware/core/record/rice.js';
import type { Tear } from '../../host-sim/ports/flash-tear.js';
import { Campaign, type Cut, type Workload } from './campaign.js';
import { WORKLOADS } from './workloads.js';

/** Operations that a recovery and its first record take: settle, erase, snapshot, header, frame. */
const RECOVERY_OPERATIONS = 6;
/** Different fates of the same operation: which bits are done is drawn by the seed. */
const SEEDS: Readonly<Record<Tear, number>> = { clean: 1, prefix: 2, subset: 3, unstable: 3 };

const campaigns = new Map<Workload, Campaign>();

function campaignOf(workload: Workload): Campaign {
  const campaign = campaigns.get(workload) ?? new Campaign(workload);
  campaigns.set(workload, campaign);
  return campaign;
}

/** Every operation of the script, in every fate. */
function everyCut(campaign: Campaign, tear: Tear): Cut[] {
  const cuts: Cut[] = [];
  for (let operation = 1; operation <= campaign.operationCount; operation++) {
    for (let seed = 0; seed < SEEDS[tear]; seed++) cuts.push({ operation, tear, seed });
  }
  return cuts;
}

describe('a power cut in any operation of the journal', function () {
  this.timeout(60_000);
  for (const workload of WORKLOADS) {
    for (const tear of ['clean', 'prefix', 'subset', 'unstable'] as const) {
      it(`loses, alters and doubles nothing: ${workload.name}, ${tear}`, () => {
        const campaign = campaignOf(workload);
        for (const cut of everyCut(campaign, tear)) campaign.try(cut);
      });
    }
  }
});

describe('a power cut in any operation of the recovery from one', function () {
  this.timeout(60_000);
  for (const workload of WORKLOADS) {
    it(`loses, alters and doubles nothing: ${workload.name}`, () => {
      const campaign = campaignOf(workload);
      for (const tear of ['prefix', 'subset', 'unstable'] as const) {
        for (let operation = 1; operation <= campaign.operationCount; operation += 4) {
          for (let again = 1; again <= RECOVERY_OPERATIONS; again++) {
            const later = 1 + ((operation + again) % RECOVERY_OPERATIONS);
            campaign.try({ operation, tear, seed: again, again: [again, later] });
          }
        }
      }
    });
  }
});

/** The private parts of a codec that the control below reaches into. */
interface CodecParts {
  readonly input: BitReader;
  checkedLength: (this: CodecParts, bytes: Uint8Array, at: number) => number;
}

describe('the campaign itself', function () {
  this.timeout(60_000);
  afterEach(() => sinon.restore());

  it('notices torn readings when any zero count is taken for right', () => {
    const codec = FrameCodec.prototype as unknown as CodecParts;
    const genuine = codec.checkedLength;
    sinon.stub(codec, 'checkedLength').callsFake(function (this: CodecParts, bytes, at) {
      const { input } = this;
      const { at: inputAt, used } = input;
      const first = bytes[at]!;
      let result: number = FAULT.malformed;
      for (let count = 0; count < 32 && result < 0; count++) {
        bytes[at] = (first & 7) | (count << 3);
        input.at = inputAt;
        input.used = used;
        result = genuine.call(this, bytes, at);
      }
      bytes[at] = first;
      return result;
    });
    const readings = campaignOf(WORKLOADS[1]!); // begins with twelve readings
    const cuts: Cut[] = [];
    for (let operation = 8; operation <= 16; operation++) {
      for (let seed = 0; seed < 20; seed++) cuts.push({ operation, tear: 'subset', seed });
    }
    assert.ok(readings.countFailures(cuts) > 0);
    sinon.restore();
    assert.equal(readings.countFailures(cuts), 0);
  });
});
