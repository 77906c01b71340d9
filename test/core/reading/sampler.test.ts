import assert from 'node:assert/strict';
import { putI32, putU16 } from '../../../firmware/core/bytes.js';
import { FAULT } from '../../../firmware/core/faults.js';
import type { Limits } from '../../../firmware/core/limits.js';
import { PROBE_LAYOUT, type ProbePort } from '../../../firmware/core/ports.js';
import { PLAUSIBLE_STATE_WORDS } from '../../../firmware/core/reading/plausible.js';
import { Sampler } from '../../../firmware/core/reading/sampler.js';
import { RecordBuffer } from '../../../firmware/core/record/record.js';
import { GAP_REASON, RECORD } from '../../../firmware/core/record/schema.js';
import { HUMIDITY_ABSENT, TEMPERATURE_ABSENT } from '../../../firmware/core/units.js';

/** What a probe does with one conversion. */
interface Plan {
  readonly startFault?: number;
  /** Polls that answer "still converting" first. */
  readonly waits?: number;
  readonly fault?: number;
  readonly centiC?: number;
  readonly humidityPermille?: number;
}

/** Probes that follow plans; what they are asked is kept. */
class PlannedProbes implements ProbePort {
  plans: readonly Plan[] = [];
  readonly asked: string[] = [];
  private waited: number[] = [];

  start(probe: number): number {
    this.asked.push(`start ${probe}`);
    this.waited[probe] = 0;
    return this.plans[probe]?.startFault ?? 0;
  }

  poll(probe: number, into: Uint8Array): number {
    this.asked.push(`poll ${probe}`);
    const plan = this.plans[probe] ?? {};
    if (this.waited[probe]!++ < (plan.waits ?? 0)) return 0;
    if (plan.fault !== undefined) return plan.fault;
    putI32(into, PROBE_LAYOUT.temperatureCentiC, plan.centiC ?? 2000);
    putU16(into, PROBE_LAYOUT.humidityPermille, plan.humidityPermille ?? HUMIDITY_ABSENT);
    return PROBE_LAYOUT.bytes;
  }
}

const LIMITS: Limits = {
  slotCount: 1,
  probeCount: 2,
  slotProbes: Uint8Array.of(0b11),
  samplePeriodS: 60,
  conversionLimitMs: 1000,
  journalBytes: 65536,
  isHardware: false,
};

function rig(...plans: readonly Plan[]): { sampler: Sampler; probes: PlannedProbes } {
  const probes = new PlannedProbes();
  probes.plans = plans;
  return { sampler: new Sampler(probes, new Int32Array(PLAUSIBLE_STATE_WORDS), LIMITS), probes };
}

/** The READING record that a completed instant gives. */
function readingOf(sampler: Sampler): RecordBuffer {
  const record = new RecordBuffer();
  sampler.fill(record);
  return record;
}

describe('a sampling instant', () => {
  it('is due at once after the start, then at every whole period of the uptime', () => {
    const { sampler } = rig();
    const due: number[] = [];
    for (let uptimeS = 7; uptimeS <= 250; uptimeS++) {
      if (sampler.step(uptimeS, 0) === 1) due.push(uptimeS);
    }
    assert.deepEqual(due, [7, 60, 120, 180, 240]);
  });

  it('that was slept through is made up once, and not more often', () => {
    const { sampler } = rig();
    assert.equal(sampler.step(0, 0), 1);
    assert.equal(sampler.step(425, 0), 1);
    assert.equal(sampler.step(426, 0), 0);
    assert.equal(sampler.step(480, 0), 1);
  });

  it('lets sleep until the next one, to the millisecond', () => {
    const { sampler } = rig();
    assert.equal(sampler.sleepMs(0, 0), 0);
    sampler.step(0, 200);
    assert.equal(sampler.sleepMs(0, 200), 59_800);
    assert.equal(sampler.sleepMs(59, 999), 1);
    assert.equal(sampler.sleepMs(61, 0), 0);
  });

  it('starts all probes together, then waits for the slowest', () => {
    const { sampler, probes } = rig({ waits: 1 }, { waits: 3, centiC: 2100 });
    const results = [0, 130, 260, 390].map((ms) => sampler.step(0, ms));
    assert.deepEqual(results, [0, 0, 0, 1]);
    assert.deepEqual(probes.asked.slice(0, 4), ['start 0', 'start 1', 'poll 0', 'poll 1']);
    assert.equal(probes.asked.filter((it) => it === 'poll 0').length, 2); // not asked again
    const { fields, type, uptimeS } = readingOf(sampler);
    assert.deepEqual([type, uptimeS], [RECORD.reading, 0]);
    assert.deepEqual([fields[1], fields[2]], [2000, 2100]);
  });

  it('looks again soon while parts convert', () => {
    const { sampler } = rig({ waits: 9 });
    sampler.step(0, 0);
    const sleepMs = sampler.sleepMs(0, 0);
    assert.ok(sleepMs > 0 && sleepMs <= 200);
  });

  it('bears the time at which its conversions began', () => {
    const { sampler } = rig({ waits: 1 });
    sampler.step(60, 900);
    assert.equal(sampler.step(61, 30), 1);
    assert.equal(sampler.instantUptimeS, 60);
    assert.equal(readingOf(sampler).uptimeS, 60);
  });

  it('gives up on a part at the time limit, and not before', () => {
    const { sampler } = rig({ waits: 99 }, { centiC: 2100 });
    assert.equal(sampler.step(0, 500), 0);
    assert.equal(sampler.step(1, 499), 0);
    assert.equal(sampler.step(1, 500), 1);
    assert.deepEqual([...sampler.reasons.subarray(0, 2)], [GAP_REASON.timeout, 0]);
    assert.deepEqual([...readingOf(sampler).fields.subarray(1, 3)], [TEMPERATURE_ABSENT, 2100]);
  });

  it('takes an answer that comes with the time limit', () => {
    const { sampler } = rig({ waits: 1, centiC: 2345 });
    sampler.step(0, 0);
    assert.equal(sampler.step(1, 0), 1);
    assert.equal(readingOf(sampler).fields[1], 2345);
  });

  const GAPS: readonly (readonly [string, Plan, number])[] = [
    ['a start that fails', { startFault: FAULT.busError }, GAP_REASON.busError],
    ['a start while it still converts', { startFault: FAULT.busy }, GAP_REASON.timeout],
    ['a wrong checksum', { fault: FAULT.badChecksum }, GAP_REASON.badChecksum],
    ['a missing field', { fault: FAULT.fieldMissing }, GAP_REASON.fieldMissing],
    ['a sentinel', { centiC: 25600 }, GAP_REASON.sentinel],
    ['a value out of range', { centiC: 12000 }, GAP_REASON.range],
  ];
  for (const [name, plan, reason] of GAPS) {
    it(`has no value but a reason after ${name}, and the other probe its value`, () => {
      const { sampler } = rig(plan, { centiC: 2100 });
      assert.equal(sampler.step(0, 0), 1);
      assert.deepEqual([...sampler.reasons.subarray(0, 2)], [reason, 0]);
      assert.deepEqual([...readingOf(sampler).fields.subarray(1, 3)], [TEMPERATURE_ABSENT, 2100]);
    });
  }

  it('forgets the gap of the instant before', () => {
    const { sampler, probes } = rig({ fault: FAULT.busError });
    sampler.step(0, 0);
    probes.plans = [{ centiC: 1900 }];
    sampler.step(60, 0);
    assert.equal(sampler.reasons[0], 0);
    assert.equal(readingOf(sampler).fields[1], 1900);
  });

  it('has no value of a probe that steps, but of one beside it', () => {
    const { sampler, probes } = rig({ centiC: 2000, humidityPermille: 431 }, { centiC: 2000 });
    sampler.step(0, 0);
    probes.plans = [{ centiC: 4000, humidityPermille: 431 }, { centiC: 2001 }];
    assert.equal(sampler.step(60, 0), 1);
    assert.deepEqual([...sampler.reasons.subarray(0, 2)], [GAP_REASON.step, 0]);
    const { fields } = readingOf(sampler);
    assert.deepEqual([...fields.subarray(0, 3)], [HUMIDITY_ABSENT, TEMPERATURE_ABSENT, 2001]);
  });

  it('does not believe a probe that was stuck before until its value changes', () => {
    const { sampler, probes } = rig({ centiC: 2000 }, { centiC: 2000 });
    sampler.distrust(1);
    const reasons = [0, 60, 120].map((atS) => {
      if (atS === 120) probes.plans = [{ centiC: 2000 }, { centiC: 2001 }];
      sampler.step(atS, 0);
      return [...sampler.reasons.subarray(0, 2)];
    });
    const { stuck } = GAP_REASON;
    assert.deepEqual(reasons, [
      [0, stuck],
      [0, stuck],
      [0, 0],
    ]);
  });

  it('takes the humidity of the first probe that has one', () => {
    const humidityOf = (...plans: readonly Plan[]): number => {
      const { sampler } = rig(...plans);
      sampler.step(0, 0);
      return readingOf(sampler).fields[0]!;
    };
    assert.equal(humidityOf({}, { humidityPermille: 431 }), 431);
    assert.equal(humidityOf({ humidityPermille: 402 }, { humidityPermille: 431 }), 402);
    assert.equal(humidityOf({}, {}), HUMIDITY_ABSENT);
    const broken = { centiC: 25600, humidityPermille: 402 }; // nothing of a gap is believed
    assert.equal(humidityOf(broken, {}), HUMIDITY_ABSENT);
  });
});
