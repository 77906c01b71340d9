/**
 * The ports of a container that nothing happens to: its flash and a clock that goes on from the
 * last time in the log, and behind every other port nobody. Enough for a start.
 */
import { putI32, putU16 } from '../../../firmware/core/bytes.js';
import { FAULT } from '../../../firmware/core/faults.js';
import { CLOCK_LAYOUT, type FlashPort, type Ports } from '../../../firmware/core/ports.js';
import { BOOT_REASON } from '../../../firmware/core/record/schema.js';
import { WALL_SOURCE, WALL_UNKNOWN } from '../../../firmware/core/units.js';

export interface RestingTime {
  uptimeMs: number;
  /** Wall time at uptime 0; undefined or null: the clock is not set. */
  readonly wallS?: number | null | undefined;
}

const absent = (): number => FAULT.absent;
const done = (): number => 0;

export function restingPorts(
  journalFlash: FlashPort,
  catalogueFlash: FlashPort,
  time: RestingTime,
): Ports {
  return {
    clock: { read: (into) => readClock(into, time), setWall: absent, bootReason },
    probes: { start: absent, poll: absent },
    inputs: { read: absent, readDockId: absent },
    accelerometer: { poll: done, capture: absent },
    pressure: { start: absent, poll: absent },
    position: { start: absent, poll: absent },
    journalFlash,
    catalogueFlash,
    keyValue: { startGet: done, startPut: absent, poll: absent },
    signer: { startSign: absent, startVerify: absent, poll: absent },
    entropy: { fill: fillEntropy },
    link: { power: done, state: done, payloadBytes: done, receive: done, send: absent },
    indicator: { show: done },
    watchdog: { kick: done },
  };
}

function bootReason(): number {
  return BOOT_REASON.powerOn;
}

/** An epoch for an empty journal, the same each time. */
function fillEntropy(into: Uint8Array, length: number): number {
  into.fill(1, 0, length);
  return length;
}

function readClock(into: Uint8Array, { uptimeMs, wallS }: RestingTime): number {
  const uptimeS = Math.floor(uptimeMs / 1000);
  const isKnown = wallS !== null && wallS !== undefined;
  putI32(into, CLOCK_LAYOUT.uptimeS, uptimeS);
  putU16(into, CLOCK_LAYOUT.uptimeMs, uptimeMs % 1000);
  into[CLOCK_LAYOUT.wallSource] = isKnown ? WALL_SOURCE.rtc : WALL_SOURCE.unset;
  putI32(into, CLOCK_LAYOUT.wallS, isKnown ? wallS + uptimeS : WALL_UNKNOWN);
  putU16(into, CLOCK_LAYOUT.wallUncertaintyS, 0);
  return CLOCK_LAYOUT.bytes;
}
