/**
 * What every clock port keeps to: uptime, a wall time that is unset, set, kept over a boot or lost.
 */
import assert from 'node:assert/strict';
import { getI32, getU16 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { CLOCK_LAYOUT, type ClockPort } from '../../firmware/core/ports.js';
import { BOOT_REASON } from '../../firmware/core/record/schema.js';
import { WALL_SOURCE, WALL_UNKNOWN } from '../../firmware/core/units.js';

export interface ClockRig {
  /** The port of the present boot. */
  readonly port: ClockPort;
  advance(ms: number): void;
  /** The supply is gone for `ms`, and the container boots; the RTC has its cell. */
  losePower(ms: number): void;
}

export interface ClockCase {
  /** A moment at which the RTC loses its time, before a boot. */
  readonly loseTimeAtMs?: number;
}

const DAY_MS = 86_400_000;

export function clockPortContract(name: string, make: (how?: ClockCase) => ClockRig): void {
  describe(`the clock port of ${name}`, () => {
    const bytes = new Uint8Array(CLOCK_LAYOUT.bytes);
    const read = (rig: ClockRig) => {
      assert.equal(rig.port.read(bytes), CLOCK_LAYOUT.bytes);
      return {
        uptimeS: getI32(bytes, CLOCK_LAYOUT.uptimeS),
        uptimeMs: getU16(bytes, CLOCK_LAYOUT.uptimeMs),
        source: bytes[CLOCK_LAYOUT.wallSource]!,
        wallS: getI32(bytes, CLOCK_LAYOUT.wallS),
        uncertaintyS: getU16(bytes, CLOCK_LAYOUT.wallUncertaintyS),
      };
    };

    it('counts the uptime in seconds and milliseconds, and knows no wall time at first', () => {
      const rig = make();
      rig.advance(61_234);
      const unset = { source: WALL_SOURCE.unset, wallS: WALL_UNKNOWN, uncertaintyS: 0 };
      assert.deepEqual(read(rig), { uptimeS: 61, uptimeMs: 234, ...unset });
      rig.advance(766);
      assert.deepEqual(read(rig), { uptimeS: 62, uptimeMs: 0, ...unset });
      assert.equal(rig.port.bootReason(), BOOT_REASON.powerOn);
    });

    it('goes on from the time that was set', () => {
      const rig = make();
      rig.advance(5000);
      assert.equal(rig.port.setWall(1000, WALL_SOURCE.dock), 0);
      rig.advance(60_000);
      const { wallS, source, uptimeS, uncertaintyS } = read(rig);
      assert.deepEqual([wallS, source, uptimeS], [1060, WALL_SOURCE.dock, 65]);
      assert.ok(uncertaintyS >= 1 && uncertaintyS <= 3, `${uncertaintyS}`);
    });

    it('says that it is less sure after a month', () => {
      const rig = make();
      rig.port.setWall(200_000_000, WALL_SOURCE.gnss);
      const { uncertaintyS } = read(rig);
      for (let day = 0; day < 30; day++) {
        rig.advance(DAY_MS);
        read(rig);
      }
      const after = read(rig);
      assert.ok(after.uncertaintyS > uncertaintyS + 20, `${after.uncertaintyS}`);
      assert.ok(Math.abs(after.wallS - 200_000_000 - 30 * 86_400) <= after.uncertaintyS);
      assert.equal(after.uptimeS, 30 * 86_400);
    });

    it('keeps its time over a loss of power, as the RTC’s, and begins a new uptime', () => {
      const rig = make();
      rig.port.setWall(200_000_000, WALL_SOURCE.dock);
      rig.advance(100_000);
      rig.losePower(3_600_000);
      const { uptimeS, source, wallS, uncertaintyS } = read(rig);
      assert.deepEqual([uptimeS, source], [0, WALL_SOURCE.rtc]);
      assert.ok(Math.abs(wallS - 200_003_700) <= 1, `${wallS}`);
      assert.ok(uncertaintyS >= 1);
    });

    it('has lost it when the RTC has, and can be set again', () => {
      const rig = make({ loseTimeAtMs: 50_000 });
      rig.port.setWall(200_000_000, WALL_SOURCE.dock);
      rig.advance(100_000);
      rig.losePower(1000);
      const { source, wallS } = read(rig);
      assert.deepEqual([source, wallS], [WALL_SOURCE.unset, WALL_UNKNOWN]);
      assert.equal(rig.port.setWall(300_000_000, WALL_SOURCE.dock), 0);
      assert.equal(read(rig).wallS, 300_000_000);
    });

    it('is set by a dock or a receiver of positions, and by nothing that is no source', () => {
      for (const source of [WALL_SOURCE.unset, -1, WALL_SOURCE.gnss + 1]) {
        assert.equal(make().port.setWall(1, source), FAULT.malformed);
      }
      assert.equal(make().port.setWall(1, WALL_SOURCE.gnss), 0);
    });
  });
}
