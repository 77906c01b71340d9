/**
 * Hands on the mean kinetic temperature of a kit over its stay in its slots: the one temperature
 * that would have degraded it as much (USP <1160>). For information alone: a mean hides excursions,
 * so nothing is ever cleared by it, and the mean over the warmest 30 days stands beside that of a
 * longer stay. What was never read is not counted; where readings were summed up there is none.
 */
import type { KitLife } from './kit-fold.js';
import { type DecodedRecord, fieldOf } from './record-types.js';
import { GAS_CONSTANT_KJ_PER_MOL_K, ZERO_CELSIUS_K } from './stability.js';
import type { ThinnedRange } from './thinned.js';

/** Of USP <1160>, for want of a product's own: with it ΔH/R is 10 000 K. */
export const MKT_ACTIVATION_KJ_PER_MOL = 83.144;
export const MKT_WINDOW_DAYS = 30;

const ACTIVATION_K = MKT_ACTIVATION_KJ_PER_MOL / GAS_CONSTANT_KJ_PER_MOL_K;
const HOUR_S = 3600;
const WINDOW_HOURS = MKT_WINDOW_DAYS * 24;

/** A temperature that held for a time. */
export interface Held {
  readonly celsius: number;
  /** Any unit of time, the same in all. */
  readonly duration: number;
}

/** The mean kinetic temperature in °C, weighted by time; NaN without any time. */
export function meanKineticC(parts: Iterable<Held>): number {
  const sum = new RateSum();
  for (const { celsius, duration } of parts) sum.add(rateAt(celsius), duration);
  return sum.celsius;
}

/** Relative rate of degradation, exp(−ΔH/RT). */
function rateAt(celsius: number): number {
  return Math.exp(-ACTIVATION_K / (celsius + ZERO_CELSIUS_K));
}

/** Rates summed over time. */
class RateSum {
  rateTime = 0;
  time = 0;

  add(rate: number, time: number): void {
    this.rateTime += rate * time;
    this.time += time;
  }

  addAll({ rateTime, time }: RateSum, sign: 1 | -1): void {
    this.rateTime += sign * rateTime;
    this.time += sign * time;
  }

  get celsius(): number {
    return ACTIVATION_K / -Math.log(this.rateTime / this.time) - ZERO_CELSIUS_K;
  }
}

/** Mean kinetic temperature of one kit; informative, never a reason to clear. */
export interface KitMkt {
  /** Centi-°C over all of its stay; null where there is none. */
  readonly stayCentiC: number | null;
  /** Centi-°C, the highest over 30 days in a row; null for a stay that is not longer. */
  readonly warmestDaysCentiC: number | null;
  /** Seconds of its stay for which readings stand. */
  readonly measuredS: number;
  /** Why there is none. */
  readonly missing: 'summedUp' | 'noReading' | null;
}

/** What a kit's mean kinetic temperature is made from. */
export interface MktInput {
  readonly life: KitLife;
  readonly records: readonly DecodedRecord[];
  /** Ranges of which readings were summed up. */
  readonly gone: readonly ThinnedRange[];
  /** How long a reading stands for what follows it. */
  readonly holdS: number;
}

/** Of the warmer of its slot's probes, each reading until the next or for `holdS` at most. */
export function kitMkt({ life, records, gone, holdS }: MktInput): KitMkt {
  const stay = new Stay(life, holdS);
  for (const record of records) if (record.sequence < life.toSequence) stay.take(record);
  if (gone.some((range) => stay.overlaps(range))) {
    return {
      stayCentiC: null,
      warmestDaysCentiC: null,
      measuredS: stay.measuredS,
      missing: 'summedUp',
    };
  }
  return stay.result();
}

/** Goes through a log's records in order and sums what the kit's slot read. */
class Stay {
  readonly #life: KitLife;
  readonly #holdS: number;
  readonly #whole = new RateSum();
  /** By whole hours since the kit was packed. */
  readonly #hours = new Map<number, RateSum>();
  /** Sequence numbers between which the kit was in a slot. */
  readonly #spans: [from: number, to: number][] = [];
  #slotProbes: Uint8Array | undefined;
  #slot: number | null = null;
  #before: DecodedRecord | undefined;
  /** Rate of the reading that holds, and for how long it still may; 0 for none. */
  #rate = 0;
  #leftS = 0;
  #sincePackedS = 0;

  constructor(life: KitLife, holdS: number) {
    this.#life = life;
    this.#holdS = holdS;
  }

  get measuredS(): number {
    return this.#whole.time;
  }

  take(record: DecodedRecord): void {
    if (record.type === 'config') this.#slotProbes = record.tail;
    const { packed, kit } = this.#life;
    if (record.sequence < packed.sequence) return;
    this.#pass(record);
    if (record === packed || (record.type === 'custody' && fieldOf(record, 'kit') === kit)) {
      this.#move(this.#life.slotAt(record.sequence), record.sequence);
    }
    if (this.#slot === null) return;
    this.#spans.at(-1)![1] = record.sequence;
    if (record.type === 'reading') this.#read(record);
  }

  /** Time up to a record: the reading that holds counts for it. */
  #pass(record: DecodedRecord): void {
    const elapsedS = this.#before === undefined ? 0 : elapsed(this.#before, record);
    this.#before = record;
    this.#sincePackedS += elapsedS;
    const heldS = Math.min(elapsedS, this.#leftS);
    if (heldS === 0) return;
    this.#leftS -= heldS;
    this.#whole.add(this.#rate, heldS);
    const hour = Math.floor(this.#sincePackedS / HOUR_S);
    let sum = this.#hours.get(hour);
    if (sum === undefined) this.#hours.set(hour, (sum = new RateSum()));
    sum.add(this.#rate, heldS);
  }

  #move(slot: number | null, sequence: number): void {
    if (slot !== null) this.#spans.push([sequence, sequence]);
    this.#slot = slot;
    this.#leftS = 0;
  }

  #read({ temperaturesCentiC = [] }: DecodedRecord): void {
    const mask = this.#slotProbes?.[this.#slot!] ?? 0;
    let warmest: number | undefined;
    temperaturesCentiC.forEach((centiC, probe) => {
      if (centiC === null || ((mask >> probe) & 1) === 0) return;
      if (warmest === undefined || centiC > warmest) warmest = centiC;
    });
    if (warmest === undefined) return;
    this.#rate = rateAt(warmest / 100);
    this.#leftS = this.#holdS;
  }

  overlaps({ firstSequence, lastSequence, readingCount }: ThinnedRange): boolean {
    if (readingCount === 0) return false;
    return this.#spans.some(([from, to]) => firstSequence <= to && from <= lastSequence);
  }

  result(): KitMkt {
    const { time, celsius } = this.#whole;
    const none = { stayCentiC: null, warmestDaysCentiC: null, measuredS: 0 } as const;
    if (time === 0) return { ...none, missing: 'noReading' };
    const warmest = this.#warmestDaysC();
    return {
      stayCentiC: centiOf(celsius),
      warmestDaysCentiC: warmest === undefined ? null : centiOf(warmest),
      measuredS: time,
      missing: null,
    };
  }

  /** The highest over 30 days in a row, by whole hours; undefined where the stay has no more. */
  #warmestDaysC(): number | undefined {
    const hours = [...this.#hours];
    const [first] = hours[0]!;
    const [last] = hours.at(-1)!;
    if (last - first < WINDOW_HOURS) return undefined;
    const window = new RateSum();
    let from = 0;
    let warmest = -Infinity;
    for (const [hour, sum] of hours) {
      window.addAll(sum, 1);
      while (hours[from]![0] <= hour - WINDOW_HOURS) window.addAll(hours[from++]![1], -1);
      if (hour - first >= WINDOW_HOURS - 1) warmest = Math.max(warmest, window.celsius);
    }
    return warmest;
  }
}

function centiOf(celsius: number): number {
  return Math.round(celsius * 100);
}

/** Seconds between two records; 0 where a start without a clock lies between them. */
function elapsed(before: DecodedRecord, after: DecodedRecord): number {
  if (before.boot === after.boot) return Math.max(0, after.uptimeS - before.uptimeS);
  if (before.wallS === null || after.wallS === null) return 0;
  return Math.max(0, after.wallS - before.wallS);
}
