/**
 * Hands on what a journal says of each kit, record by record: what it is, where it is, which
 * verdict it was given and on which excursions that rests. Verdicts and EPCIS events are both made
 * from this one fold, so that they cannot tell two stories. It judges nothing itself.
 */
import { EXCURSION_PHASE } from '../../firmware/core/record/schema.js';
import { CUSTODY, VERDICT } from '../../firmware/core/units.js';
import { type PackingList, decodePackingList } from './packing-list.js';
import type { DecodedRecord } from './record-types.js';

export type VerdictWord = keyof typeof VERDICT;
export type CustodyWord = keyof typeof CUSTODY;

/** The name of a code in a table of the core, or undefined. */
export function nameOf<Name extends string>(
  table: Readonly<Record<Name, number>>,
  code: number,
): Name | undefined {
  return (Object.keys(table) as Name[]).find((name) => table[name] === code);
}

/** The verdict of a code; `unknown` for a code that the table does not hold. */
export function verdictWordOf(code: number): VerdictWord {
  return nameOf(VERDICT, code) ?? 'unknown';
}

/** The custody of a code; `fateUnknown` for a code that the table does not hold. */
export function custodyWordOf(code: number): CustodyWord {
  return nameOf(CUSTODY, code) ?? 'fateUnknown';
}

/** One kit, from its packing on. */
export class KitState {
  /** The number by which records name it. */
  readonly kit: number;
  readonly packed: DecodedRecord;
  readonly packing: PackingList;
  readonly profileHash: Uint8Array | undefined;
  slot: number | null;
  custody: CustodyWord = 'in';
  /** The verdict record written last. */
  verdict: DecodedRecord | undefined;
  /** By bit of REASON: the verdict record in which it first stood without a break. */
  readonly reasonSince = new Map<number, DecodedRecord>();
  /** By REASON: its excursion record written last, and the one that opened it. */
  readonly excursions = new Map<number, { opened: DecodedRecord; last: DecodedRecord }>();

  constructor(packed: DecodedRecord, profileHash: Uint8Array | undefined) {
    this.kit = fieldOf(packed, 'kit');
    this.packed = packed;
    this.packing = decodePackingList(packed.tail);
    this.profileHash = profileHash;
    this.slot = fieldOf(packed, 'slot');
  }

  get sgtin(): string {
    return this.packing.sgtin;
  }

  get verdictWord(): VerdictWord {
    return this.verdict === undefined ? 'unknown' : verdictWordOf(fieldOf(this.verdict, 'verdict'));
  }

  applyVerdict(record: DecodedRecord): void {
    const reasons = fieldOf(record, 'reasons');
    for (let bit = 0; bit < 32; bit++) {
      if (((reasons >>> bit) & 1) === 0) this.reasonSince.delete(bit);
      else if (!this.reasonSince.has(bit)) this.reasonSince.set(bit, record);
    }
    this.verdict = record;
  }

  applyExcursion(record: DecodedRecord): void {
    const rule = fieldOf(record, 'rule');
    const before = this.excursions.get(rule);
    const isOpening = fieldOf(record, 'phase') === EXCURSION_PHASE.open;
    const opened = isOpening ? record : (before?.opened ?? record);
    this.excursions.set(rule, { opened, last: record });
  }

  applyCustody(record: DecodedRecord): void {
    this.custody = custodyWordOf(fieldOf(record, 'custody'));
    this.slot = this.custody === 'in' ? fieldOf(record, 'slot') : null;
  }
}

/** A field of a record; throws an Error that names record and field where it is absent. */
export function fieldOf(record: DecodedRecord, name: string): number {
  const value = record.fields[name];
  if (value !== undefined) return value;
  throw new Error(`Record ${record.sequence} (${record.type}) has no field '${name}'`);
}

export class KitFold {
  /** By the number that records use; a number can pass on to a later kit. */
  readonly #current = new Map<number, KitState>();
  /** Hashes of the profiles aboard by their number. */
  readonly #profiles = new Map<number, Uint8Array>();
  /** Every kit that was ever packed, in the order of packing. */
  readonly all: KitState[] = [];

  /** The kit that records name by this number now. */
  kit(number: number): KitState | undefined {
    return this.#current.get(number);
  }

  /** The kits that are in, by slot. */
  aboard(): KitState[] {
    const kits = [...this.#current.values()].filter((kit) => kit.custody === 'in');
    return kits.sort((a, b) => (a.slot ?? 0) - (b.slot ?? 0));
  }

  /** Applies the next record; answers the kit that it is about, if it is about one. */
  apply(record: DecodedRecord): KitState | undefined {
    if (record.type === 'profile') {
      this.#profiles.set(fieldOf(record, 'profile'), record.tail);
      return undefined;
    }
    if (record.type === 'kit') return this.#pack(record);
    const isAboutKit = record.type === 'verdict' || record.type === 'excursion';
    if (!isAboutKit && record.type !== 'custody') return undefined;
    const kit = this.#current.get(fieldOf(record, 'kit'));
    if (record.type === 'verdict') kit?.applyVerdict(record);
    else if (record.type === 'excursion') kit?.applyExcursion(record);
    else kit?.applyCustody(record);
    return kit;
  }

  #pack(record: DecodedRecord): KitState {
    const kit = new KitState(record, this.#profiles.get(fieldOf(record, 'profile')));
    this.#current.set(kit.kit, kit);
    this.all.push(kit);
    return kit;
  }
}
