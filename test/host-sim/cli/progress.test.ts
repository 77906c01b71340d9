/** The display of a run while it lasts. */
import assert from 'node:assert/strict';
import sinon from 'sinon';
import {
  type LivePicture,
  liveProgress,
  localTime,
  plainLine,
  plainProgress,
} from '../../../host-sim/cli/progress.js';
import type { RunProgress } from '../../../host-sim/cli/run-types.js';
import { CONTROL_CODE } from './run-fixture.js';

const HOUR_MS = 3_600_000;
/** 06:30 in summer in Bergen. */
const START = { unixMs: Date.UTC(2026, 6, 13, 4, 30), offsetMs: 2 * HOUR_MS };
const moment = (simMs: number, changes: Partial<RunProgress> = {}): RunProgress => ({
  simMs,
  endMs: 72 * HOUR_MS,
  start: START,
  place: 'Blood bank',
  trueCentiC: [2140, -53],
  counts: { go: 6, look: 1, no: 0, empty: 1 },
  docked: false,
  ...changes,
});

describe('plain progress', () => {
  it('says local day and time, place, true temperatures by probe and counts in one line', () => {
    assert.equal(
      plainLine(moment(30.25 * HOUR_MS)),
      'day 2 12:45 | Blood bank | truth: probe 1 21.40 °C, probe 2 -0.53 °C | ' +
        'go 6, look 1, no 0, empty 1',
    );
    const docked = moment(0, { docked: true, trueCentiC: [null] });
    assert.match(
      plainLine(docked),
      /^day 1 06:30 \| Blood bank \(docked\) \| truth: probe 1 unknown \|/,
    );
  });

  it('counts days as scenarios and reports do: a new one begins at midnight', () => {
    const at = (hours: number) => localTime({ simMs: hours * HOUR_MS, start: START });
    assert.deepEqual([at(17.49), at(17.5)], ['day 1 23:59', 'day 2 00:00']);
    assert.equal(localTime({ simMs: 59_999, start: START }), 'day 1 06:30');
  });

  it('prints one line for every six hours, the first and the last moment once each', () => {
    const write = sinon.fake();
    const progress = plainProgress({ write });
    for (let ms = 0; ms <= 72 * HOUR_MS; ms += 60_000) progress.progress(moment(ms));
    progress.progress(moment(72 * HOUR_MS));
    progress.finish();
    const times = write.args.map(([line]) => (line as string).slice(0, 11));
    assert.equal(times.length, 13);
    assert.deepEqual(times.slice(0, 3), ['day 1 06:30', 'day 1 12:30', 'day 1 18:30']);
    assert.equal(times.at(-1), 'day 4 06:30');
  });

  it('catches up with one line after a jump over several periods', () => {
    const write = sinon.fake();
    const progress = plainProgress({ write });
    [0, 20 * HOUR_MS, 20.1 * HOUR_MS, 24 * HOUR_MS].forEach((ms) => progress.progress(moment(ms)));
    assert.deepEqual(
      write.args.map(([line]) => (line as string).slice(0, 11)),
      ['day 1 06:30', 'day 2 02:30', 'day 2 06:30'],
    );
  });

  it('prints each note as a line of its own', () => {
    const write = sinon.fake();
    plainProgress({ write }).note('kit 3 taken');
    assert.deepEqual(write.args, [['  kit 3 taken\n']]);
  });
});

describe('live progress', () => {
  function live(useColour: boolean, columns = 100) {
    const pictures: string[] = [];
    const picture = Object.assign((text: string) => void pictures.push(text), {
      clear: sinon.fake(),
      done: sinon.fake(),
    }) satisfies LivePicture;
    let now = 0;
    const progress = liveProgress(picture, { nowMs: () => now, useColour, columns });
    return { pictures, picture, progress, sleep: (ms: number) => void (now += ms) };
  }

  it('draws at most twelve pictures a second, and always the last', () => {
    const { pictures, progress, sleep } = live(false);
    for (let ms = 0; ms < 1000; ms++, sleep(1)) progress.progress(moment(ms * 60_000));
    progress.progress(moment(72 * HOUR_MS));
    assert.ok(pictures.length >= 12 && pictures.length <= 15, String(pictures.length));
    assert.match(pictures.at(-1)!, /100 % {2}day 4 06:30, 3 of 3 days/);
  });

  it('shows bar, place, temperature, counts, last notes, without colours if so asked', () => {
    const { pictures, progress } = live(false);
    for (let i = 0; i < 6; i++) progress.note(`note ${i}`);
    progress.progress(moment(36 * HOUR_MS, { docked: true }));
    const lines = pictures[0]!.split('\n');
    assert.match(lines[0]!, /^█{16}░{16} {2}50 % {2}day 2 18:30, 1\.5 of 3 days$/);
    assert.match(lines[1]!, /Blood bank · docked/);
    assert.match(lines[2]!, /^truth +probe 1 21\.40 °C, probe 2 -0\.53 °C$/);
    assert.match(lines[3]!, /● go 6 {3}◆ look 1 {3}■ no 0 {3}○ empty 1/);
    assert.deepEqual(lines.slice(4), ['· note 2', '· note 3', '· note 4', '· note 5']);
    assert.doesNotMatch(pictures[0]!, CONTROL_CODE);
  });

  it('has a shorter bar on a narrow terminal', () => {
    const { pictures, progress } = live(false, 60);
    progress.progress(moment(36 * HOUR_MS));
    const [first] = pictures[0]!.split('\n');
    assert.match(first!, /^█{9}░{9} {2}50 %/);
    assert.ok(first!.length <= 60, first);
  });

  it('clears its picture at the end', () => {
    const { picture, progress } = live(true);
    progress.progress(moment(0));
    progress.finish();
    sinon.assert.callOrder(picture.clear, picture.done);
  });
});
