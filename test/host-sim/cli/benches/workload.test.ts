/**
 * The workload W1 and the real traces as columns: the same each time, and like what they stand
 * for.
 */
import assert from 'node:assert/strict';
import { differencesOf, orderZeroBits } from '../../../../host-sim/cli/benches/entropy.js';
import { resample } from '../../../../host-sim/cli/benches/journal-traces.js';
import {
  makeWorkload,
  partOf,
  PERIOD_S,
  withBattery,
} from '../../../../host-sim/cli/benches/journal-workload.js';
import { parseTrace } from '../../../../host-sim/world/trace.js';

const DAYS_30 = 43200;

describe('the workload W1', () => {
  const columns = makeWorkload({ count: 200_000, seed: 1 });
  const [core, air] = columns.temperaturesCentiC as [Int16Array, Int16Array];

  it('is the same for a seed, and another one for another seed', () => {
    const count = 2000;
    const again = makeWorkload({ count, seed: 1 });
    assert.deepEqual(again, partOf(columns, 0, count));
    assert.notDeepEqual(makeWorkload({ count, seed: 2 }), again);
  });

  it('has the first two probes whatever the number of probes', () => {
    const four = makeWorkload({ count: 2000, seed: 1, probeCount: 4 });
    assert.equal(four.temperaturesCentiC.length, 4);
    assert.deepEqual(four.temperaturesCentiC[0], core.subarray(0, 2000));
    assert.deepEqual(four.temperaturesCentiC[1], air.subarray(0, 2000));
    assert.notDeepEqual(four.temperaturesCentiC[2], four.temperaturesCentiC[3]);
  });

  it('takes about 12.6 bits a sample of an ideal delta coder, as the measured peers had it', () => {
    const whole = [columns.uptimeS, core, air, columns.humidityPermille, columns.batteryMilliV];
    const bits = whole.map((column) => orderZeroBits(differencesOf(column)));
    const sum = bits.reduce((a, b) => a + b);
    assert.ok(Math.abs(sum - 12.6) < 0.15, `${sum} bits: ${bits.join(', ')}`);
  });

  it('is sampled every minute, 1 % a second late, with an outage in about 30 days', () => {
    let late = 0;
    let outages = 0;
    for (const step of differencesOf(columns.uptimeS).subarray(1)) {
      if (step > PERIOD_S + 1) outages++;
      else if (step === PERIOD_S + 1) late++;
      else assert.ok(step === PERIOD_S || step === PERIOD_S - 1, `${step} s`);
    }
    assert.ok(Math.abs(late / columns.uptimeS.length - 0.0099) < 0.001, `${late}`);
    const expected = columns.uptimeS.length / DAYS_30;
    assert.ok(outages > 0 && outages < 4 * expected, `${outages} outages, about ${expected}`);
  });

  it('has noise of 0.02 °C, of 0.05 % and of 1.5 mV', () => {
    // A second difference of white noise has √6 times its deviation; what moves is slow.
    const noise = (values: ArrayLike<number>): number => {
      const second = differencesOf(differencesOf(values))
        .subarray(2)
        .map((d) => d * d);
      const sorted = second.sort();
      // The median of squared normal numbers is 0.455 times their mean.
      return Math.sqrt(sorted[sorted.length >> 1]! / 0.455 / 6);
    };
    assert.ok(Math.abs(noise(core) - 2) < 0.35, `${noise(core)} centi-°C`);
    assert.ok(
      Math.abs(noise(columns.batteryMilliV) - 1.5) < 0.35,
      `${noise(columns.batteryMilliV)}`,
    );
    assert.ok(noise(columns.humidityPermille) < 1, `${noise(columns.humidityPermille)} ‰`);
  });

  it('carries the battery as one more channel of each reading where that is asked', () => {
    const with3 = withBattery(columns);
    assert.equal(with3.temperaturesCentiC.length, 3);
    assert.equal(with3.temperaturesCentiC[2], columns.batteryMilliV);
  });
});

describe('a real trace as samples', () => {
  const csv = [
    'elapsedMinutes,indoorCelsius',
    ...['0,10.00', '10,20.00', '20,20.00', '60,30.00', '70,40.00'],
  ].join('\n');

  it('is linear between points, and has no samples in a gap', async () => {
    const trace = await parseTrace(csv, 'test.csv');
    const columns = resample(trace, trace);
    const [first, second] = columns.temperaturesCentiC as [Int16Array, Int16Array];
    const minutes = Array.from(columns.uptimeS, (s) => s / 60);
    const expected = [...Array.from({ length: 21 }, (_, i) => i), 60, 61, 62, 63, 64];
    assert.deepEqual(minutes.slice(0, 26), expected);
    assert.equal(minutes.at(-1), 70);
    assert.equal(first[3], 1300);
    assert.equal(first[24], 3300);
    assert.deepEqual(second, first);
  });

  it('gets a second probe that follows with a lag where it has none', async () => {
    const trace = await parseTrace(csv, 'test.csv');
    const [first, second] = resample(trace, undefined).temperaturesCentiC as [
      Int16Array,
      Int16Array,
    ];
    assert.ok(Math.abs(second[0]! - 1000) < 10);
    assert.ok(second[20]! > 1020 && second[20]! < 1300, `${second[20]} beside ${first[20]}`);
  });
});
