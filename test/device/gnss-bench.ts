/**
 * The receiver of positions on fakes of the SDK's classes. What it sends is written here from
 * NMEA 0183 by other means than the parser reads it by.
 */
import { getI32, getU16 } from '../../firmware/core/bytes.js';
import { FIX_LAYOUT } from '../../firmware/core/ports.js';
import { GnssReceiver } from '../../firmware/device/motion/gnss-receiver.js';
import { Position } from '../../firmware/device/motion/position.js';
import { FakeDigital, FakeSerial } from './fakes/pins.js';
import { FakeTicks } from './rigs.js';

export const GNSS_PIN = Object.freeze({ receive: 13, power: 14, port: 2 });

/** What a receiver knows at one moment. */
export interface Epoch {
  /** hhmmss.ss */
  readonly time: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly quality: number;
  readonly hdop: number;
  /** 1 none, 2, 3. */
  readonly dimensions: number;
  readonly talker?: string;
}

/** A sentence with its checksum. */
export function sentence(body: string): string {
  let sum = 0;
  for (const byte of Buffer.from(body, 'latin1')) sum ^= byte;
  return `$${body}*${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`;
}

/** Degrees and minutes with five decimals, and the letter. */
function angle(deg: number, width: number, letters: string): string {
  const minutes = Math.round(Math.abs(deg) * 60e5);
  const whole = Math.floor(minutes / 60e5);
  const rest = ((minutes - whole * 60e5) / 1e5).toFixed(5).padStart(8, '0');
  return `${String(whole).padStart(width, '0')}${rest},${letters[deg < 0 ? 1 : 0]}`;
}

/** What a receiver sends of one moment, in the order of u-blox. */
export function epochText(epoch: Epoch): string {
  const { time, quality, hdop, dimensions, talker = 'GN' } = epoch;
  const isFound = dimensions > 1;
  const where = isFound
    ? `${angle(epoch.latitude, 2, 'NS')},${angle(epoch.longitude, 3, 'EW')}`
    : ',,,';
  const satellites = isFound ? '04,07,09,16,23,26,27,,,,,' : ',,,,,,,,,,,';
  return [
    `${talker}RMC,${time},${isFound ? 'A' : 'V'},${where},0.012,,251126,,,${isFound ? 'A' : 'N'},V`,
    `${talker}VTG,,T,,M,0.012,N,0.022,K,A`,
    `${talker}GGA,${time},${where},${isFound ? quality : 0},07,${hdop.toFixed(2)},98.1,M,42.0,M,,`,
    `${talker}GSA,A,${dimensions},${satellites},2.1,${hdop.toFixed(2)},1.8,1`,
    `GPGSV,1,1,04,04,32,081,31,07,22,265,28,09,60,185,41,16,45,302,38,1`,
  ]
    .map(sentence)
    .join('');
}

export class GnssBench {
  readonly time: FakeTicks;
  readonly serial = new FakeSerial();
  readonly digital = new FakeDigital();
  readonly port: Position;
  /** What the receiver sends every second while it is powered; undefined for nothing. */
  says: ((second: number) => string) | undefined;
  private poweredMs = 0;
  private spokenS = 0;

  constructor(startMs = 0) {
    this.time = new FakeTicks(startMs);
    const { output } = this.digital;
    const power = new output({ pin: GNSS_PIN.power, mode: output.Output, initialValue: 0 });
    const make = (onFix: () => void) => new GnssReceiver(this.serial.io, GNSS_PIN, power, onFix);
    this.port = new Position(make, this.time.ticks);
  }

  get isPowered(): boolean {
    return this.digital.levels.get(GNSS_PIN.power) === 1;
  }

  /** Lets time pass; bytes come at 9600 baud and are fetched every 20 ms. */
  run(ms: number): void {
    const untilMs = this.time.nowMs + ms;
    for (; this.time.nowMs < untilMs; this.time.nowMs += 20) {
      if (!this.isPowered) {
        this.poweredMs = this.time.nowMs;
        this.spokenS = 0;
      }
      this.speak(Math.floor((this.time.nowMs - this.poweredMs) / 1000));
    }
  }

  /** Polls every five seconds, as app/motion.ts does: the first answer that is not 0. */
  search(into: Uint8Array): number {
    for (;;) {
      this.run(5000);
      const result = this.port.poll(into);
      if (result !== 0) return result;
    }
  }

  private speak(second: number): void {
    if (second === this.spokenS) return;
    this.spokenS = second;
    const bytes = Buffer.from(this.says?.(second) ?? '', 'latin1');
    for (let at = 0; at < bytes.length; at += 20) {
      this.serial.receive(bytes.subarray(at, at + 20));
      this.serial.deliver();
    }
  }
}

/** Reads FIX_LAYOUT. */
export function fixOf(bytes: Uint8Array) {
  return {
    latitudeMicroDeg: getI32(bytes, FIX_LAYOUT.latitudeMicroDeg),
    longitudeMicroDeg: getI32(bytes, FIX_LAYOUT.longitudeMicroDeg),
    uncertaintyM: getU16(bytes, FIX_LAYOUT.uncertaintyM),
    source: bytes[FIX_LAYOUT.source],
  };
}
