/**
 * Judging alone, for bench `judge`: kits under profiles of so many zones, readings by hand, and
 * what is pending after each. Exposure and Pending are the product's; there is no journal behind
 * them.
 */
import { Exposure } from '../../../firmware/core/excursion/exposure.js';
import { COMMON, KIT, kitAt, KITS_WORDS } from '../../../firmware/core/excursion/kits.js';
import { Pending } from '../../../firmware/core/excursion/pending.js';
import { type Limits, SLOT_COUNT_MAX } from '../../../firmware/core/limits.js';
import { READING_TEMPERATURE, RecordBuffer } from '../../../firmware/core/record/record.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { CUSTODY } from '../../../firmware/core/units.js';
import { benchProfile, tableOf } from './kits-rig.js';

const PERIOD_S = 60;
const PROBES = 4;
/** Two probes a slot, four slots side by side with the same two. */
const SLOT_PROBES = [0b0011, 0b0110, 0b1100, 0b1001];
const EXPIRY_WALL_S = 2_000_000_000;
const QUIET_CENTI_C = 2000;
/** Above every zone's limit: each of them counts. */
const HOT_CENTI_C = 5000;

export type JudgeCase = 'quiet' | 'worst';

export class JudgeRig {
  private readonly words = new Int32Array(KITS_WORDS);
  private readonly exposure: Exposure;
  private readonly pending: Pending;
  private readonly record = new RecordBuffer();
  private nowS = 0;

  /** `rules`: zones of the profile, 1..8. Needs `loadCbor` to have been awaited. */
  constructor(kits: number, rules: number) {
    const limits: Limits = {
      slotCount: SLOT_COUNT_MAX,
      probeCount: PROBES,
      slotProbes: Uint8Array.from({ length: SLOT_COUNT_MAX }, (_, s) => SLOT_PROBES[s >> 2]!),
      samplePeriodS: PERIOD_S,
      conversionLimitMs: 1000,
      journalBytes: 1 << 20,
      isHardware: false,
    };
    const hotC = Array.from({ length: rules }, (_, z) => 25 + z);
    const table = tableOf([benchProfile('judge', hotC, [])]);
    this.exposure = new Exposure(this.words, table.words, limits);
    this.pending = new Pending(this.words, table.words, false);
    this.words[COMMON.wallKnown] = 1;
    for (let kit = 0; kit < kits; kit++) this.pack(kit);
    this.pending.noteAll();
    this.run('quiet', 2);
  }

  private pack(kit: number): void {
    const at = kitAt(kit);
    this.words[at + KIT.custody] = CUSTODY.in;
    this.words[at + KIT.slot] = kit;
    this.words[at + KIT.expiryWallS] = EXPIRY_WALL_S;
    this.exposure.begin(1);
    this.exposure.enter(kit, 0, 1);
  }

  /** Judges so many samples; in the worst case each enters or leaves every zone. */
  run(which: JudgeCase, samples: number): void {
    const { record, exposure, pending, words } = this;
    for (let i = 0; i < samples; i++) {
      this.nowS += PERIOD_S;
      record.type = RECORD.reading;
      record.sequence++;
      const isHot = which === 'worst' && (i & 1) === 0;
      const centiC = (isHot ? HOT_CENTI_C : QUIET_CENTI_C) + (i & 7);
      for (let p = 0; p < PROBES; p++) record.fields[READING_TEMPERATURE + p] = centiC + p;
      words[COMMON.nowS] = this.nowS;
      pending.note(exposure.reading(record, this.nowS));
      while (pending.next(record, this.nowS) === 1) {
        if (record.type === RECORD.excursion) pending.excursion(record);
        else pending.verdict(record);
      }
    }
  }
}
