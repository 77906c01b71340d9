/** The fold alone: records in, durable words out; the reference for a container's memory. */
import { Fold } from '../../../firmware/app/fold.js';
import { Memory } from '../../../firmware/app/memory.js';
import { CborReader } from '../../../firmware/core/cbor/cbor.js';
import { Exposure } from '../../../firmware/core/excursion/exposure.js';
import { COMMON, KIT, kitAt } from '../../../firmware/core/excursion/kits.js';
import { Pending } from '../../../firmware/core/excursion/pending.js';
import { ProfileTable } from '../../../firmware/core/excursion/profile.js';
import { wallNow } from '../../../firmware/core/excursion/verdict.js';
import { Catalogue } from '../../../firmware/core/journal/catalogue.js';
import { Journal } from '../../../firmware/core/journal/journal.js';
import type { Limits } from '../../../firmware/core/limits.js';
import { PlaceTracker } from '../../../firmware/core/place/place.js';
import {
  READING_HUMIDITY,
  READING_TEMPERATURE,
  RecordBuffer,
} from '../../../firmware/core/record/record.js';
import { RECORD_SCHEMAS } from '../../../firmware/core/record/fields.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { Sha256 } from '../../../firmware/core/sha256.js';
import { HUMIDITY_ABSENT, TEMPERATURE_ABSENT } from '../../../firmware/core/units.js';
import { Profiles } from '../../../firmware/app/profiles.js';
import type { DecodedRecord, RecordName } from '../../../host-sim/backend/record-types.js';
import { NorFlash } from '../../../host-sim/ports/flash.js';
import { reasonNames } from '../../core/excursion/support/kit-bench.js';

const LIMITS: Limits = {
  slotCount: 4,
  probeCount: 2,
  slotProbes: Uint8Array.of(1, 1, 1, 1),
  samplePeriodS: 60,
  conversionLimitMs: 1000,
  journalBytes: 65536,
  isHardware: false,
};

export class FoldBench {
  readonly memory = new Memory();
  readonly words = this.memory.kits;
  readonly fold: Fold;
  sequence = 0;
  private readonly record = new RecordBuffer();

  constructor(table = new ProfileTable(), limits: Limits = LIMITS) {
    const { memory } = this;
    const flash = new NorFlash({ region: 'none', bytes: 65536, seed: 1, nowMs: () => 0 });
    const { journal: state, journalCursor, durable } = memory;
    const journal = new Journal(flash, state, journalCursor, durable.words, limits);
    journal.resumeAt(-1, 1, 1);
    this.fold = new Fold({
      memory,
      rules: table.words,
      exposure: new Exposure(memory.kits, table.words, limits),
      pending: new Pending(memory.kits, table.words, limits.isHardware),
      place: new PlaceTracker(memory.place, memory.placeId),
      journal,
      sha: new Sha256(),
    });
    this.fold.isReplaying = true;
  }

  /** Applies a record of these field values; those that are left out are 0. */
  apply(type: RecordName, uptimeS: number, fields: Readonly<Record<string, number>> = {}): this {
    return this.put(type, uptimeS, fields, new Uint8Array(0));
  }

  put(
    type: RecordName,
    uptimeS: number,
    fields: Readonly<Record<string, number>>,
    tail: Uint8Array,
  ): this {
    const { record } = this;
    record.begin(RECORD[type], uptimeS);
    record.sequence = ++this.sequence;
    for (const [i, [name]] of RECORD_SCHEMAS[RECORD[type]]!.fields.entries()) {
      record.fields[i] = fields[name] ?? 0;
    }
    record.setTail(tail, 0, tail.length);
    this.fold.apply(record);
    return this;
  }

  /** Applies a reading; null where a probe gave nothing. */
  reading(uptimeS: number, ...centiC: readonly (number | null)[]): this {
    const { record } = this;
    record.begin(RECORD.reading, uptimeS);
    record.sequence = ++this.sequence;
    record.fields[READING_HUMIDITY] = HUMIDITY_ABSENT;
    centiC.forEach((value, probe) => {
      record.fields[READING_TEMPERATURE + probe] = value ?? TEMPERATURE_ABSENT;
    });
    this.fold.apply(record);
    return this;
  }

  /** Applies a record as it was read back from flash. */
  replay(decoded: DecodedRecord): void {
    this.sequence = decoded.sequence - 1;
    if (decoded.temperaturesCentiC !== undefined) {
      this.reading(decoded.uptimeS, ...decoded.temperaturesCentiC);
    } else this.put(decoded.type, decoded.uptimeS, decoded.fields, decoded.tail);
  }

  get nowS(): number {
    return this.words[COMMON.nowS]!;
  }

  get wallS(): number | null {
    return this.words[COMMON.wallKnown] === 1 ? wallNow(this.words) : null;
  }

  kit(kit: number, word: number): number {
    return this.words[kitAt(kit) + word]!;
  }

  sticky(kit: number): string[] {
    return reasonNames(this.kit(kit, KIT.sticky));
  }
}

/** The words of a container that remembers exactly these records. */
export function replayed(
  records: readonly DecodedRecord[],
  catalogueFlash: NorFlash,
  limits: Limits,
): Memory {
  const table = new ProfileTable();
  const bench = new FoldBench(table, limits);
  const catalogue = new Catalogue(catalogueFlash);
  if (catalogue.mount() < 0) throw new Error('The test’s catalogue cannot be mounted');
  new Profiles(table, bench.words).mount(catalogue, new CborReader());
  for (const record of records) bench.replay(record);
  return bench.memory;
}
