/**
 * Compares readings: every value that a probe delivered is in the journal as it was, to the
 * hundredth of a degree, and every value that it did not deliver is a gap. What the container
 * declared implausible (a step, a frozen value) it may leave out, if the values give cause; those
 * are handed on, so that the oracle judges without them too.
 */
import { GAP_REASON } from '../../firmware/core/record/schema.js';
import type { Finding, Truth } from './input.js';
import { type JournalView, type TimedRecord, clockSlackS, field } from './journal-view.js';
import type { Instant, World } from './story-types.js';

/** A value that the oracle leaves out as well. */
export interface Excluded {
  readonly probe: number;
  readonly atS: number;
}

export interface ReadingCheck {
  readonly findings: readonly Finding[];
  readonly excluded: readonly Excluded[];
}

/** A gap that the journal declares. */
interface DeclaredGap {
  readonly probe: number;
  readonly reason: number;
  readonly fromS: number;
  toS: number;
}

/** Least difference to the value before that can be called a step. */
const STEP_CENTI_C = 100;

export function checkReadings(view: JournalView, world: World): ReadingCheck {
  const check = new Check(view, world);
  check.run();
  return check;
}

/** The truth without what was excluded. */
export function withoutExcluded(truth: Truth, excluded: readonly Excluded[]): Truth {
  if (excluded.length === 0) return truth;
  const nearS = truth.setup.samplePeriodS / 2;
  const entries = truth.entries.map((entry) => {
    if (entry.kind !== 'sample') return entry;
    const isExcluded = excluded.some(
      ({ probe, atS }) => probe === entry.probe && Math.abs(atS - entry.atS) < nearS,
    );
    return isExcluded ? { ...entry, deliveredCentiC: null } : entry;
  });
  return { ...truth, entries };
}

class Check implements ReadingCheck {
  readonly findings: Finding[] = [];
  readonly excluded: Excluded[] = [];
  private readonly world: World;
  private readonly readings: readonly TimedRecord[];
  private readonly gaps: readonly DeclaredGap[];
  private readonly hasLost: boolean;
  private readonly endS: number;

  constructor(view: JournalView, world: World) {
    this.world = world;
    this.readings = view.all.filter(({ record }) => record.type === 'reading');
    this.gaps = declaredGaps(view);
    this.hasLost = view.all.some(({ record }) => record.type === 'lost');
    this.endS = view.all.at(-1)?.atS ?? 0;
  }

  run(): void {
    const { instants, setup } = this.world;
    let next = 0;
    instants.forEach((instant, i) => {
      const record = this.readings[next];
      const distanceS = record === undefined ? Infinity : record.atS - instant.atS;
      if (distanceS <= -setup.samplePeriodS / 2) {
        this.put(record!.atS, `reading ${record!.record.sequence} was never measured`);
        next++;
      }
      const fitting = this.readings[next];
      const following = instants[i + 1]?.atS ?? Infinity;
      if (fitting === undefined || !this.fits(fitting, instant.atS, following)) {
        this.missing(instant);
        return;
      }
      next++;
      this.compare(instant, instants[i - 1], fitting);
    });
    for (const { atS, record } of this.readings.slice(next)) {
      this.put(atS, `reading ${record.sequence} was never measured`);
    }
  }

  /** Whether a reading is of this instant, and not of the one that follows. */
  private fits({ atS, record }: TimedRecord, instantS: number, followingS: number): boolean {
    const lateS = this.world.setup.samplePeriodS / 2 + clockSlackS(record.uptimeS);
    return atS - instantS <= lateS && Math.abs(atS - instantS) <= Math.abs(followingS - atS);
  }

  private put(atS: number, message: string): void {
    this.findings.push({ about: 'reading', kit: null, atS, message });
  }

  /** An instant without a reading in the journal. */
  private missing(instant: Instant): void {
    const { setup, outages } = this.world;
    const cutS = instant.atS + setup.samplePeriodS;
    const wasCut = outages.some(({ fromS }) => fromS >= instant.atS && fromS <= cutS);
    if (this.hasLost || wasCut || instant.atS > this.endS) return;
    const probes = instant.byProbe.flatMap((value, probe) =>
      value === undefined || value === null ? [] : [probe],
    );
    if (probes.length > 0) this.put(instant.atS, `no reading of probes ${probes.join(', ')}`);
    instant.byProbe.forEach((value, probe) => {
      if (value === null && !this.isDeclared(probe, instant.atS)) this.undeclared(instant, probe);
    });
  }

  private compare(instant: Instant, before: Instant | undefined, reading: TimedRecord): void {
    const recorded = reading.record.temperaturesCentiC ?? [];
    instant.byProbe.forEach((delivered, probe) => {
      if (delivered === undefined) return;
      const value = recorded[probe] ?? null;
      if (value === delivered) {
        if (value === null && !this.isDeclared(probe, instant.atS)) this.undeclared(instant, probe);
        return;
      }
      if (value === null) this.leftOut(instant, before, probe);
      else {
        const gave = delivered === null ? 'none' : `${delivered}`;
        const what = `reading ${reading.record.sequence} has ${value} centi-°C of probe ${probe}`;
        this.put(instant.atS, `${what}, expected ${gave}`);
      }
    });
  }

  /** A value that was delivered and stands as a gap. */
  private leftOut(instant: Instant, before: Instant | undefined, probe: number): void {
    const delivered = instant.byProbe[probe]!;
    const gaps = this.covering(probe, instant.atS);
    const { step, stuck, timeout } = GAP_REASON;
    const previous = before?.byProbe[probe];
    const hasCause = gaps.some(({ reason }) => {
      if (reason === timeout) return true;
      if (reason === stuck) return previous === delivered;
      // A step is left out until the values have settled: its first value has jumped.
      return reason === step && this.jumped(probe, instant.atS);
    });
    if (hasCause) this.excluded.push({ probe, atS: instant.atS });
    else this.put(instant.atS, `probe ${probe} gave ${delivered} centi-°C, recorded is a gap`);
  }

  private jumped(probe: number, atS: number): boolean {
    const values = this.world.instants
      .filter((it) => it.atS <= atS && it.atS > atS - 10 * this.world.setup.samplePeriodS)
      .flatMap(({ byProbe }) => byProbe[probe] ?? []);
    return Math.max(...values) - Math.min(...values) >= STEP_CENTI_C;
  }

  private undeclared({ atS }: Instant, probe: number): void {
    this.put(atS, `probe ${probe} gave no value, and no GAP record says so`);
  }

  private isDeclared(probe: number, atS: number): boolean {
    return this.covering(probe, atS).length > 0;
  }

  private covering(probe: number, atS: number): DeclaredGap[] {
    const nearS = this.world.setup.samplePeriodS / 2;
    return this.gaps.filter(
      (gap) => gap.probe === probe && gap.fromS - nearS <= atS && atS <= gap.toS + nearS,
    );
  }
}

/** A gap is recorded when it begins and again, with its length, when it ends. */
function declaredGaps(view: JournalView): DeclaredGap[] {
  const gaps: DeclaredGap[] = [];
  const open = new Map<number, DeclaredGap>();
  for (const timed of view.all) {
    const { record, atS } = timed;
    if (record.type !== 'gap') continue;
    const probe = field(timed, 'probe');
    const lengthS = field(timed, 'lengthS');
    const before = open.get(probe);
    if (before !== undefined) before.toS = atS;
    open.delete(probe);
    if (lengthS >= 0) continue;
    const fromS = atS - record.uptimeS + field(timed, 'startUptimeS');
    const gap = { probe, reason: field(timed, 'reason'), fromS, toS: Infinity };
    open.set(probe, gap);
    gaps.push(gap);
  }
  return gaps;
}
