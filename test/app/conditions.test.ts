import assert from 'node:assert/strict';
import { packedBench } from './support/dock.js';

const LIGHT = { light: { limitLux: 400, allowedS: 300, verdict: 'inspect' } } as const;
const zoneAbove = (limitCentiC: number) =>
  [{ operator: 'above', limitCentiC, allowance: 'instant' }] as const;

describe('light', () => {
  it('is recorded when it doubles, halves or crosses dark, and not when it wavers', async () => {
    const { bench } = await packedBench(1);
    const shine = (...lux: readonly number[]): unknown[] => {
      const before = bench.records('light').length;
      for (const value of lux) {
        bench.inputs.lightLux = value;
        bench.run(1);
      }
      return bench
        .records('light')
        .slice(before)
        .map(({ fields }) => fields['lux']);
    };
    assert.deepEqual(shine(0, 9, 19, 65535), [], 'dark, or not measured');
    assert.deepEqual(shine(20, 39, 11, 40, 79, 21), [20, 40]);
    assert.deepEqual(shine(20, 9, 12, 19, 0), [20, 0]);
  });

  it('beyond the limit for the time allowed is an excursion of the kit, aboard', async () => {
    const { bench } = await packedBench(1, LIGHT);
    bench.inputs.lightLux = 500;
    bench.run(240);
    assert.equal(bench.verdict(0), 'usable');
    bench.run(120);
    assert.equal(bench.verdict(0), 'inspect: light');
    const { fields } = bench.last('excursion');
    assert.deepEqual([fields['limit'], fields['allowed'], fields['extreme']], [400, 300, 500]);
  });
});

describe('a profile of which a newer version comes', () => {
  it('still judges the kits packed under it; the newer one those packed since', async () => {
    const older = { zones: zoneAbove(2500) };
    const newer = { version: 2, zones: zoneAbove(2200) };
    const { bench, dock } = await packedBench(1, older);
    assert.equal(dock.profile(newer), 1);
    bench.fill(1);
    assert.equal(dock.pack(1, 'S1', newer), 1);
    bench.probes.centiC = [2300, 2300];
    bench.run(130);
    assert.equal(bench.verdict(0), 'usable');
    assert.equal(bench.verdict(1), 'quarantine: zone0');
    bench.reboot().run(130);
    assert.equal(bench.verdict(0), 'usable');
    bench.probes.centiC = [2600, 2600];
    bench.run(130);
    assert.equal(bench.verdict(0), 'quarantine: zone0');
  });
});
