/**
 * What people and the world do to the container, read from its switches once a step: lid, slots,
 * glove button, power, dock contact. Each change becomes a record; nothing is ever refused here.
 *
 * | gesture                          | becomes                                                    |
 * | -------------------------------- | ---------------------------------------------------------- |
 * | a slot is emptied                | its kit is taken, person unknown; `emergency` unless it    |
 * |                                  | was shown as usable                                        |
 * | a taken kit's slot is filled     | its kit is in again, unknown until it is scanned           |
 * | another empty slot is filled     | a slot that nobody has explained (no kit)                  |
 * | button pressed                   | the kit of the slot changed last steps taken -> mixed ->   |
 * |                                  | used                                                       |
 * | button held for 3 s              | the kit of the slot changed last is wasted                 |
 */
import { getI32, getU16 } from '../core/bytes.js';
import { COMMON, KIT, kitAt, kitOfSlot } from '../core/excursion/kits.js';
import type { RoleTable } from '../core/handoff/roles.js';
import type { Limits } from '../core/limits.js';
import { INPUT_FLAG, INPUT_LAYOUT, type InputPort } from '../core/ports.js';
import { ORIGIN, RECORD } from '../core/record/schema.js';
import { CUSTODY, VERDICT } from '../core/units.js';
import type { Ledger } from './ledger.js';
import { type Memory, POWER } from './memory.js';

const DOCK_ID_BYTES = 40;
const BATTERY_STEP_MILLI_V = 10;
const BATTERY_PERIOD_S = 3600;
const LIGHT_NOT_MEASURED = 0xffff;
/** Less is dark and recorded as 0; it is light again from twice as much on. */
const DARK_LUX = 10;

export class Watch {
  /** Id of the dock in contact; length 0 without one, or when no role knows it. */
  readonly dockId = new Uint8Array(DOCK_ID_BYTES);
  dockIdLength = 0;
  private readonly input = new Uint8Array(INPUT_LAYOUT.bytes);
  private readonly inputs: InputPort;
  private readonly ledger: Ledger;
  private readonly memory: Memory;
  private readonly words: Int32Array;
  private readonly roles: RoleTable;
  private readonly limits: Limits;
  private pressCount = 0;
  private holdCount = 0;
  private isBlind = false;

  constructor(inputs: InputPort, ledger: Ledger, memory: Memory, roles: RoleTable, limits: Limits) {
    this.inputs = inputs;
    this.ledger = ledger;
    this.memory = memory;
    this.words = memory.kits;
    this.roles = roles;
    this.limits = limits;
  }

  /** Presses that were counted, for a sleep to keep. */
  get counted(): number {
    return (this.pressCount << 8) | this.holdCount;
  }

  /** Goes on after a sleep: presses during it are still to be taken. */
  resume(counted: number): void {
    this.pressCount = (counted >> 8) & 0xff;
    this.holdCount = counted & 0xff;
  }

  /** At boot: presses before it belong to nobody. */
  start(): void {
    if (this.inputs.read(this.input) < 0) return;
    this.pressCount = this.input[INPUT_LAYOUT.pressCount]!;
    this.holdCount = this.input[INPUT_LAYOUT.holdCount]!;
  }

  /** Reads the switches and records what has changed. */
  step(uptimeS: number): void {
    const result = this.inputs.read(this.input);
    if (result < 0) return this.blind(result, uptimeS);
    this.isBlind = false;
    const flags = this.input[INPUT_LAYOUT.flags]!;
    this.lid((flags & INPUT_FLAG.lidOpen) !== 0 ? 1 : 0, uptimeS);
    this.slots(getI32(this.input, INPUT_LAYOUT.slots), uptimeS);
    this.button(uptimeS);
    this.power((flags & INPUT_FLAG.externalPower) !== 0 ? 1 : 0, uptimeS);
    this.dock(flags, uptimeS);
    this.light(uptimeS);
  }

  /**
   * Switches that cannot be read say nothing: what was known of kits and lid holds, and a record
   * tells. A dock is proven no more, so the radio falls silent.
   */
  private blind(fault: number, uptimeS: number): void {
    this.dockIdLength = 0;
    if (this.isBlind) return;
    this.isBlind = true;
    this.ledger.begin(RECORD.fault, uptimeS).fields[0] = fault;
    this.ledger.store();
  }

  private lid(isOpen: number, uptimeS: number): void {
    if (isOpen === this.words[COMMON.lidOpen]) return;
    this.ledger.begin(RECORD.lid, uptimeS).fields[0] = isOpen;
    this.ledger.store();
  }

  /** Light is recorded when it doubles, halves or crosses dark. */
  private light(uptimeS: number): void {
    const measured = getU16(this.input, INPUT_LAYOUT.lightLux);
    const known = this.words[COMMON.lightLux]!;
    if (measured === LIGHT_NOT_MEASURED) return;
    const lux = measured < DARK_LUX ? 0 : measured;
    if (lux === known || (known === 0 && lux < 2 * DARK_LUX)) return;
    if (known > 0 && lux > 0 && lux < 2 * known && 2 * lux > known) return;
    this.ledger.begin(RECORD.light, uptimeS).fields[0] = lux;
    this.ledger.store();
  }

  private slots(mask: number, uptimeS: number): void {
    const changed = mask ^ this.words[COMMON.slots]!;
    if (changed === 0) return;
    for (let slot = 0; slot < this.limits.slotCount; slot++) {
      if ((changed & (1 << slot)) === 0) continue;
      const filled = (mask >> slot) & 1;
      const kit = kitOfSlot(this.words, slot);
      const record = this.ledger.begin(RECORD.slot, uptimeS);
      record.fields[0] = slot;
      record.fields[1] = filled;
      record.fields[2] = kit;
      this.ledger.store();
      if (kit < 0) continue;
      const custody = this.words[kitAt(kit) + KIT.custody]!;
      if (filled === 0 && custody === CUSTODY.in) {
        this.act(kit, CUSTODY.taken, ORIGIN.slot, uptimeS);
      } else if (filled === 1 && custody === CUSTODY.taken) {
        this.act(kit, CUSTODY.in, ORIGIN.slot, uptimeS);
      }
    }
  }

  private button(uptimeS: number): void {
    const presses = (this.input[INPUT_LAYOUT.pressCount]! - this.pressCount) & 0xff;
    const holds = (this.input[INPUT_LAYOUT.holdCount]! - this.holdCount) & 0xff;
    this.pressCount = this.input[INPUT_LAYOUT.pressCount]!;
    this.holdCount = this.input[INPUT_LAYOUT.holdCount]!;
    const kit = this.words[COMMON.touchedKit]! - 1;
    if (kit < 0) return;
    for (let i = 0; i < presses; i++) {
      const custody = this.words[kitAt(kit) + KIT.custody]!;
      if (custody === CUSTODY.taken) this.act(kit, CUSTODY.mixed, ORIGIN.button, uptimeS);
      else if (custody === CUSTODY.mixed) this.act(kit, CUSTODY.used, ORIGIN.button, uptimeS);
    }
    for (let i = 0; i < holds; i++) {
      const custody = this.words[kitAt(kit) + KIT.custody]!;
      if (custody === CUSTODY.taken || custody === CUSTODY.mixed) {
        this.act(kit, CUSTODY.wasted, ORIGIN.button, uptimeS);
      }
    }
  }

  /** Records an act on a kit with the verdict that was shown when it was done. */
  private act(kit: number, custody: number, origin: number, uptimeS: number): void {
    const at = kitAt(kit);
    const recorded = this.words[at + KIT.recordedVerdict]!;
    const shown = recorded === 0 ? VERDICT.unknown : recorded - 1;
    const record = this.ledger.begin(RECORD.custody, uptimeS);
    record.fields[0] = kit;
    record.fields[1] = custody;
    record.fields[2] = shown;
    record.fields[3] = shown !== VERDICT.usable && custody !== CUSTODY.in ? 1 : 0;
    record.fields[4] = origin;
    record.fields[5] = this.words[at + KIT.slot]!;
    this.ledger.store();
  }

  private power(external: number, uptimeS: number): void {
    const { power } = this.memory;
    const batteryMilliV = getU16(this.input, INPUT_LAYOUT.batteryMilliV);
    const change = batteryMilliV - power[POWER.batteryMilliV]!;
    const ageS = this.words[COMMON.bootElapsedS]! + uptimeS - power[POWER.recordedAtS]!;
    const isSame = change > -BATTERY_STEP_MILLI_V && change < BATTERY_STEP_MILLI_V;
    if (isSame && external === power[POWER.external] && ageS < BATTERY_PERIOD_S) return;
    const record = this.ledger.begin(RECORD.power, uptimeS);
    record.fields[0] = batteryMilliV;
    record.fields[1] = external;
    this.ledger.store();
  }

  /** A dock counts when there is contact, external power, and an id that the roles know. */
  private dock(flags: number, uptimeS: number): void {
    const needed = INPUT_FLAG.dockContact | INPUT_FLAG.externalPower;
    let docked = 0;
    if ((flags & needed) === needed) {
      if (this.dockIdLength === 0) {
        const length = this.inputs.readDockId(this.dockId);
        if (length > 0 && this.roles.knowsDock(this.dockId, length)) this.dockIdLength = length;
      }
      docked = this.dockIdLength > 0 ? 1 : 0;
    }
    if (docked !== this.memory.power[POWER.docked]) {
      const record = this.ledger.begin(RECORD.dock, uptimeS);
      record.fields[0] = docked;
      record.setTail(this.dockId, 0, this.dockIdLength);
      this.ledger.store();
    }
    if (docked === 0) this.dockIdLength = 0;
  }

  get isDocked(): boolean {
    return this.dockIdLength > 0;
  }

  /** Bits of the slots that are filled now. */
  get slotsNow(): number {
    return this.words[COMMON.slots]!;
  }
}
