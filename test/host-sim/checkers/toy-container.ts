/**
 * The container's judging rooms without flash, radio and packing station: what is measured, done
 * and felt becomes records, which are folded and judged by the firmware's own code and kept as the
 * host would decode them. Cheap enough for hundreds of random journeys in a test.
 */
import { Fold } from '../../../firmware/app/fold.js';
import type { Ledger } from '../../../firmware/app/ledger.js';
import { Memory } from '../../../firmware/app/memory.js';
import { Sampling } from '../../../firmware/app/sampling.js';
import { Watch } from '../../../firmware/app/watch.js';
import { CalibrationTable } from '../../../firmware/core/reading/calibration.js';
import { Exposure } from '../../../firmware/core/excursion/exposure.js';
import { KIT, kitAt } from '../../../firmware/core/excursion/kits.js';
import { Pending } from '../../../firmware/core/excursion/pending.js';
import { PROFILE, ProfileTable, RULE } from '../../../firmware/core/excursion/profile.js';
import { RoleTable } from '../../../firmware/core/handoff/roles.js';
import type { Journal } from '../../../firmware/core/journal/journal.js';
import type { Limits } from '../../../firmware/core/limits.js';
import { PlaceTracker } from '../../../firmware/core/place/place.js';
import type { InputPort, ProbePort } from '../../../firmware/core/ports.js';
import { READING_TEMPERATURE, RecordBuffer } from '../../../firmware/core/record/record.js';
import { RECORD_SCHEMAS } from '../../../firmware/core/record/fields.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { Sha256 } from '../../../firmware/core/sha256.js';
import { TEMPERATURE_ABSENT, WALL_UNKNOWN } from '../../../firmware/core/units.js';
import type { DecodedRecord, RecordName } from '../../../host-sim/backend/record-types.js';
import { ALLOWANCES, OPERATORS, VERDICTS } from '../../../host-sim/checkers/codes.js';
import type { Rules } from '../../../host-sim/checkers/input.js';
import { PERIOD_S } from './tiny.js';

/** Slot 0 has probe 0, slot 1 probe 1, slot 2 both. */
export const TOY_LIMITS: Limits = {
  slotCount: 3,
  probeCount: 2,
  slotProbes: Uint8Array.of(1, 2, 3),
  samplePeriodS: PERIOD_S,
  conversionLimitMs: 500,
  journalBytes: 65536,
  isHardware: false,
};

/** Stores nowhere, but keeps what was stored. */
class ToyLedger {
  readonly record = new RecordBuffer();
  readonly kept: DecodedRecord[] = [];
  boot = 0;
  private readonly derived = new RecordBuffer();
  private readonly fold: Fold;
  private readonly pending: Pending;

  constructor(fold: Fold, pending: Pending) {
    this.fold = fold;
    this.pending = pending;
  }

  begin(type: number, uptimeS: number): RecordBuffer {
    this.record.begin(type, uptimeS);
    return this.record;
  }

  store(): number {
    return this.keep(this.record);
  }

  settle(uptimeS: number): void {
    while (this.pending.next(this.derived, uptimeS) === 1) this.keep(this.derived);
  }

  private keep(record: RecordBuffer): number {
    record.sequence = this.kept.length + 1;
    this.kept.push(decoded(record, this.boot));
    this.fold.apply(record);
    return record.sequence;
  }
}

function decoded(record: RecordBuffer, boot: number): DecodedRecord {
  const schema = RECORD_SCHEMAS[record.type]!;
  const head = { sequence: record.sequence, boot, uptimeS: record.uptimeS, wallS: null };
  const type = schema.name as RecordName;
  const tail = new Uint8Array(0);
  if (record.type !== RECORD.reading) {
    const fields = Object.fromEntries(schema.fields.map(([name], i) => [name, record.fields[i]!]));
    return { ...head, type, fields, tail };
  }
  const values = record.fields.subarray(READING_TEMPERATURE).subarray(0, TOY_LIMITS.probeCount);
  const temperaturesCentiC = [...values].map((it) => (it === TEMPERATURE_ABSENT ? null : it));
  return { ...head, type, fields: { humidityPermille: -1 }, temperaturesCentiC, tail };
}

/** Where the toy's ports lead. */
export interface ToyPorts {
  readonly inputs: InputPort;
  readonly probes: ProbePort;
}

export class ToyContainer {
  private readonly memory = new Memory();
  private readonly ledger: ToyLedger;
  private readonly ports: ToyPorts;
  private watch: Watch | undefined;
  private sampling: Sampling | undefined;

  constructor(ports: ToyPorts, rules: Rules) {
    const { memory } = this;
    this.ports = ports;
    const table = tableOf(rules);
    const exposure = new Exposure(memory.kits, table, TOY_LIMITS);
    const pending = new Pending(memory.kits, table, TOY_LIMITS.isHardware);
    const place = new PlaceTracker(memory.place, memory.placeId);
    const journal = { acknowledge: () => 0 } as unknown as Journal;
    this.ledger = new ToyLedger(
      new Fold({ memory, rules: table, exposure, pending, place, journal, sha: new Sha256() }),
      pending,
    );
  }

  get records(): readonly DecodedRecord[] {
    return this.ledger.kept;
  }

  /** CUSTODY of a kit; the toy packs kit n into slot n. */
  custodyOf(kit: number): number {
    return this.memory.kits[kitAt(kit) + KIT.custody]!;
  }

  /** Starts anew; `wallS` null when the clock has lost its time. */
  boot(wallS: number | null): void {
    const ledger = this.ledger as unknown as Ledger;
    this.ledger.boot++;
    this.memory.plausible.fill(0); // what a real boot forgets
    this.put(RECORD.boot, 0, [this.ledger.boot, 1, wallS === null ? 0 : 1, wallS ?? WALL_UNKNOWN]);
    this.watch = new Watch(this.ports.inputs, ledger, this.memory, new RoleTable(), TOY_LIMITS);
    this.watch.start();
    const calibration = new CalibrationTable();
    const { probes } = this.ports;
    this.sampling = new Sampling(probes, ledger, this.memory, TOY_LIMITS, calibration);
  }

  step(uptimeS: number): void {
    this.watch!.step(uptimeS);
    this.sampling!.step(uptimeS, 0);
    this.ledger.settle(uptimeS);
  }

  /** A record of what the toy has no room for: packing, shocks, the clock. */
  put(type: number, uptimeS: number, fields: readonly number[]): void {
    const record = this.ledger.begin(type, uptimeS);
    fields.forEach((value, i) => (record.fields[i] = value));
    this.ledger.store();
    this.ledger.settle(uptimeS);
  }
}

/** The firmware's table for the oracle's rules, as profile 0. */
function tableOf(rules: Rules): Int32Array {
  const { words } = new ProfileTable();
  const { zones, budget, shock, lid } = rules;
  words[PROFILE.used] = 1;
  words[PROFILE.isExample] = rules.isExample ? 1 : 0;
  words[PROFILE.zoneCount] = zones.length;
  words[PROFILE.quietAboveCentiC] = 32767; // no short cut: every zone is looked at
  zones.forEach((zone, z) => {
    const at = PROFILE.rules + z * RULE.words;
    words[at + RULE.operator] = OPERATORS.indexOf(zone.operator);
    words[at + RULE.limit] = zone.limitCentiC;
    words[at + RULE.allowance] = ALLOWANCES.indexOf(zone.allowance);
    words[at + RULE.allowanceS] = zone.allowanceS;
    words[at + RULE.verdict] = VERDICTS.indexOf(zone.verdict);
    if (zone.allowance === 'cumulative') words[PROFILE.endlessZones]! |= 1 << z;
  });
  words[PROFILE.gapAllowanceS] = rules.gapAllowanceS;
  if (budget !== null) {
    words[PROFILE.knotCount] = budget.ratesPermille.length;
    words[PROFILE.firstKnotC] = budget.firstKnotC;
    words.set(budget.ratesPermille, PROFILE.ratesPermille);
    words[PROFILE.budgetS] = budget.budgetS;
    words[PROFILE.budgetVerdict] = VERDICTS.indexOf(budget.verdict);
  }
  words[PROFILE.dropFreeFallMs] = shock.dropFreeFallMs;
  words[PROFILE.dropDeltaVMmPerS] = shock.dropDeltaVMmPerS;
  words[PROFILE.severeDeltaVMmPerS] = shock.severeDeltaVMmPerS;
  words[PROFILE.dropVerdict] = VERDICTS.indexOf(shock.dropVerdict);
  words[PROFILE.severeVerdict] = VERDICTS.indexOf(shock.severeVerdict);
  words[PROFILE.lidAllowedS] = lid.allowedS;
  words[PROFILE.lidVerdict] = VERDICTS.indexOf(lid.verdict);
  words[PROFILE.useByS] = rules.useByS ?? -1;
  if (rules.disagree !== undefined) {
    const at = PROFILE.rules + zones.length * RULE.words;
    words[at + RULE.limit] = rules.disagree.limit;
    words[at + RULE.allowance] = ALLOWANCES.indexOf('single');
    words[at + RULE.allowanceS] = rules.disagree.allowedS;
    words[at + RULE.verdict] = VERDICTS.indexOf(rules.disagree.verdict);
    words[PROFILE.disagreePlace] = zones.length;
    words[PROFILE.quietSpreadCentiC] = rules.disagree.limit;
  }
  return words;
}
