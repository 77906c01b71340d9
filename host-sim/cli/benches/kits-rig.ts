/**
 * Hands on a journal with the container's own judging behind it: 16 kits with profiles of 8 zones,
 * so that the state that each segment starts with is what a container really has to remember. The
 * memory, the fold, exposure and ledger are the product's; there is no sensor, clock or link.
 */
import { Fold } from '../../../firmware/app/fold.js';
import { Ledger } from '../../../firmware/app/ledger.js';
import { Memory, STATE_LAYOUT } from '../../../firmware/app/memory.js';
import { CborReader } from '../../../firmware/core/cbor/cbor.js';
import { Exposure } from '../../../firmware/core/excursion/exposure.js';
import { loadProfile } from '../../../firmware/core/excursion/load-profile.js';
import { Pending } from '../../../firmware/core/excursion/pending.js';
import { ProfileTable } from '../../../firmware/core/excursion/profile.js';
import { type Limits, SECTOR_BYTES, SLOT_COUNT_MAX } from '../../../firmware/core/limits.js';
import { PlaceTracker } from '../../../firmware/core/place/place.js';
import { BOOT_REASON, RECORD } from '../../../firmware/core/record/schema.js';
import { Sha256 } from '../../../firmware/core/sha256.js';
import { WALL_SOURCE } from '../../../firmware/core/units.js';
import { parseProfile, type Profile } from '../../backend/profile.js';
import { NorFlash } from '../../ports/flash.js';
import {
  CountedJournal,
  fillReading,
  HOURLY,
  mountJournal,
  RECEIPT_EVERY,
  restUntilReady,
} from './journal-rig.js';
import { PERIOD_S, type SensorColumns } from './journal-workload.js';

const POLL_MS = 10;
const CONVERSION_LIMIT_MS = 1000;
/** Wall time of the start, seconds since 2020: the kits expire long after the longest run. */
const START_WALL_S = 200_000_000;
const EXPIRY_WALL_S = 2_000_000_000;
/** A packing list as a packing station makes it is about as long (16 kits fit the catalogue). */
const PACKING_LIST = new Uint8Array(150).fill(0x31);
const PACKING_S = 20;
/** Long records fill a ring with few of them. */
const FILLER = new Uint8Array(200).fill(0x55);

export interface KitsOptions {
  readonly probeCount: number;
  readonly flashBytes: number;
  /** One per profile; kits take them in turn. */
  readonly profiles: readonly Profile[];
  /** Kits watch one of the first probes each, so that there are profiles × probes groups. */
  readonly probesInUse: number;
}

export class KitsRig {
  readonly flash: NorFlash;
  readonly journal: CountedJournal;
  readonly memory = new Memory();
  private readonly fold: Fold;
  private readonly ledger: Ledger;
  private readonly options: KitsOptions;
  private nowMs = 0;

  constructor(options: KitsOptions, image?: Uint8Array) {
    this.options = options;
    const { memory } = this;
    const limits = limitsOf(options);
    this.flash = new NorFlash({
      region: 'journal',
      bytes: options.flashBytes,
      seed: 1,
      nowMs: () => this.nowMs,
    });
    if (image !== undefined) this.flash.load(image);
    const { words } = memory.durable;
    this.journal = new CountedJournal(
      this.flash,
      memory.journal,
      memory.journalCursor,
      words,
      limits,
      STATE_LAYOUT,
    );
    const table = tableOf(options.profiles);
    const exposure = new Exposure(memory.kits, table.words, limits);
    const pending = new Pending(memory.kits, table.words, limits.isHardware);
    const place = new PlaceTracker(memory.place, memory.placeId);
    this.fold = new Fold({
      memory,
      rules: table.words,
      exposure,
      pending,
      place,
      journal: this.journal,
      sha: new Sha256(),
    });
    this.ledger = new Ledger(this.journal, this.fold, pending, memory.kits);
  }

  /** Boots from flash alone. */
  mount(): void {
    const { journal, flash, memory, fold } = this;
    journal.anchor(0, START_WALL_S, 1);
    fold.isReplaying = true;
    const { words } = memory.durable;
    const { probeCount } = this.options;
    mountJournal(journal, { flash, durable: words, probeCount, sink: fold });
    fold.isReplaying = false;
    journal.startCounting();
  }

  /** The records of a container that boots with a set clock, and of 16 kits packed into it. */
  pack(): void {
    const boot = [1, BOOT_REASON.powerOn, WALL_SOURCE.dock, START_WALL_S, 1];
    this.store(RECORD.boot, 0, boot);
    for (let kit = 0; kit < SLOT_COUNT_MAX; kit++) {
      const uptimeS = 60 + PACKING_S * kit;
      const profile = kit % this.options.profiles.length;
      this.store(RECORD.slot, uptimeS, [kit, 1, -1]);
      this.store(RECORD.kit, uptimeS, [kit, kit, profile, EXPIRY_WALL_S], PACKING_LIST);
    }
  }

  /** Stores the columns as READING records, with a POWER record in each hour or without. */
  storeColumns(columns: SensorColumns, startS: number, battery: 'hourly' | 'none'): void {
    const { ledger } = this;
    for (let i = 0; i < columns.uptimeS.length; i++) {
      const uptimeS = startS + columns.uptimeS[i]!;
      if (battery === 'hourly' && i % HOURLY === 0) {
        this.store(RECORD.power, uptimeS, [columns.batteryMilliV[i]!, 0]);
      }
      this.rest(uptimeS);
      fillReading(ledger.begin(RECORD.reading, uptimeS), columns, i);
      ledger.record.uptimeS = uptimeS;
      this.keep(ledger.store());
      ledger.settle(uptimeS);
    }
  }

  /** Fills the ring with long records that are nobody's, so many times round. */
  fillRing(laps: number): void {
    const { journal, ledger } = this;
    const uptimeS = PACKING_S * SLOT_COUNT_MAX;
    const last = Math.floor((laps * this.options.flashBytes) / SECTOR_BYTES);
    while (journal.segment < last) {
      this.rest(uptimeS);
      const record = ledger.begin(RECORD.place, uptimeS);
      record.setTail(FILLER, 0, FILLER.length);
      this.keep(journal.append(record));
    }
  }

  private store(
    type: number,
    uptimeS: number,
    fields: readonly number[],
    tail = new Uint8Array(0),
  ): void {
    this.rest(uptimeS);
    const record = this.ledger.begin(type, uptimeS);
    fields.forEach((value, i) => (record.fields[i] = value));
    record.setTail(tail, 0, tail.length);
    this.keep(this.ledger.store());
    this.ledger.settle(uptimeS);
  }

  /** Lets the flash get the next segment ready. */
  rest(uptimeS: number): void {
    this.journal.anchor(uptimeS, START_WALL_S + uptimeS, 1);
    this.nowMs += POLL_MS;
    restUntilReady(this.journal, (ms) => (this.nowMs += ms));
  }

  /** What is stored counts as receipted, so that the ring goes round. */
  private keep(sequence: number): void {
    if (sequence < 0) throw new Error(`A record is not stored: fault ${sequence}`);
    if (sequence % RECEIPT_EVERY === 0) this.journal.acknowledge(sequence);
  }
}

function limitsOf({ probeCount, flashBytes, probesInUse, profiles }: KitsOptions): Limits {
  return {
    slotCount: SLOT_COUNT_MAX,
    probeCount,
    slotProbes: Uint8Array.from({ length: SLOT_COUNT_MAX }, (_, slot) => {
      return 1 << (Math.floor(slot / profiles.length) % probesInUse);
    }),
    samplePeriodS: PERIOD_S,
    conversionLimitMs: CONVERSION_LIMIT_MS,
    journalBytes: flashBytes,
    isHardware: false,
  };
}

/** The table of these profiles; throws when one does not load. */
export function tableOf(profiles: readonly Profile[]): ProfileTable {
  const table = new ProfileTable();
  profiles.forEach(({ cbor, hash, id }, place) => {
    const result = loadProfile(table, place, new CborReader(), cbor, 0, cbor.length, hash);
    if (result < 0) throw new Error(`Profile ${id} does not load: fault ${result}`);
  });
  return table;
}

/**
 * A profile of 8 zones at these limits in °C, with allowances that are never used up: what a bench
 * of the state wants is counting, not excursions. Needs `loadCbor` to have been awaited.
 */
export function benchProfile(
  id: string,
  hotC: readonly number[],
  coldC: readonly number[],
): Profile {
  const source = 'a bench, no product';
  const zone = (operator: string, limitC: number, i: number): object => ({
    name: `${operator} ${limitC}`,
    operator,
    limitC: { value: limitC, source },
    allowance: i % 2 === 0 ? 'cumulative' : 'single',
    allowanceS: { value: 500_000_000, source },
    verdict: 'quarantine',
  });
  const text = JSON.stringify({
    id,
    version: 1,
    example: true,
    product: { name: id, maker: 'bench' },
    zones: [
      ...hotC.map((limit, i) => zone('above', limit, i)),
      ...coldC.map((limit, i) => zone('below', limit, i)),
    ],
    gapAllowanceS: { value: 900, source },
    stability: {
      activationEnergyKJPerMol: { value: 83.144, source },
      shelfLifeMonths: { value: 24, source },
      shelfLifeC: { value: 25, source },
      verdict: 'quarantine',
    },
    shock: {
      dropFreeFallMs: { value: 140, source },
      dropDeltaVMmPerS: { value: 1500, source },
      severeDeltaVMmPerS: { value: 3000, source },
      dropVerdict: 'inspect',
      severeVerdict: 'quarantine',
    },
    lid: { openAllowedS: { value: 500_000_000, source }, verdict: 'inspect' },
    useByS: { value: null, source },
  });
  return parseProfile(text, id); // JSON is YAML
}
