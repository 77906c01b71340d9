/**
 * What every pressure port keeps to: one conversion at a time, one answer for each.
 */
import assert from 'node:assert/strict';
import { getI32 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { PRESSURE_LAYOUT, type PressurePort } from '../../firmware/core/ports.js';

export interface PressureRig {
  readonly port: PressurePort;
  /** What is true. */
  readonly pascal: number;
  advance(ms: number): void;
}

/** No part takes longer for a conversion. */
const CONVERSION_MS_MAX = 100;

export function pressurePortContract(name: string, make: () => PressureRig): void {
  describe(`the pressure port of ${name}`, () => {
    const into = new Uint8Array(PRESSURE_LAYOUT.bytes);

    it('hands on what is true, to 10 Pa: 0.8 m', () => {
      const rig = make();
      for (let i = 0; i < 20; i++) {
        assert.equal(rig.port.start(), 0);
        rig.advance(CONVERSION_MS_MAX);
        assert.equal(rig.port.poll(into), PRESSURE_LAYOUT.bytes);
        const pressurePa = getI32(into, PRESSURE_LAYOUT.pressurePa);
        assert.ok(Math.abs(pressurePa - rig.pascal) <= 10, `${pressurePa} of ${rig.pascal}`);
      }
    });

    it('answers 0 while the part converts, and once when it has', () => {
      const rig = make();
      assert.equal(rig.port.start(), 0);
      assert.equal(rig.port.poll(into), 0);
      rig.advance(CONVERSION_MS_MAX);
      assert.equal(rig.port.poll(into), PRESSURE_LAYOUT.bytes);
      assert.equal(rig.port.poll(into), FAULT.absent);
    });

    it('has one conversion at a time, and none for who has not asked', () => {
      const rig = make();
      assert.equal(rig.port.poll(into), FAULT.absent);
      assert.equal(rig.port.start(), 0);
      assert.equal(rig.port.start(), FAULT.busy);
      rig.advance(CONVERSION_MS_MAX);
      assert.equal(rig.port.poll(into), PRESSURE_LAYOUT.bytes);
    });
  });
}
