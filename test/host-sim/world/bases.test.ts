import assert from 'node:assert/strict';
import { distanceM } from '../../../firmware/core/place/distance.js';
import { BASES, type Base, baseJourney } from '../../../host-sim/world/bases.js';
import { parseScenario } from '../../../host-sim/world/scenario.js';

const wayKm = (from: string, to: string): number => {
  const find = (name: string): Base => BASES.find((one) => one.name.startsWith(name))!;
  const [a, b] = [find(from), find(to)];
  const degrees = [a.latitude, a.longitude, b.latitude, b.longitude];
  const [c, d, e, f] = degrees.map((deg) => Math.round(deg * 1e6));
  return Math.round(distanceM(c!, d!, e!, f!) / 1000);
};

describe('world/bases', () => {
  it('are thirteen, each with a name and a GLN of its own, from south to north', () => {
    assert.equal(BASES.length, 13);
    assert.equal(new Set(BASES.map(({ name }) => name)).size, 13);
    assert.equal(new Set(BASES.map(({ gln }) => gln)).size, 13);
    const latitudes = BASES.map(({ latitude }) => latitude);
    assert.deepEqual([...latitudes].sort(), latitudes);
  });

  for (const [from, to, least, most] of [
    ['Bergen', 'Førde', 115, 130],
    ['Bergen', 'Stavanger', 155, 165],
    ['Lørenskog', 'Arendal', 195, 210],
    ['Harstad', 'Tromsø', 155, 165],
    ['Tromsø', 'Kirkenes', 410, 430],
  ] as const) {
    it(`are as far apart as ${from} and ${to}`, () => {
      const km = wayKm(from, to);
      assert.ok(km >= least && km <= most, `${km} km`);
    });
  }

  it('gives the same journey for the same seed, and others for others', () => {
    const of = (seed: number): string => baseJourney({ seed, legs: 3 }).text;
    assert.equal(of(1), of(1));
    assert.equal(new Set([1, 2, 3, 4, 5].map(of)).size, 5);
  });

  it('writes scenarios whose ways follow one another, with time in the docks between', () => {
    for (let seed = 0; seed < 50; seed++) {
      const { text, start, legs } = baseJourney({ seed, legs: 3 });
      const scenario = parseScenario(text, `seed ${seed}`);
      assert.equal(scenario.startPlace.id, start.id);
      let [at, freeS] = [start, 0];
      for (const { from, to, undockS, startS, endS, dockS } of legs) {
        assert.equal(from, at);
        assert.notEqual(to, from);
        assert.ok(freeS + 3600 <= undockS && undockS + 60 <= startS);
        assert.ok(startS < endS && endS < dockS);
        [at, freeS] = [to, dockS];
      }
    }
  });
});
