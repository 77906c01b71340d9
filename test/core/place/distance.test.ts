import assert from 'node:assert/strict';
import fc from 'fast-check';
import { distanceM } from '../../../firmware/core/place/distance.js';
import { AL, type Position, distanceOf, moved } from './journey.js';

/** Great circle by haversine, in floating point. */
function haversineM([fromLat, fromLon]: Position, [toLat, toLon]: Position): number {
  const rad = Math.PI / 180;
  const half = (deg: number): number => Math.sin((deg * rad) / 2) ** 2;
  const a =
    half(toLat - fromLat) + Math.cos(fromLat * rad) * Math.cos(toLat * rad) * half(toLon - fromLon);
  return 2 * 6371008.8 * Math.asin(Math.sqrt(a));
}

describe('place/distance', () => {
  it('is right to 3 m and 0.2 % up to 300 km in the Nordic countries', () => {
    const wayM = fc.integer({ min: -210000, max: 210000 });
    const from = fc.tuple(
      fc.double({ min: 56, max: 70, noNaN: true }),
      fc.double({ min: -20, max: 30, noNaN: true }),
    );
    fc.assert(
      fc.property(from, wayM, wayM, (start, eastM, northM) => {
        const end = moved(start, eastM, northM);
        const exact = haversineM(start, end);
        const error = Math.abs(distanceOf(start, end) - exact);
        assert.ok(error <= 3 + exact * 0.002, `${error} m wrong of ${exact}`);
      }),
    );
  });

  const cases: readonly (readonly [string, Position, Position])[] = [
    ['nothing', AL, AL],
    ['along the equator', [0, 0], [0, 1]],
    ['across the date line', [10, 179.99], [10, -179.99]],
    ['across the equator', [-1, 20], [1, 21]],
    ['in the south', [-60, -70], [-60.5, -71]],
    ['at a pole', [90, 0], [90, 180]],
  ];
  for (const [title, from, to] of cases) {
    it(`measures ${title}`, () => {
      const exact = haversineM(from, to);
      assert.ok(Math.abs(distanceOf(from, to) - exact) <= 3 + exact * 0.002);
    });
  }

  it('stays an int32 between any two positions', () => {
    const latitude = fc.integer({ min: -90000000, max: 90000000 });
    const longitude = fc.integer({ min: -180000000, max: 180000000 });
    fc.assert(
      fc.property(latitude, longitude, latitude, longitude, (a, b, c, d) => {
        const metres = distanceM(a, b, c, d);
        assert.ok(Number.isInteger(metres) && metres >= 0 && metres < 30_000_000);
      }),
    );
  });
});
