/** The display of a run while it lasts. */
import assert from 'node:assert/strict';
import sinon from 'sinon';
import {
  type LivePicture,
  dayAndTime,
  liveProgress,
  plainLine,
  plainProgress,
  silentProgress,
} from '../../../host-sim/cli/progress.js';
import type { RunProgress } from '../../../host-sim/cli/run-types.js';
import { CONTROL_CODE } from './run-fixture.js';

const HOUR_MS = 3_600_000;
const moment = (simMs: number, changes: Partial<RunProgress> = {}): RunProgress => ({
  simMs,
  endMs: 72 * HOUR_MS,
  place: 'Blood bank',
  temperaturesCentiC: [2140, -53],
  counts: { go: 6, look: 1, no: 0, empty: 1 },
  docked: false,
  ...changes,
});

describe('plain progress', () => {
  it('says day, time, place, temperatures and counts in one line', () => {
    assert.equal(
      plainLine(moment(30.25 * HOUR_MS)),
      'day 2 06:15 | Blood bank | 21.40 / -0.53 °C | go 6, look 1, no 0, empty 1',
    );
    const docked = moment(0, { docked: true, temperaturesCentiC: [null] });
    assert.match(plainLine(docked), /^day 1 00:00 \| Blood bank \(docked\) \| gap °C \|/);
    assert.match(plainLine(moment(0, { temperaturesCentiC: [] })), /no reading yet/);
  });

  it('prints one line for every six hours, the first and the last moment once each', () => {
    const write = sinon.fake();
    const progress = plainProgress({ write });
    for (let ms = 0; ms <= 72 * HOUR_MS; ms += 60_000) progress.progress(moment(ms));
    progress.progress(moment(72 * HOUR_MS));
    progress.finish();
    const times = write.args.map(([line]) => (line as string).slice(0, 11));
    assert.equal(times.length, 13);
    assert.deepEqual(times.slice(0, 3), ['day 1 00:00', 'day 1 06:00', 'day 1 12:00']);
    assert.equal(times.at(-1), 'day 4 00:00');
  });

  it('catches up with one line after a jump over several periods', () => {
    const write = sinon.fake();
    const progress = plainProgress({ write });
    [0, 20 * HOUR_MS, 20.1 * HOUR_MS, 24 * HOUR_MS].forEach((ms) => progress.progress(moment(ms)));
    assert.deepEqual(
      write.args.map(([line]) => (line as string).slice(0, 11)),
      ['day 1 00:00', 'day 1 20:00', 'day 2 00:00'],
    );
  });

  it('prints each note as a line of its own', () => {
    const write = sinon.fake();
    plainProgress({ write }).note('kit 3 taken');
    assert.deepEqual(write.args, [['  kit 3 taken\n']]);
  });
});

describe('live progress', () => {
  function live(useColour: boolean) {
    const pictures: string[] = [];
    const picture = Object.assign((text: string) => void pictures.push(text), {
      clear: sinon.fake(),
      done: sinon.fake(),
    }) satisfies LivePicture;
    let now = 0;
    const progress = liveProgress(picture, { nowMs: () => now, useColour });
    return { pictures, picture, progress, sleep: (ms: number) => void (now += ms) };
  }

  it('draws at most twelve pictures a second, and always the last', () => {
    const { pictures, progress, sleep } = live(false);
    for (let ms = 0; ms < 1000; ms++, sleep(1)) progress.progress(moment(ms * 60_000));
    progress.progress(moment(72 * HOUR_MS));
    assert.ok(pictures.length >= 12 && pictures.length <= 15, String(pictures.length));
    assert.match(pictures.at(-1)!, /100 % {2}day 4 00:00 of 3/);
  });

  it('shows bar, place, temperature, counts, last notes, without colours if so asked', () => {
    const { pictures, progress } = live(false);
    for (let i = 0; i < 6; i++) progress.note(`note ${i}`);
    progress.progress(moment(36 * HOUR_MS, { docked: true }));
    const lines = pictures[0]!.split('\n');
    assert.match(lines[0]!, /^█{16}░{16} {2}50 % {2}day 2 12:00 of 3$/);
    assert.match(lines[1]!, /Blood bank · docked/);
    assert.match(lines[2]!, /21\.40 \/ -0\.53 °C/);
    assert.match(lines[3]!, /● go 6 {3}◆ look 1 {3}■ no 0 {3}○ empty 1/);
    assert.deepEqual(lines.slice(4), ['· note 2', '· note 3', '· note 4', '· note 5']);
    assert.doesNotMatch(pictures[0]!, CONTROL_CODE);
  });

  it('clears its picture at the end', () => {
    const { picture, progress } = live(true);
    progress.progress(moment(0));
    progress.finish();
    sinon.assert.callOrder(picture.clear, picture.done);
  });
});

describe('silent progress', () => {
  it('takes everything and says nothing', () => {
    const progress = silentProgress();
    progress.progress(moment(0));
    progress.note('x');
    progress.finish();
    assert.equal(dayAndTime(0), 'day 1 00:00');
  });
});
