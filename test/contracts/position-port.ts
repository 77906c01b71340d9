/**
 * What every position port keeps to: one search at a time, which ends with a fix that is true
 * within its uncertainty, or with none after a minute.
 */
import assert from 'node:assert/strict';
import { getI32, getU16 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { FIX_LAYOUT, type PositionPort } from '../../firmware/core/ports.js';
import { distanceM } from '../../firmware/core/place/distance.js';
import { PLACE_SOURCE } from '../../firmware/core/record/schema.js';

export type Sky = 'open' | 'roof';

export interface PositionRig {
  readonly port: PositionPort;
  readonly latitude: number;
  readonly longitude: number;
  advance(ms: number): void;
}

const POLL_MS = 5000;
const SEARCH_MS_MAX = 65_000;

export function positionPortContract(name: string, make: (sky: Sky) => PositionRig): void {
  describe(`the position port of ${name}`, () => {
    const into = new Uint8Array(FIX_LAYOUT.bytes);
    /** The first answer that is not 0. */
    const search = (rig: PositionRig): number => {
      assert.equal(rig.port.start(), 0);
      for (let ms = 0; ms < SEARCH_MS_MAX; ms += POLL_MS) {
        const result = rig.port.poll(into);
        if (result !== 0) return result;
        rig.advance(POLL_MS);
      }
      return 0;
    };

    it('finds where it is under an open sky, within twice what it says', () => {
      const rig = make('open');
      assert.equal(search(rig), FIX_LAYOUT.bytes);
      const latitude = getI32(into, FIX_LAYOUT.latitudeMicroDeg);
      const longitude = getI32(into, FIX_LAYOUT.longitudeMicroDeg);
      const uncertaintyM = getU16(into, FIX_LAYOUT.uncertaintyM);
      const [trueLatitude, trueLongitude] = [rig.latitude * 1e6, rig.longitude * 1e6];
      const offM = distanceM(latitude, longitude, trueLatitude, trueLongitude);
      assert.ok(uncertaintyM >= 1 && uncertaintyM <= 100 && offM <= 2 * uncertaintyM, `${offM} m`);
      assert.equal(into[FIX_LAYOUT.source], PLACE_SOURCE.gnss);
      assert.equal(rig.port.poll(into), FAULT.absent, 'once');
    });

    it('gives up under a roof', () => {
      const rig = make('roof');
      assert.equal(search(rig), FAULT.absent);
      assert.equal(rig.port.poll(into), FAULT.absent);
      assert.equal(rig.port.start(), 0, 'and can be asked again');
    });

    it('has one search at a time, and nothing for who has not asked', () => {
      const rig = make('open');
      assert.equal(rig.port.poll(into), FAULT.absent);
      assert.equal(rig.port.start(), 0);
      assert.equal(rig.port.start(), FAULT.busy);
      assert.equal(rig.port.poll(into), 0);
    });
  });
}
