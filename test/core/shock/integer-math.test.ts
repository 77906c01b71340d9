import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  angleDeg,
  cosineOfDegree,
  magnitude,
  sineOfDegree,
  squareRoot,
} from '../../../firmware/core/shock/integer-math.js';

describe('shock/integer-math', () => {
  it('gives sine and cosine of every degree to half a unit of 1/16384', () => {
    for (let deg = 0; deg <= 180; deg++) {
      const angle = (deg * Math.PI) / 180;
      assert.ok(Math.abs(sineOfDegree(deg) - 16384 * Math.sin(angle)) <= 0.5001, `sine ${deg}`);
      assert.ok(Math.abs(cosineOfDegree(deg) - 16384 * Math.cos(angle)) <= 0.5001, `cosine ${deg}`);
    }
  });

  it('gives the square root of every int32, rounded down', () => {
    const check = (value: number): void => {
      const root = squareRoot(value);
      assert.ok(root * root <= value && (root + 1) * (root + 1) > value, `${value} gave ${root}`);
    };
    [0, 1, 2, 3, 4, 46340 * 46340 - 1, 46340 * 46340, 2147483647].forEach(check);
    fc.assert(fc.property(fc.integer({ min: 0, max: 2147483647 }), check));
  });

  it('gives the length of a vector exactly when small, to 1/13000 when large', () => {
    const small = fc.integer({ min: -26754, max: 26754 });
    const large = fc.integer({ min: -(2 ** 30), max: 2 ** 30 });
    fc.assert(
      fc.property(small, small, small, (x, y, z) => {
        assert.equal(magnitude(x, y, z), Math.floor(Math.sqrt(x * x + y * y + z * z)));
      }),
    );
    fc.assert(
      fc.property(large, large, large, (x, y, z) => {
        const exact = Math.hypot(x, y, z);
        assert.ok(Math.abs(magnitude(x, y, z) - exact) <= exact / 6500 + 1);
      }),
    );
  });

  it('gives the angle between two vectors to a degree', () => {
    const axis = fc.integer({ min: -16383, max: 16383 });
    const vector = fc.tuple(axis, axis, axis).filter(([x, y, z]) => Math.hypot(x, y, z) > 400);
    fc.assert(
      fc.property(vector, vector, ([ax, ay, az], [bx, by, bz]) => {
        const cosine =
          (ax * bx + ay * by + az * bz) / (Math.hypot(ax, ay, az) * Math.hypot(bx, by, bz));
        const exact = (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
        const deg = angleDeg(ax, ay, az, bx, by, bz);
        assert.ok(Math.abs(deg - exact) <= 0.6, `${deg}, expected ${exact}`);
      }),
    );
  });

  const angles: readonly (readonly [string, number, number[]])[] = [
    ['the same direction', 0, [0, 0, 1000, 0, 0, 1000]],
    ['two degrees', 2, [0, 0, 1000, 35, 0, 999]],
    ['a right angle', 90, [0, 0, 1000, -700, 700, 0]],
    ['upside down', 180, [0, 0, 1000, 0, 0, -300]],
    ['no direction', -1, [0, 0, 0, 0, 0, 1000]],
  ];
  for (const [title, expected, [ax, ay, az, bx, by, bz]] of angles) {
    it(`knows ${title}`, () => {
      assert.equal(angleDeg(ax!, ay!, az!, bx!, by!, bz!), expected);
    });
  }
});
