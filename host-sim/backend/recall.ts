/**
 * Hands on which kits a recall concerns, wherever they are, and which of them are held by now; and
 * labels that two containers have at once, both of which are to be held. A recall stays open until
 * the journal of each container says that its kit is held, or that it is gone.
 */
import { DECISION } from '../../firmware/core/record/schema.js';
import type { CustodyWord } from './code-words.js';
import { KitFold, type KitLife } from './kit-fold.js';
import { type DecodedRecord, fieldOf } from './record-types.js';
import type { JournalName } from './store-types.js';

/** What is recalled: a donation, a component's lot, or one kit; canonical identities. */
export type RecallOrder =
  { readonly din: string } | { readonly lot: string } | { readonly sgtin: string };

/** The records of one container's journal. */
export interface JournalRecords extends JournalName {
  readonly records: readonly DecodedRecord[];
}

/** A kit that a recall concerns. */
export interface RecalledKit extends JournalName {
  readonly sgtin: string;
  readonly custody: CustodyWord;
  /** Whether its container has recorded a hold or a discard, and no release since. */
  readonly isHeld: boolean;
}

/** A label that is aboard two containers at once. */
export interface DoubledLabel {
  readonly sgtin: string;
  /** Two or more journals in which the kit is in. */
  readonly journals: readonly JournalName[];
}

/** The kits, in the order of journals and packing, that the order concerns. */
export function recalledKits(
  journals: readonly JournalRecords[],
  order: RecallOrder,
): RecalledKit[] {
  return journals.flatMap(({ giai, epoch, records }) => {
    const lives = latestLives(records).filter((life) => isConcerned(life, order));
    return lives.map((life) => {
      const isHeld = isHeldBy(records, life);
      return { giai, epoch, sgtin: life.sgtin, custody: life.custodyAt(), isHeld };
    });
  });
}

/** Kits of a recall that nobody has stopped yet: in a container that does not know, or taken. */
export function openRecall(kits: readonly RecalledKit[]): RecalledKit[] {
  const ended: readonly CustodyWord[] = ['used', 'wasted'];
  return kits.filter(({ isHeld, custody }) => !isHeld && !ended.includes(custody));
}

/** Labels that are in two containers at once: one of them at least is not what it says. */
export function doubledLabels(journals: readonly JournalRecords[]): DoubledLabel[] {
  const aboard = new Map<string, JournalName[]>();
  for (const { giai, epoch, records } of journals) {
    for (const life of latestLives(records)) {
      if (life.custodyAt() !== 'in') continue;
      const list = aboard.get(life.sgtin) ?? [];
      aboard.set(life.sgtin, [...list, { giai, epoch }]);
    }
  }
  const doubled = [...aboard].filter(([, list]) => list.length > 1);
  return doubled.map(([sgtin, list]) => ({ sgtin, journals: list }));
}

/** The last life of each kit in a journal. */
function latestLives(records: readonly DecodedRecord[]): KitLife[] {
  const lives = new Map<string, KitLife>();
  for (const life of new KitFold(records).lives) {
    lives.delete(life.sgtin);
    lives.set(life.sgtin, life);
  }
  return [...lives.values()];
}

function isConcerned({ packing }: KitLife, order: RecallOrder): boolean {
  if ('sgtin' in order) return packing.sgtin === order.sgtin;
  if ('din' in order) return packing.units.some(({ din }) => din === order.din);
  return packing.components.some(({ lot }) => lot === order.lot);
}

function isHeldBy(records: readonly DecodedRecord[], life: KitLife): boolean {
  const own = records.filter((record) => {
    const isDecision = record.type === 'decision' && fieldOf(record, 'kit') === life.kit;
    return isDecision && life.has(record.sequence);
  });
  const last = own.at(-1);
  return last !== undefined && fieldOf(last, 'decision') !== DECISION.release;
}
