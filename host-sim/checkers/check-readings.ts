/**
 * Compares readings: every value that a probe delivered is in the journal as it was, to the
 * hundredth of a degree, and every value that it did not deliver is a gap. A value that cannot be
 * true (doubts.ts) must be a gap with that reason, and no other may; those are handed on, so that
 * the oracle judges without them too.
 */
import { GAP_REASON } from '../../firmware/core/record/schema.js';
import { Doubts, type Said, type Word } from './doubts.js';
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
  private readonly doubts: Doubts;
  private nextBoot = 0;
  private readonly readings: readonly TimedRecord[];
  private readonly gaps: readonly DeclaredGap[];
  private readonly hasLost: boolean;
  private readonly endS: number;

  constructor(view: JournalView, world: World) {
    this.world = world;
    this.doubts = new Doubts(world.setup);
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
      this.boots(instant.atS);
      if (fitting === undefined || !this.fits(fitting, instant.atS, following)) {
        this.doubts.judge(instant.atS, instant.byProbe, () => () => null);
        this.missing(instant);
        return;
      }
      next++;
      this.compare(instant, fitting);
    });
    for (const { atS, record } of this.readings.slice(next)) {
      this.put(atS, `reading ${record.sequence} was never measured`);
    }
  }

  private boots(untilS: number): void {
    const { boots } = this.world;
    for (; this.nextBoot < boots.length && boots[this.nextBoot]! <= untilS; this.nextBoot++) {
      this.doubts.boot();
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

  private compare(instant: Instant, reading: TimedRecord): void {
    const recorded = reading.record.temperaturesCentiC ?? [];
    const reasons = instant.byProbe.map((_, probe) => {
      const isGap = (recorded[probe] ?? null) === null;
      return isGap ? this.covering(probe, instant.atS).map(({ reason }) => reason) : [];
    });
    // An answer that came too late was never seen.
    const seen = instant.byProbe.map((delivered, probe) =>
      reasons[probe]!.includes(GAP_REASON.timeout) ? null : delivered,
    );
    const said = (probe: number): Said => {
      return (word) =>
        word === 'value'
          ? reasons[probe]!.length === 0
          : reasons[probe]!.includes(GAP_REASON[word]);
    };
    const words = this.doubts.judge(instant.atS, seen, said);
    instant.byProbe.forEach((delivered, probe) => {
      if (delivered === undefined) return;
      const value = recorded[probe] ?? null;
      const word = words[probe];
      if (value === delivered && (value === null || word === 'value')) {
        if (value === null && !this.isDeclared(probe, instant.atS)) this.undeclared(instant, probe);
      } else if (value === null && mayLeaveOut(word, said(probe))) {
        this.excluded.push({ probe, atS: instant.atS });
      } else {
        this.put(instant.atS, differs(probe, { delivered, value, word }, reading));
      }
    });
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

/** No word: an answer that came too late. */
function mayLeaveOut(word: Word | undefined, said: Said): boolean {
  return word === undefined || (word !== 'value' && said(word) === true);
}

/** What was delivered, what of it could be true, and what was recorded. */
function differs(
  probe: number,
  found: { delivered: number | null; value: number | null; word: Word | undefined },
  { record }: TimedRecord,
): string {
  const { delivered, value, word } = found;
  if (value === null) return `probe ${probe} gave ${delivered} centi-°C, recorded is a gap`;
  const what = `reading ${record.sequence} has ${value} centi-°C of probe ${probe}`;
  if (value === delivered) return `${what}, expected a gap: ${word}`;
  return `${what}, expected ${delivered ?? 'none'}`;
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
