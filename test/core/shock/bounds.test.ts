import assert from 'node:assert/strict';
import { angleDeg, magnitude, squareRoot } from '../../../firmware/core/shock/integer-math.js';
import { samplesWithin, upperBoundMmPerS } from '../../../firmware/core/shock/pulse.js';
import { SHOCK_STATE as S, SHOCK_STATE_WORDS } from '../../../firmware/core/shock/state.js';

describe('shock/integer-math, at its bounds', () => {
  it('is exact up to 26754 along each axis, and behind that to a few parts in ten thousand', () => {
    for (const [x, y, z] of [
      [26754, 327, 0],
      [327, 26754, 0],
      [0, 327, 26754],
      [-26754, -26754, -26754],
    ] as const) {
      assert.equal(magnitude(x, y, z), Math.floor(Math.hypot(x, y, z)), `${x}, ${y}, ${z}`);
    }
    assert.equal(magnitude(26755, 0, 0), 26754, 'halved, and doubled again');
    assert.equal(magnitude(0, 0, 0), 0);
    assert.equal(squareRoot(3 * 26754 * 26754), 46339);
  });

  it('tells angles to the half degree, and of no direction nothing', () => {
    assert.equal(angleDeg(16383, 0, 0, -16383, 0, 0), 180);
    assert.equal(angleDeg(1, 0, 0, -1, 0, 0), 180);
    assert.equal(angleDeg(0, 1, 0, 0, 0, 0), -1);
    const at = (deg: number): [number, number, number] => {
      const radians = (deg * Math.PI) / 180;
      return [Math.round(16383 * Math.cos(radians)), Math.round(16383 * Math.sin(radians)), 0];
    };
    for (let deg = 0; deg <= 179; deg++) {
      const [below, above] = [at(deg + 0.48), at(deg + 0.52)];
      assert.equal(angleDeg(16383, 0, 0, ...below), deg, `${deg} and 0.48`);
      assert.equal(angleDeg(16383, 0, 0, ...above), deg + 1, `${deg} and 0.52`);
    }
  });
});

describe('shock/pulse, at its bounds', () => {
  it('hands on no more than the record holds', () => {
    for (const samples of [1, 2, 3]) {
      assert.equal(upperBoundMmPerS(65535, samples, 1600), 65535, `${samples}`);
    }
    assert.equal(upperBoundMmPerS(40_000, 3, 1600), 45_000);
    assert.equal(upperBoundMmPerS(40_000, 2, 1600), 64_000);
  });

  it('takes a lone sample for 200 g, unless it was more', () => {
    assert.equal(upperBoundMmPerS(400, 1, 1600), 936);
    assert.equal(upperBoundMmPerS(1000, 1, 1600), 1600);
    assert.equal(upperBoundMmPerS(311, 1, 1600), 498, 'too weak to be anything');
    assert.equal(upperBoundMmPerS(312, 1, 1600), 936);
    assert.equal(upperBoundMmPerS(313, 2, 1600), 501);
    assert.equal(upperBoundMmPerS(1000, 1, 25), 59_932);
  });

  it('counts the samples that reach an eighth of the largest, up to four', () => {
    const within = (...squares: readonly number[]): number => {
      const state = new Int32Array(SHOCK_STATE_WORDS);
      state.set(squares, S.largest);
      return samplesWithin(state);
    };
    assert.equal(within(6400, 99, 0, 0), 1);
    assert.equal(within(6400, 100, 99, 0), 2);
    assert.equal(within(6400, 6400, 100, 99), 3);
    assert.equal(within(6400, 200, 100, 100), 4);
  });
});
