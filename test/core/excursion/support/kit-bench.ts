/** Kits under judgement without a container around them: time, readings and events by hand. */
import { Exposure } from '../../../../firmware/core/excursion/exposure.js';
import {
  clearKit,
  COMMON,
  KIT,
  kitAt,
  KITS_WORDS,
  ZONE,
  zoneAt,
} from '../../../../firmware/core/excursion/kits.js';
import { EXCURSION_FIELD, Pending } from '../../../../firmware/core/excursion/pending.js';
import type { ProfileTable } from '../../../../firmware/core/excursion/profile.js';
import { REASON } from '../../../../firmware/core/excursion/reasons.js';
import type { Limits } from '../../../../firmware/core/limits.js';
import { READING_TEMPERATURE, RecordBuffer } from '../../../../firmware/core/record/record.js';
import { EXCURSION_PHASE, RECORD, SHOCK_FLAG } from '../../../../firmware/core/record/schema.js';
import { CUSTODY, TEMPERATURE_ABSENT, VERDICT } from '../../../../firmware/core/units.js';
import { type ProfileParts, tableOf } from './profiles.js';

/** Name of a reason's bit: `zone3`, `gap`, … */
export function reasonName(reason: number): string {
  if (reason < REASON.budget) return `zone${reason}`;
  return Object.entries(REASON).find(([, code]) => code === reason)?.[0] ?? `${reason}`;
}

export function reasonNames(bits: number): string[] {
  const all = Array.from({ length: 32 }, (_, reason) => reason);
  return all.filter((reason) => ((bits >>> reason) & 1) === 1).map(reasonName);
}

export function verdictName(verdict: number): string {
  return Object.entries(VERDICT).find(([, code]) => code === verdict)?.[0] ?? `${verdict}`;
}

/** A record that was pending, in words. */
export interface Told {
  readonly what: string;
  readonly kit: number;
  readonly used: number;
  readonly allowed: number;
  readonly limit: number;
  readonly startSequence: number;
  readonly extreme: number;
  readonly extremeSequence: number;
  readonly budgetLeftS: number;
}

export interface BenchOptions {
  readonly profiles?: readonly ProfileParts[];
  readonly slotProbes?: readonly number[];
  readonly isHardware?: boolean;
}

const EXPIRY_WALL_S = 300_000_000;
const PHASE_WORDS: Readonly<Record<number, string>> = {
  [EXCURSION_PHASE.open]: 'opens',
  [EXCURSION_PHASE.close]: 'closes',
  [EXCURSION_PHASE.update]: 'so far',
};

export class KitBench {
  readonly words = new Int32Array(KITS_WORDS);
  readonly table: ProfileTable;
  readonly limits: Limits;
  readonly exposure: Exposure;
  readonly pending: Pending;
  sequence = 0;
  private readonly record = new RecordBuffer();

  constructor(options: BenchOptions, table = tableOf(...(options.profiles ?? [{}]))) {
    const slotProbes = Uint8Array.from(options.slotProbes ?? [1, 1, 1, 1]);
    this.table = table;
    this.limits = {
      slotCount: slotProbes.length,
      probeCount: 2,
      slotProbes,
      samplePeriodS: 60,
      conversionLimitMs: 1000,
      journalBytes: 65536,
      isHardware: options.isHardware ?? false,
    };
    this.exposure = new Exposure(this.words, table.words, this.limits);
    this.pending = new Pending(this.words, table.words, this.limits.isHardware);
    this.words[COMMON.wallKnown] = 1;
  }

  /** A bench that goes on from a copy of this one's words, as after a restart. */
  restarted(): KitBench {
    const { isHardware, slotProbes } = this.limits;
    const next = new KitBench({ isHardware, slotProbes: [...slotProbes] }, this.table);
    next.words.set(this.words);
    next.sequence = this.sequence;
    return next;
  }

  /** Sets a word that belongs to all kits, as a record would that says so. */
  set(word: number, value: number): void {
    this.words[word] = value;
    this.pending.noteAll();
  }

  private begin(type: number, nowS: number): RecordBuffer {
    this.record.begin(type, nowS);
    this.record.sequence = ++this.sequence;
    this.words[COMMON.nowS] = nowS;
    this.exposure.begin(this.sequence);
    this.pending.noteAll();
    return this.record;
  }

  pack(kit: number, nowS = 0, { slot = kit, profile = 0, expiryWallS = EXPIRY_WALL_S } = {}): void {
    this.begin(RECORD.kit, nowS);
    clearKit(this.words, kit);
    const at = kitAt(kit);
    this.words[at + KIT.custody] = CUSTODY.in;
    this.words[at + KIT.slot] = slot;
    this.words[at + KIT.profile] = profile;
    this.words[at + KIT.expiryWallS] = expiryWallS;
    this.exposure.enter(kit, nowS, this.sequence);
  }

  /** A reading of all probes; null where a probe gave nothing. Answers its sequence number. */
  reading(nowS: number, ...temperaturesCentiC: readonly (number | null)[]): number {
    this.record.begin(RECORD.reading, nowS);
    const { record } = this;
    record.sequence = ++this.sequence;
    this.words[COMMON.nowS] = nowS;
    for (let probe = 0; probe < this.limits.probeCount; probe++) {
      const value = temperaturesCentiC[probe] ?? null;
      record.fields[READING_TEMPERATURE + probe] = value ?? TEMPERATURE_ABSENT;
    }
    this.pending.note(this.exposure.reading(record, nowS));
    return this.sequence;
  }

  /** Readings every `periodS` from `fromS` to `toS`, both included. */
  readings(fromS: number, toS: number, periodS: number, ...centiC: (number | null)[]): void {
    for (let nowS = fromS; nowS <= toS; nowS += periodS) this.reading(nowS, ...centiC);
  }

  /** Power is lost for a time that nobody knows. */
  loseTime(): void {
    this.begin(RECORD.boot, this.words[COMMON.nowS]!);
    this.exposure.unknownDowntime();
  }

  /** A kit leaves its slot. */
  take(kit: number, nowS: number): void {
    this.begin(RECORD.custody, nowS);
    this.exposure.leave(kit, nowS, this.sequence);
    this.words[kitAt(kit) + KIT.custody] = CUSTODY.taken;
  }

  /** A kit that was taken is mixed, and perhaps used. */
  mix(kit: number, nowS: number, custody: number = CUSTODY.mixed): void {
    this.begin(RECORD.custody, nowS);
    this.words[kitAt(kit) + KIT.mixedAtS] = nowS;
    this.words[kitAt(kit) + KIT.custody] = custody;
  }

  /** A kit comes back to its slot. */
  putBack(kit: number, nowS: number): void {
    this.begin(RECORD.custody, nowS);
    this.words[kitAt(kit) + KIT.custody] = CUSTODY.in;
    this.exposure.away(kit, nowS);
    this.exposure.enter(kit, nowS, this.sequence);
  }

  lid(isOpen: boolean, nowS: number): void {
    this.begin(RECORD.lid, nowS);
    this.exposure.lid(isOpen ? 1 : 0, nowS);
  }

  shock(parts: {
    deltaV?: number;
    freeFallMs?: number;
    isClipped?: boolean;
    slots?: number;
  }): void {
    const { fields } = this.begin(RECORD.shock, this.words[COMMON.nowS]!);
    fields[5] = parts.deltaV ?? 0;
    fields[6] = parts.freeFallMs ?? 0;
    fields[9] = parts.isClipped === true ? SHOCK_FLAG.clipped : 0;
    fields[12] = parts.slots ?? 0xffff;
    this.exposure.shock(this.record);
  }

  /** Records the next thing that is pending, if there is one, and tells it. */
  settleOne(): Told | undefined {
    const { record } = this;
    if (this.pending.next(record, this.words[COMMON.nowS]!) !== 1) return undefined;
    record.sequence = ++this.sequence;
    const told = tell(record);
    if (record.type === RECORD.excursion) this.pending.excursion(record);
    else this.pending.verdict(record);
    return told;
  }

  /** Records everything that is pending, and tells it. */
  settle(): Told[] {
    const told: Told[] = [];
    for (let next = this.settleOne(); next !== undefined; next = this.settleOne()) {
      told.push(next);
      if (told.length > 1000) throw new Error('Pending records without end');
    }
    const whole = new Pending(this.words, this.table.words, this.limits.isHardware);
    if (whole.next(new RecordBuffer(), 0) !== 0) throw new Error('A kit was overlooked');
    return told;
  }

  /** What is pending of one kit, as short lines; all of it is recorded then. */
  told(kit = 0): string[] {
    return this.settle().flatMap((it) => (it.kit === kit ? [it.what] : []));
  }

  /** The reasons that stand in a kit's verdict record written last. */
  reasons(kit = 0): string[] {
    this.settle();
    return reasonNames(this.words[kitAt(kit) + KIT.recordedReasons]!);
  }

  verdict(kit = 0): string {
    this.settle();
    return verdictName(this.words[kitAt(kit) + KIT.recordedVerdict]! - 1);
  }

  isIn(kit: number): boolean {
    return this.kit(kit, KIT.custody) === CUSTODY.in;
  }

  isTaken(kit: number): boolean {
    return this.kit(kit, KIT.custody) === CUSTODY.taken;
  }

  kit(kit: number, word: number): number {
    return this.words[kitAt(kit) + word]!;
  }

  /** Seconds counted at a place: all of a cumulative zone's, the last stay's of any other. */
  countS(kit: number, zone: number): number {
    return this.words[zoneAt(kit, zone) + ZONE.countS]!;
  }
}

function tell({ type, fields }: RecordBuffer): Told {
  const isExcursion = type === RECORD.excursion;
  const rule = reasonName(fields[EXCURSION_FIELD.rule]!);
  const phase = PHASE_WORDS[fields[EXCURSION_FIELD.phase]!];
  const verdict = `${verdictName(fields[1]!)}: ${reasonNames(fields[2]!).join(', ') || 'none'}`;
  const number = (field: number): number => (isExcursion ? fields[field]! : 0);
  return {
    what: isExcursion ? `${rule} ${phase}` : verdict,
    kit: fields[0]!,
    used: number(EXCURSION_FIELD.used),
    allowed: number(EXCURSION_FIELD.allowed),
    limit: number(EXCURSION_FIELD.limit),
    startSequence: number(EXCURSION_FIELD.startSequence),
    extreme: number(EXCURSION_FIELD.extreme),
    extremeSequence: number(EXCURSION_FIELD.extremeSequence),
    budgetLeftS: isExcursion ? 0 : fields[3]!,
  };
}
