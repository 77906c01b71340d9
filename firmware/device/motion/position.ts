/**
 * The position port, on a receiver of satellites that is off but for a search. The latest fix
 * counts, for the container may move: a search ends with one within 30 m, with what there is ten
 * seconds after the first, or after a minute. A receiver that has said nothing in ten seconds is a
 * bus error.
 *
 * | fix | 95 % of the time within |
 * | --- | --- |
 * | alone | HDOP × 10 m: two standard deviations of 5 m |
 * | with corrections (DGPS, SBAS, RTK) | HDOP × 6 m |
 * | in two dimensions, its height assumed | twice that and 100 m |
 *
 * These figures are ours; a receiver promises less, in the open.
 */
import { putI32, putU16 } from '../../core/bytes.js';
import { FAULT } from '../../core/faults.js';
import { FIX_LAYOUT, type PositionPort } from '../../core/ports.js';
import { PLACE_SOURCE } from '../../core/record/schema.js';
import type { GnssReceiver } from './gnss-receiver.js';
import type { Nmea } from './nmea.js';

const GIVE_UP_MS = 60_000;
const SETTLE_MS = 10_000;
const SILENT_MS = 10_000;
/** A receiver has one every second; an older one says where the container was. */
const FRESH_MS = 3000;
const GOOD_M = 30;
const ALONE_M = 10;
const CORRECTED_M = 6;
const FLAT_M = 100;
/** 65535 stands for a fix that cannot be. */
const UNCERTAINTY_M_MAX = 65_534;
const NO_FIX = -1;

export class Position implements PositionPort {
  private readonly receiver: GnssReceiver;
  private readonly ticksMs: () => number;
  private isSearching = false;
  private startedMs = 0;
  /** Times of the first fix and the last. */
  private foundMs = 0;
  private fixMs = 0;
  private latitudeMicroDeg = 0;
  private longitudeMicroDeg = 0;
  private uncertaintyM = NO_FIX;

  /** `make` makes the receiver, which calls back for every fix. */
  constructor(make: (onFix: () => void) => GnssReceiver, ticksMs: () => number) {
    this.ticksMs = ticksMs;
    this.receiver = make(() => this.take(this.receiver.nmea));
  }

  start(): number {
    if (this.isSearching) return FAULT.busy;
    const result = this.receiver.switchOn();
    if (result < 0) return result;
    this.isSearching = true;
    this.startedMs = this.ticksMs();
    this.uncertaintyM = NO_FIX;
    return 0;
  }

  poll(into: Uint8Array): number {
    if (!this.isSearching) return FAULT.absent;
    if (into.length < FIX_LAYOUT.bytes) return FAULT.overflow;
    const searchedMs = this.sinceMs(this.startedMs);
    const isOver = searchedMs >= GIVE_UP_MS;
    if (this.uncertaintyM === NO_FIX || this.sinceMs(this.fixMs) > FRESH_MS) {
      const isSilent = searchedMs >= SILENT_MS && this.receiver.nmea.sentenceCount === 0;
      if (!isOver && !isSilent) return 0;
      return this.end(isSilent ? FAULT.busError : FAULT.absent);
    }
    const isSettled = this.uncertaintyM <= GOOD_M || this.sinceMs(this.foundMs) >= SETTLE_MS;
    if (!isOver && !isSettled) return 0;
    putI32(into, FIX_LAYOUT.latitudeMicroDeg, this.latitudeMicroDeg);
    putI32(into, FIX_LAYOUT.longitudeMicroDeg, this.longitudeMicroDeg);
    putU16(into, FIX_LAYOUT.uncertaintyM, this.uncertaintyM);
    putU16(into, FIX_LAYOUT.source, PLACE_SOURCE.gnss);
    return this.end(FIX_LAYOUT.bytes);
  }

  private end(result: number): number {
    this.receiver.switchOff();
    this.isSearching = false;
    return result;
  }

  private take(nmea: Nmea): void {
    this.fixMs = this.ticksMs();
    if (this.uncertaintyM === NO_FIX) this.foundMs = this.fixMs;
    this.uncertaintyM = uncertaintyMOf(nmea);
    this.latitudeMicroDeg = nmea.latitudeMicroDeg;
    this.longitudeMicroDeg = nmea.longitudeMicroDeg;
  }

  private sinceMs(ms: number): number {
    return (this.ticksMs() - ms) | 0;
  }
}

/** 1..65534, rounded up. */
function uncertaintyMOf(nmea: Nmea): number {
  const unitM = nmea.quality === 1 ? ALONE_M : CORRECTED_M;
  let uncertaintyM = Math.ceil((nmea.hdopCenti * unitM) / 100);
  if (nmea.dimensions === 2) uncertaintyM = 2 * uncertaintyM + FLAT_M;
  return uncertaintyM < UNCERTAINTY_M_MAX ? uncertaintyM : UNCERTAINTY_M_MAX;
}
