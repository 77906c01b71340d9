/**
 * Hands on each kit's story from what people did with it: aboard from when to when, in whose hands.
 * A container knows a kit by its slot, so the story does too: what is put back into a slot is taken
 * for what was taken out of it. The glove button acts on the slot that changed last (design, §7):
 * presses step taken, mixed, used; held it is wasted.
 */
import type { Custody } from './codes.js';
import type { Rules, TruthEntry, TruthSetup } from './input.js';
import { PACKING_S } from './journal-view.js';
import type { CustodyStep, KitStory, Stay } from './story-types.js';

/** When the container wrote a kit down that was packed into a slot at an instant, if known. */
export type RecordedAt = (slot: number, packedAtS: number) => number | undefined;

/** The stories of all kits, in the order of packing; throws when a kit's profile is unknown. */
export function tellStories(
  setup: TruthSetup,
  rules: readonly Rules[],
  entries: readonly TruthEntry[],
  recordedAtS: RecordedAt,
): KitStory[] {
  return new Storyteller(setup, rules, recordedAtS).tell(entries);
}

/** A story while it is told. */
interface Telling {
  readonly pack: Extract<TruthEntry, { kind: 'pack' }>;
  readonly rules: Rules;
  readonly stays: Stay[];
  readonly custody: CustodyStep[];
  aboardFromS: number | null;
  mixedAtS: number | null;
  isMixSure: boolean;
  returnedAtS: number | null;
  isReturnSure: boolean;
}

class Storyteller {
  private readonly setup: TruthSetup;
  private readonly rules: readonly Rules[];
  private readonly recordedAtS: RecordedAt;
  private readonly all: Telling[] = [];
  /** The kit that a slot holds, or held last. */
  private readonly bySlot = new Map<number, Telling>();
  /** The slot that changed last; several that changed at once, as seen after an outage. */
  private changedLast: number[] = [];
  private changedAtS = -Infinity;

  constructor(setup: TruthSetup, rules: readonly Rules[], recordedAtS: RecordedAt) {
    this.setup = setup;
    this.rules = rules;
    this.recordedAtS = recordedAtS;
  }

  tell(entries: readonly TruthEntry[]): KitStory[] {
    for (const entry of entries) this.hear(entry);
    return this.all.map((kit) => {
      this.leave(kit, this.setup.endS);
      const { name, slot, expiryWallS, packedAtS } = this.headOf(kit);
      const { rules, stays, custody, mixedAtS, isMixSure, returnedAtS, isReturnSure } = kit;
      const after = { stays, custody, mixedAtS, isMixSure, returnedAtS, isReturnSure };
      return { name, slot, rules, expiryWallS, packedAtS, ...after };
    });
  }

  private headOf({ pack }: Telling): Pick<KitStory, 'name' | 'slot' | 'expiryWallS' | 'packedAtS'> {
    return { name: pack.kit, slot: pack.slot, expiryWallS: pack.expiryWallS, packedAtS: pack.atS };
  }

  private hear(entry: TruthEntry): void {
    switch (entry.kind) {
      case 'pack':
        return this.pack(entry);
      case 'take':
      case 'putBack': {
        this.change(entry.slot, entry.atS);
        const kit = this.bySlot.get(entry.slot);
        if (kit === undefined) return;
        return entry.kind === 'take' ? this.take(kit, entry.atS) : this.putBack(kit, entry.atS);
      }
      case 'scan': {
        const kit = this.bySlot.get(entry.slot);
        // A container refuses the scan of a kit that it believes to be elsewhere.
        const isOther = entry.kit !== undefined && entry.kit !== kit?.pack.kit;
        if (kit !== undefined && !isOther) kit.returnedAtS = null;
        return;
      }
      case 'press':
      case 'hold':
        return this.button(entry.kind, entry.atS);
      default:
        return;
    }
  }

  private pack(entry: Telling['pack']): void {
    const rules = this.rules.find(({ id }) => id === entry.profile);
    if (rules === undefined) {
      const known = this.rules.map(({ id }) => id).join(', ');
      throw new Error(`Truth: kit ${entry.kit} has profile ${entry.profile}, expected ${known}`);
    }
    this.change(entry.slot, entry.atS);
    const isTaken = this.isAccepted(entry);
    this.replace(entry, isTaken);
    const kit: Telling = {
      pack: entry,
      rules,
      stays: [],
      custody: [],
      aboardFromS: entry.atS,
      mixedAtS: null,
      isMixSure: true,
      returnedAtS: null,
      isReturnSure: true,
    };
    this.step(kit, entry.atS, 'in', true);
    if (isTaken) this.bySlot.set(entry.slot, kit);
    this.all.push(kit);
  }

  /** An expired kit is refused: to the container it is something in that slot, no kit. */
  private isAccepted({ slot, atS, expiryWallS }: Telling['pack']): boolean {
    const isExpired = expiryWallS <= this.setup.startWallS + atS + PACKING_S;
    return !isExpired || this.recordedAtS(slot, atS) !== undefined;
  }

  /**
   * A switch cannot tell one kit from another: filling the slot of a kit that was taken puts that
   * one back, until another is packed into its place. Then nobody knows where it is.
   */
  private replace({ slot, atS }: Telling['pack'], isTaken: boolean): void {
    const kit = this.bySlot.get(slot);
    if (kit === undefined) return;
    this.putBack(kit, atS);
    if (!isTaken || kit.aboardFromS === null) return;
    const packedAtS = this.recordedAtS(slot, atS) ?? atS;
    this.leave(kit, packedAtS);
    this.step(kit, packedAtS, 'fateUnknown', kit.isReturnSure);
  }

  private take(kit: Telling, atS: number): void {
    if (kit.aboardFromS === null) return;
    this.leave(kit, atS);
    const last = kit.custody.at(-1)!;
    this.step(kit, atS, 'taken', last.isSure && last.custody === 'in');
  }

  private putBack(kit: Telling, atS: number): void {
    if (kit.aboardFromS !== null) return;
    const { isSure, custody } = kit.custody.at(-1)!;
    if (isSure && custody !== 'taken') return; // mixed or given up: never stock again
    kit.aboardFromS = atS;
    kit.returnedAtS = atS;
    kit.isReturnSure = isSure;
    this.step(kit, atS, 'in', isSure);
  }

  private change(slot: number, atS: number): void {
    if (atS !== this.changedAtS) this.changedLast = [];
    this.changedAtS = atS;
    this.changedLast.push(slot);
  }

  /**
   * The button acts on the slot changed last, and on a kit that is out of it. Where several changed
   * at once, and after a mixed kit was put back, nothing is sure.
   */
  private button(kind: 'press' | 'hold', atS: number): void {
    for (const slot of this.changedLast) {
      const kit = this.bySlot.get(slot);
      if (kit === undefined) continue;
      const last = kit.custody.at(-1)!;
      if (kit.aboardFromS !== null && last.isSure) continue;
      this.press(kit, kind, atS, last.isSure && this.changedLast.length === 1);
    }
  }

  private press(kit: Telling, kind: 'press' | 'hold', atS: number, isSure: boolean): void {
    const before = kit.custody.at(-1)!.custody;
    if (kind === 'hold') {
      const mayBeWasted = before === 'taken' || before === 'mixed';
      if (mayBeWasted || !isSure) this.step(kit, atS, 'wasted', isSure);
      return;
    }
    if (before === 'taken' || !isSure) {
      if (kit.mixedAtS === null) kit.isMixSure = isSure;
      kit.mixedAtS ??= atS;
      this.step(kit, atS, 'mixed', isSure);
    }
    if (before === 'mixed' || !isSure) this.step(kit, atS, 'used', isSure);
  }

  private step(kit: Telling, atS: number, custody: Custody, isSure: boolean): void {
    kit.custody.push({ atS, custody, isSure });
  }

  private leave(kit: Telling, atS: number): void {
    if (kit.aboardFromS === null) return;
    const fromS = kit.aboardFromS;
    const isFirst = kit.stays.length === 0;
    const recordedS = isFirst ? this.recordedAtS(kit.pack.slot, fromS) : undefined;
    const surelyFromS = kit.isReturnSure ? Math.max(fromS, recordedS ?? fromS) : Infinity;
    kit.stays.push({ fromS, surelyFromS, toS: atS });
    kit.aboardFromS = null;
  }
}
