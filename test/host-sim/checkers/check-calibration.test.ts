/**
 * The oracle of `calibration`: the reason stands from the first reading on that no calibrated probe
 * gave, and stays. Kit "a" is packed at 1000 s between two probes; certificates and clocks are
 * records.
 */
import assert from 'node:assert/strict';
import { RULE } from '../../../host-sim/checkers/codes.js';
import { compareWithTruth } from '../../../host-sim/checkers/compare.js';
import {
  COOL,
  type Course,
  KIT_LINES,
  PACK,
  START_WALL_S,
  line,
  readingLines,
  recordsOf,
  rules,
  truthOf,
} from './tiny.js';

type Line = ReturnType<typeof line>;
const CALIBRATION = 1 << RULE.calibration;
const RELEASED = 1 << RULE.released;
const FAR_S = 1_000_000;

/** A certificate of a probe, installed before the kit is packed, until a second of the journey. */
const certificate = (probe: number, dueS: number | null, atS = 0): Line => {
  const dueWallS = dueS === null ? 0 : START_WALL_S + dueS;
  return line('calibration', atS, { probe, dueWallS, listCrc: 0 });
};
const verdict = (atS: number, code: number, reasons: number): Line =>
  line('verdict', atS, { kit: 0, verdict: code, reasons, budgetLeftS: -1 });
const unknownFrom = (atS: number): Line => verdict(atS, 2, CALIBRATION);
const boot = (wallSource: number): Line =>
  line('boot', 0, { wallSource, wallS: wallSource === 0 ? -2147483648 : START_WALL_S });
const clock = (atS: number, aheadS: number): Line =>
  line('clock', atS, { wallSource: 2, newWallS: START_WALL_S + atS + aheadS });

/** What the oracle finds of the verdicts of four hours. */
function found(lines: readonly Line[], needsCalibration = true, second: Course = COOL): string {
  const truth = truthOf({
    endS: 14_400,
    probes: [COOL, second],
    entries: [{ ...PACK, atS: 1000 }],
  });
  const hasBoot = lines.some(({ type }) => type === 'boot');
  const kit = KIT_LINES.map((one) => ({ ...one, uptimeS: 1001 }));
  const head = hasBoot ? [] : [boot(1)];
  const records = recordsOf([...head, ...lines, ...kit, ...readingLines(truth)]);
  return compareWithTruth({ truth, profiles: [rules({ needsCalibration })], records })
    .filter(({ about }) => about === 'verdict')
    .map(({ message }) => message)
    .join('\n');
}

describe('the oracle of calibration', () => {
  it('asks for the reason where no probe is calibrated, and where the profile asks for one', () => {
    assert.match(found([]), /calibration is missing among the reasons/);
    assert.equal(found([unknownFrom(1081)]), '');
    assert.equal(found([], false), '');
    assert.match(found([unknownFrom(1081)], false), /record \d+: calibration is a reason, every/);
  });

  it('is content with one calibrated probe, as long as it gives the readings', () => {
    const one = certificate(1, FAR_S);
    assert.equal(found([one]), '');
    assert.match(found([one, unknownFrom(5000)]), /calibration is a reason, every reading/);
    const fails: Course = (atS) => (atS >= 7200 && atS < 7260 ? null : 500);
    assert.match(found([one], true, fails), /the final verdict: calibration is missing/);
    assert.equal(found([one, unknownFrom(7201)], true, fails), '');
    assert.match(found([one, unknownFrom(7100)], true, fails), /calibration is a reason, every/);
  });

  it('knows when the last certificate ends, and that the reason stays', () => {
    const ends = [certificate(0, 3600), certificate(1, 7200)];
    assert.match(found(ends), /the final verdict: calibration is missing/);
    assert.equal(found([...ends, unknownFrom(7201)]), '');
    assert.match(found([...ends, unknownFrom(3661)]), /calibration is a reason, every reading/);
    const renewed = [...ends, unknownFrom(7201), certificate(0, FAR_S, 9000)];
    assert.equal(found(renewed), '');
    assert.match(found([...renewed, verdict(9001, 0, 0)]), /record \d+: calibration is missing/);
  });

  it('takes a certificate that is renewed in time, and one that is taken away', () => {
    assert.equal(found([certificate(0, 7200), certificate(0, FAR_S, 7000)]), '');
    const taken = [certificate(0, FAR_S), certificate(0, null, 7000)];
    assert.match(found(taken), /the final verdict: calibration is missing/);
    assert.equal(found([...taken, unknownFrom(7021)]), '');
  });

  it('leaves it as it was while no clock is set', () => {
    const ends = [boot(0), certificate(0, 7200)];
    assert.equal(found(ends), '');
    assert.match(found([...ends, unknownFrom(7201)]), /calibration is a reason, every reading/);
    const told = [...ends, clock(9000, 0)];
    assert.match(found(told), /the final verdict: calibration is missing/);
    assert.equal(found([...told, unknownFrom(9001)]), '');
  });

  it('goes by the clock that the container has', () => {
    const ahead = [certificate(0, 7200), clock(3000, 6000)];
    assert.match(found(ahead), /the final verdict: calibration is missing/);
    assert.equal(found([...ahead, unknownFrom(3001)]), '');
  });

  it('asks that the next reading reopens it once it is released', () => {
    const reviewedSequence = 1_000;
    const release = (atS: number): Line =>
      line('decision', atS, { kit: 0, decision: 2, reasons: CALIBRATION, reviewedSequence });
    const until = [certificate(0, 3600), unknownFrom(3601), certificate(0, FAR_S, 5000)];
    const released = verdict(7002, 0, CALIBRATION | RELEASED);
    assert.equal(found([...until, release(7001), released]), '');
    const anew = [...until, release(7001), released, certificate(0, null, 9000)];
    assert.match(found(anew), /verdict usable, its reasons lead to none: what is released/);
    assert.equal(found([...anew, unknownFrom(9001)]), '');
  });
});
