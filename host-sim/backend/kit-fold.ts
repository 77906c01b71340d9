/**
 * Hands on what a journal says of each kit: what it is, where it was at which record, which
 * verdicts it was given and on which excursions they rest. Made once of a log; verdicts, EPCIS
 * events and the report are all made from it, so that they cannot tell two stories. It judges
 * nothing itself.
 */
import { EXCURSION_PHASE } from '../../firmware/core/record/schema.js';
import { type CustodyWord, type VerdictWord, custodyWordOf, verdictWordOf } from './code-words.js';
import { type PackingList, decodePackingList } from './packing-list.js';
import { bitsOf } from './reason-facts.js';
import { type DecodedRecord, fieldOf } from './record-types.js';
import { WhereaboutsIndex } from './whereabouts.js';

/** One excursion of a kit: the records that opened it and that were written of it since. */
export interface Excursion {
  readonly kit: number;
  /** Undefined where the kit was not packed in this journal. */
  readonly life: KitLife | undefined;
  readonly rule: number;
  readonly opened: DecodedRecord;
  /** The record with its latest numbers. */
  readonly last: DecodedRecord;
  readonly isClosed: boolean;
}

/** One kit, from its packing until its number passes on to another. */
export class KitLife {
  /** The number by which records name it. */
  readonly kit: number;
  readonly packed: DecodedRecord;
  readonly packing: PackingList;
  readonly profileHash: Uint8Array | undefined;
  /** The record in which its number passes on; Infinity for the last that has it. */
  toSequence = Infinity;
  /** By bit of REASON: the verdict record in which it first stood without a break. */
  readonly reasonSince = new Map<number, DecodedRecord>();
  readonly #custodies: DecodedRecord[] = [];
  readonly #verdicts: DecodedRecord[] = [];

  /** Throws an Error that names what is wrong with its packing list. */
  constructor(packed: DecodedRecord, profileHash: Uint8Array | undefined) {
    this.kit = fieldOf(packed, 'kit');
    this.packed = packed;
    this.packing = decodePackingList(packed.tail);
    this.profileHash = profileHash;
  }

  get sgtin(): string {
    return this.packing.sgtin;
  }

  /** Whether a record of that number speaks of this kit, where it names the kit's number. */
  has(sequence: number): boolean {
    return this.packed.sequence <= sequence && sequence < this.toSequence;
  }

  /**
   * Number of the record that says what was done with it last: its packing, or a CUSTODY record.
   */
  get lastAct(): number {
    return (this.#custodies.at(-1) ?? this.packed).sequence;
  }

  /** Its custody after a record; without one, after the last. */
  custodyAt(sequence = Infinity): CustodyWord {
    const record = lastUpTo(this.#custodies, sequence);
    return record === undefined ? 'in' : custodyWordOf(fieldOf(record, 'custody'));
  }

  /** The slot that it was in after a record; null when it was in none. */
  slotAt(sequence = Infinity): number | null {
    if (this.custodyAt(sequence) !== 'in') return null;
    return fieldOf(lastUpTo(this.#custodies, sequence) ?? this.packed, 'slot');
  }

  /** The verdict record that held after a record, the one written last of equal ones. */
  verdictAt(sequence = Infinity): DecodedRecord | undefined {
    return lastUpTo(this.#verdicts, sequence);
  }

  /** The verdict after a record; undefined before the first one. */
  verdictWordAt(sequence = Infinity): VerdictWord | undefined {
    const record = this.verdictAt(sequence);
    return record && verdictWordOf(fieldOf(record, 'verdict'));
  }

  /** Whether a verdict record says the same as the one before it, with another budget. */
  isRepeated(verdict: DecodedRecord): boolean {
    const before = this.verdictAt(verdict.sequence - 1);
    const isSame = (name: string) => before && fieldOf(before, name) === fieldOf(verdict, name);
    return isSame('verdict') === true && isSame('reasons') === true;
  }

  applyVerdict(record: DecodedRecord): void {
    const bits = bitsOf(fieldOf(record, 'reasons'));
    for (const bit of this.reasonSince.keys()) {
      if (!bits.includes(bit)) this.reasonSince.delete(bit);
    }
    for (const bit of bits) if (!this.reasonSince.has(bit)) this.reasonSince.set(bit, record);
    this.#verdicts.push(record);
  }

  applyCustody(record: DecodedRecord): void {
    this.#custodies.push(record);
  }
}

/** The last of records in order that is not behind a sequence number. */
function lastUpTo(records: readonly DecodedRecord[], sequence: number): DecodedRecord | undefined {
  return records.filter((record) => record.sequence <= sequence).at(-1);
}

export class KitFold {
  /** Every kit that was ever packed, in the order of packing. */
  readonly lives: KitLife[] = [];
  /** Every excursion, in the order of opening. */
  readonly excursions: Excursion[] = [];
  /** Kits of which nobody can say what they are, one sentence each; they have no life here. */
  readonly problems: string[] = [];
  /** Where the container was. */
  readonly whereabouts: WhereaboutsIndex;
  /** By the number that records use; a number can pass on to a later kit. */
  readonly #current = new Map<number, KitLife>();
  /** Hashes of the profiles aboard by their number. */
  readonly #profiles = new Map<number, Uint8Array>();

  constructor(records: readonly DecodedRecord[]) {
    this.whereabouts = new WhereaboutsIndex(records);
    for (const record of records) this.#apply(record);
  }

  /** Whom a kit's number meant in a record. */
  lifeAt(kit: number, sequence: number): KitLife | undefined {
    return this.lives.find((life) => life.kit === kit && life.has(sequence));
  }

  /** The kits that were in after a record, by slot. */
  aboardAt(sequence: number): KitLife[] {
    const kits = this.lives.filter((life) => {
      return life.has(sequence) && life.custodyAt(sequence) === 'in';
    });
    return kits.sort((a, b) => a.slotAt(sequence)! - b.slotAt(sequence)!);
  }

  /** A kit's excursion of one reason, the one that was opened last up to a record. */
  excursionOf(life: KitLife, rule: number, sequence = Infinity): Excursion | undefined {
    const own = this.excursionsOf(life, rule);
    return own.filter(({ opened }) => opened.sequence <= sequence).at(-1);
  }

  /** All of a kit's excursions of one reason, in the order of opening. */
  excursionsOf(life: KitLife, rule: number): Excursion[] {
    return this.excursions.filter((one) => one.life === life && one.rule === rule);
  }

  #apply(record: DecodedRecord): void {
    switch (record.type) {
      case 'profile':
        this.#profiles.set(fieldOf(record, 'profile'), record.tail);
        break;
      case 'kit':
        this.#pack(record);
        break;
      case 'verdict':
        this.#current.get(fieldOf(record, 'kit'))?.applyVerdict(record);
        break;
      case 'custody':
        this.#current.get(fieldOf(record, 'kit'))?.applyCustody(record);
        break;
      case 'excursion':
        this.#applyExcursion(record);
        break;
      default:
    }
  }

  #pack(record: DecodedRecord): void {
    const kit = fieldOf(record, 'kit');
    const before = this.#current.get(kit);
    if (before !== undefined) before.toSequence = record.sequence;
    this.#current.delete(kit);
    try {
      const life = new KitLife(record, this.#profiles.get(fieldOf(record, 'profile')));
      this.#current.set(kit, life);
      this.lives.push(life);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const where = `in slot ${fieldOf(record, 'slot')}`;
      const what = `record ${record.sequence}: kit number ${kit} ${where}`;
      this.problems.push(`${what} cannot be told: ${why}`);
    }
  }

  /** What closes or updates an excursion whose opening is not in this journal stands for itself. */
  #applyExcursion(record: DecodedRecord): void {
    const kit = fieldOf(record, 'kit');
    const rule = fieldOf(record, 'rule');
    const phase = fieldOf(record, 'phase');
    const life = this.#current.get(kit);
    const isClosed = phase === EXCURSION_PHASE.close;
    const isMeant = (one: Excursion): boolean => one.kit === kit && one.life === life;
    const open = this.excursions.filter((one) => isMeant(one) && one.rule === rule).at(-1);
    if (phase === EXCURSION_PHASE.open || open === undefined || open.isClosed) {
      this.excursions.push({ kit, life, rule, opened: record, last: record, isClosed });
    } else {
      this.excursions[this.excursions.indexOf(open)] = { ...open, last: record, isClosed };
    }
  }
}
