/**
 * Hands on what the backend knows of kits that go from container to container: from the journals,
 * who left with which slip and which one was continued where; the signed slips themselves, the
 * newest of each kit for whoever packs it next; and numbers that two containers have given or taken
 * up, so that both kits can be held.
 */
import { DECISION, SLIP_WAY } from '../../firmware/core/record/schema.js';
import { CUSTODY } from '../../firmware/core/units.js';
import { encodeCbor } from './cbor.js';
import { type Slip, readCertificate, readSlip } from './objects.js';
import { decodePackingList } from './packing-list.js';
import { type DecodedRecord, fieldOf } from './record-types.js';
import type { JournalName } from './store-types.js';

/** What one SLIP record says of a kit. */
export interface SlipStep extends JournalName {
  readonly sgtin: string;
  /** Number of the kit in that journal. */
  readonly kit: number;
  readonly way: keyof typeof SLIP_WAY;
  readonly number: number;
  /** Number of the SLIP record. */
  readonly sequence: number;
  /** The exposure that went with it; empty where it was missing. */
  readonly exposure: Uint8Array;
}

/** A slip of a kit that was left with, or continued, more than once. */
export interface DoubledSlip {
  readonly sgtin: string;
  readonly number: number;
  /** Every record that says so, two at least: each names a kit in a journal. */
  readonly steps: readonly SlipStep[];
}

/** A slip that was fetched, with what proves it. */
export interface FetchedSlip {
  readonly slip: Slip;
  readonly certificate: Uint8Array;
  readonly signed: Uint8Array;
}

const WAYS = Object.entries(SLIP_WAY) as [keyof typeof SLIP_WAY, number][];
/** Custodies of kits that may turn up in another container. */
const AWAY: readonly number[] = [CUSTODY.taken, CUSTODY.transferred, CUSTODY.fateUnknown];

/** The SLIP records of one journal with the kits that they mean, as the records come in. */
export class SlipTrail {
  readonly steps: SlipStep[] = [];
  readonly #journal: JournalName;
  readonly #sgtins = new Map<number, string>();
  readonly #custodies = new Map<number, number>();
  /** SLIP records of kits that are about to be packed: their KIT record follows. */
  readonly #awaited = new Map<number, DecodedRecord[]>();
  #lastSequence = 0;

  constructor(journal: JournalName) {
    this.#journal = journal;
  }

  /** Takes in records in their order; those that it knows are passed over. */
  add(records: readonly DecodedRecord[]): void {
    for (const record of records) {
      if (record.sequence <= this.#lastSequence) continue;
      this.#lastSequence = record.sequence;
      if (record.type === 'slip') this.#slip(record);
      else if (record.type === 'kit') this.#kit(record);
      else if (record.type === 'boot') this.#awaited.clear();
      else if (record.type === 'custody') {
        this.#custodies.set(fieldOf(record, 'kit'), fieldOf(record, 'custody'));
      }
    }
  }

  /** The slips that kits are away with, by what is known: those that a dock may fetch. */
  get away(): SlipStep[] {
    return this.steps.filter((step) => {
      const isAway = AWAY.includes(this.#custodies.get(step.kit) ?? CUSTODY.none);
      const last = this.steps.filter(({ kit }) => kit === step.kit).at(-1);
      return isAway && step === last && step.way === 'left';
    });
  }

  #slip(record: DecodedRecord): void {
    const kit = fieldOf(record, 'kit');
    const awaited = this.#awaited.get(kit) ?? [];
    const isLeft = fieldOf(record, 'way') === SLIP_WAY.left;
    const isMissed = fieldOf(record, 'way') === SLIP_WAY.missing && awaited.length === 0;
    if (isLeft || (isMissed && this.#custodies.get(kit) === CUSTODY.in)) this.#step(record);
    else this.#awaited.set(kit, [...awaited, record]);
  }

  #kit(record: DecodedRecord): void {
    const kit = fieldOf(record, 'kit');
    this.#sgtins.set(kit, decodePackingList(record.tail).sgtin);
    this.#custodies.set(kit, CUSTODY.in);
    for (const slip of this.#awaited.get(kit) ?? []) this.#step(slip);
    this.#awaited.delete(kit);
  }

  #step(record: DecodedRecord): void {
    const kit = fieldOf(record, 'kit');
    const sgtin = this.#sgtins.get(kit);
    const way = WAYS.find(([, code]) => code === fieldOf(record, 'way'))?.[0];
    if (sgtin === undefined || way === undefined) return;
    const { sequence, tail: exposure } = record;
    const number = fieldOf(record, 'number');
    this.steps.push({ ...this.#journal, sgtin, kit, way, number, sequence, exposure });
  }
}

/** What the records of one journal say of slips. */
export function slipSteps(journal: JournalName, records: readonly DecodedRecord[]): SlipStep[] {
  const trail = new SlipTrail(journal);
  trail.add(records);
  return trail.steps;
}

/** The slips that more than one record says were left with, or were continued. */
export function doubledSlips(steps: readonly SlipStep[]): DoubledSlip[] {
  const bySlip = new Map<string, SlipStep[]>();
  for (const step of steps) {
    if (step.way === 'missing') continue;
    const name = `${step.way} ${step.sgtin} ${step.number}`;
    bySlip.set(name, [...(bySlip.get(name) ?? []), step]);
  }
  return [...bySlip.values()]
    .filter(({ length }) => length > 1)
    .map((doubled) => ({ sgtin: doubled[0]!.sgtin, number: doubled[0]!.number, steps: doubled }));
}

/**
 * Kits of one journal (SGTIN) that a doubled slip names, and of which its container has recorded no
 * hold since: quality may have released an earlier one.
 */
export function doubledToHold(
  doubled: readonly DoubledSlip[],
  { giai, epoch }: JournalName,
  records: readonly DecodedRecord[],
): string[] {
  const steps = doubled.flatMap((one) => one.steps);
  const own = steps.filter((step) => step.giai === giai && step.epoch === epoch);
  const open = own.filter((step) => {
    return !records.some((record) => {
      if (record.type !== 'decision' || record.sequence < step.sequence) return false;
      const isHold = fieldOf(record, 'decision') !== DECISION.release;
      return isHold && fieldOf(record, 'kit') === step.kit;
    });
  });
  return [...new Set(open.map((step) => step.sgtin))];
}

/** All slips of all containers. */
export class SlipBook {
  readonly #rootPublicKey: Uint8Array;
  readonly #trails = new Map<string, SlipTrail>();
  /** By SGTIN, the newest that was fetched. */
  readonly #fetched = new Map<string, FetchedSlip>();
  /** Names of slips that a container does not have any more. */
  readonly #gone = new Set<string>();

  constructor(rootPublicKey: Uint8Array) {
    this.#rootPublicKey = rootPublicKey;
  }

  /** Takes in proven records of a journal. */
  note(journal: JournalName, records: readonly DecodedRecord[]): void {
    const { giai, epoch } = journal;
    const name = `${giai} ${epoch}`;
    const trail = this.#trails.get(name) ?? new SlipTrail({ giai, epoch });
    this.#trails.set(name, trail);
    trail.add(records);
  }

  /** Every step of every kit, journal by journal. */
  get steps(): SlipStep[] {
    return [...this.#trails.values()].flatMap(({ steps }) => steps);
  }

  /** Slips that were left with, or continued, twice: of each kit that they name nobody knows. */
  get doubled(): DoubledSlip[] {
    return doubledSlips(this.steps);
  }

  /** The slips that this journal's container has and nobody has fetched. */
  wanted({ giai, epoch }: JournalName): SlipStep[] {
    const away = this.#trails.get(`${giai} ${epoch}`)?.away ?? [];
    return away.filter((step) => {
      const fetched = this.#fetched.get(step.sgtin)?.slip.number ?? 0;
      return fetched < step.number && !this.#gone.has(nameOf(step));
    });
  }

  /** The container does not have this slip any more. */
  giveUp(step: SlipStep): void {
    this.#gone.add(nameOf(step));
  }

  /** Takes a slip that was fetched; throws an Error where it does not verify. */
  take(certificate: Uint8Array, signed: Uint8Array): Slip {
    const slip = readSlip(signed, readCertificate(certificate, this.#rootPublicKey));
    const before = this.#fetched.get(slip.sgtin)?.slip.number ?? 0;
    if (slip.number > before) this.#fetched.set(slip.sgtin, { slip, certificate, signed });
    return slip;
  }

  /** Number of the slip that a kit should come with, 0 when it is fresh from the blood bank. */
  numberOf(sgtin: string): number {
    const told = this.steps.filter((step) => step.sgtin === sgtin).map(({ number }) => number);
    return Math.max(0, this.#fetched.get(sgtin)?.slip.number ?? 0, ...told);
  }

  /** The newest slip of a kit that was fetched. */
  newestOf(sgtin: string): FetchedSlip | undefined {
    return this.#fetched.get(sgtin);
  }
}

function nameOf({ giai, epoch, sequence }: SlipStep): string {
  return `${giai} ${epoch} ${sequence}`;
}

/** The object that brings a slip to a container: [certificate, slip]. */
export function slipObject({ certificate, signed }: FetchedSlip): Uint8Array {
  return encodeCbor([certificate, signed]);
}
