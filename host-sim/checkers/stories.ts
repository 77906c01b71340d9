/**
 * Hands on what a container could know of its world, from what happened: when it had power and a
 * clock, how long the lid stood open, what its probes gave at each sampling instant, and each kit's
 * story (aboard from when to when, in whose hands). What happens while it has no power it can only
 * see when power returns; a kit taken and put back meanwhile it never learns of.
 */
import type { Rules, Truth, TruthEntry } from './input.js';
import type { Instant, Outage, Span, World } from './story-types.js';
import { type RecordedAt, tellStories } from './storyteller.js';

const TEMPERATURE_CENTI_C_MIN = -5000;
const TEMPERATURE_CENTI_C_MAX = 10000;

/** Reads the truth. `recordedAtS` is when the container wrote the kit down, if it is known. */
export function worldOf(
  truth: Truth,
  rules: readonly Rules[],
  recordedAtS: RecordedAt = () => undefined,
): World {
  const { setup } = truth;
  const boots = truth.entries.filter((entry) => entry.kind === 'boot').map(({ atS }) => atS);
  const clockSet = spansOf(truth.entries, setup.endS, (entry) => {
    if (entry.kind === 'boot') return entry.clockKnown;
    if (entry.kind === 'powerOff') return false;
    return entry.kind === 'clock' ? entry.isSet : undefined;
  });
  const outages = outagesOf(truth, clockSet);
  const seen = asSeen(truth.entries, outages);
  return {
    setup,
    boots,
    outages,
    judgedS: outages.find(({ toS }) => toS >= setup.endS)?.fromS ?? setup.endS,
    lidOpen: spansOf(seen, setup.endS, (entry) =>
      entry.kind === 'lid' ? entry.isOpen : undefined,
    ),
    clockSet,
    instants: instantsOf(truth),
    shocks: truth.entries.filter((entry) => entry.kind === 'shock'),
    stories: tellStories(setup, rules, seen, recordedAtS),
  };
}

/** Whether a span list covers an instant. */
export function covers(spans: readonly Span[], atS: number): boolean {
  return spans.some(({ fromS, toS }) => fromS <= atS && atS < toS);
}

/** What a probe gave, or null when it is no temperature (sentinels lie far outside). */
function plausible(deliveredCentiC: number | null): number | null {
  if (deliveredCentiC === null) return null;
  if (deliveredCentiC < TEMPERATURE_CENTI_C_MIN) return null;
  return deliveredCentiC > TEMPERATURE_CENTI_C_MAX ? null : deliveredCentiC;
}

function instantsOf(truth: Truth): Instant[] {
  const instants: { atS: number; byProbe: (number | null | undefined)[] }[] = [];
  for (const entry of truth.entries) {
    if (entry.kind !== 'sample') continue;
    const last = instants.at(-1);
    const isSame =
      last !== undefined &&
      entry.atS - last.atS < truth.setup.samplePeriodS / 2 &&
      last.byProbe[entry.probe] === undefined;
    const instant = isSame ? last : { atS: entry.atS, byProbe: [] };
    instant.byProbe[entry.probe] = plausible(entry.deliveredCentiC);
    if (!isSame) instants.push(instant);
  }
  return instants;
}

function outagesOf(truth: Truth, clockSet: readonly Span[]): Outage[] {
  const outages: Outage[] = [];
  let offAtS: number | undefined;
  for (const entry of truth.entries) {
    if (entry.kind === 'powerOff') offAtS = entry.atS;
    if (entry.kind !== 'boot') continue;
    // A boot without power-off is a restart: an outage of no length.
    const fromS = offAtS ?? entry.atS;
    const wasKnown = clockSet.some((it) => it.fromS < fromS && fromS <= it.toS);
    outages.push({ fromS, toS: entry.atS, isMeasured: wasKnown && entry.clockKnown });
    offAtS = undefined;
  }
  if (offAtS !== undefined) {
    outages.push({ fromS: offAtS, toS: truth.setup.endS, isMeasured: false });
  }
  return outages.slice(1); // before its first boot there is no container
}

/** The entries as the container sees them: what happens in an outage shows at its end. */
function asSeen(entries: readonly TruthEntry[], outages: readonly Outage[]): TruthEntry[] {
  const seen: TruthEntry[] = [];
  for (const entry of entries) {
    const outage = outages.find(({ fromS, toS }) => fromS <= entry.atS && entry.atS <= toS);
    if (outage === undefined) seen.push(entry);
    else if (entry.kind === 'take' || entry.kind === 'putBack') {
      const undone = seen.findIndex(
        (other) =>
          (other.kind === 'take' || other.kind === 'putBack') &&
          other.slot === entry.slot &&
          other.kind !== entry.kind &&
          other.atS === outage.toS,
      );
      if (undone >= 0) seen.splice(undone, 1);
      else seen.push({ ...entry, atS: outage.toS });
    } else if (entry.kind === 'lid') seen.push({ ...entry, atS: outage.toS });
  }
  return seen;
}

/** Spans during which a state holds that entries set and clear; undefined leaves it. */
function spansOf(
  entries: readonly TruthEntry[],
  endS: number,
  stateOf: (entry: TruthEntry) => boolean | undefined,
): Span[] {
  const spans: Span[] = [];
  let sinceS: number | undefined;
  for (const entry of entries) {
    const state = stateOf(entry);
    if (state === true) sinceS ??= entry.atS;
    if (state !== false || sinceS === undefined) continue;
    spans.push({ fromS: sinceS, toS: entry.atS });
    sinceS = undefined;
  }
  if (sinceS !== undefined) spans.push({ fromS: sinceS, toS: endS });
  return spans;
}
