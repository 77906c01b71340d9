/**
 * The input port: lid, slot switches, glove button, battery, light, power and dock contact.
 * Switches are debounced here; presses are counted when the button is released, holds while it is
 * still held, so that a hand feels when three seconds are over. A button that is held at boot
 * counts for nothing. A kit rattles on its switch while a car drives: slots must be steady for half
 * a second.
 *
 * `tend` looks after the switches between steps and says when it wants to again; `revision` counts
 * what has changed, so that a step can follow at once.
 */
import { putI32, putU16 } from '../core/bytes.js';
import { FAULT } from '../core/faults.js';
import { INPUT_FLAG, INPUT_LAYOUT, type InputPort } from '../core/ports.js';
import type { Battery } from './battery.js';
import { Debounce } from './drivers/debounce.js';
import type { DockContact } from './drivers/dock-contact.js';
import { type InputLines, LINE } from './drivers/lines.js';
import type { SwitchBank } from './drivers/tca9535.js';
import type { Light } from './light.js';

const IDLE_MS = 0x7fffffff;
const SAMPLE_MS = 10;
const SLOTS_MASK = 0xffff;
/** Lines stand above the 16 slots in the word that is debounced. */
const LINE_SHIFT = 16;
const STEADY_LINES = LINE.lidOpen | LINE.externalPower | LINE.dockContact | LINE.button;
const BUTTON = LINE.button << LINE_SHIFT;
const DOCK_CONTACT = LINE.dockContact << LINE_SHIFT;
const SLOT_SETTLE_MS = 500;
const LINE_SETTLE_MS = 200;
const BUTTON_SETTLE_MS = 30;
const HOLD_MS = 3000;

export interface InputParts {
  readonly lines: InputLines;
  readonly slots: SwitchBank;
  readonly battery: Battery;
  readonly light: Light;
  readonly dock: DockContact;
  readonly slotCount: number;
  /** Counts milliseconds modulo 2^32, as an int32. */
  readonly ticksMs: () => number;
}

export class Inputs implements InputPort {
  private readonly parts: InputParts;
  private readonly debounce: Debounce;
  private readonly slotMask: number;
  /** The last answer of the switches; kept while they do not answer. */
  private slots = 0;
  private fault = 0;
  private changeCount = 0;
  private pressCount = 0;
  private holdCount = 0;
  private pressedMs = 0;
  /** Whether the press that is going on has been counted, or is none of ours. */
  private isCounted: boolean;

  constructor(parts: InputParts) {
    this.parts = parts;
    this.slotMask = (1 << parts.slotCount) - 1;
    this.readSlots();
    const raw = this.word(parts.lines.read());
    this.debounce = new Debounce(raw, settleTimes());
    this.isCounted = (raw & BUTTON) !== 0;
  }

  /** Grows when something changes that `read` or `readDockId` tells, but for battery and light. */
  get revision(): number {
    return this.changeCount + this.parts.dock.idCount;
  }

  /** Follows the switches; answers in how many milliseconds to do so again. */
  tend(nowMs: number): number {
    const lines = this.parts.lines.read();
    const isUnsettled = (this.debounce.pending & SLOTS_MASK) !== 0;
    if ((lines & LINE.slotsChanged) !== 0 || isUnsettled) this.readSlots();
    this.follow(lines, nowMs);
    const isPressed = (this.debounce.steady & BUTTON) !== 0;
    return this.debounce.pending !== 0 || (isPressed && !this.isCounted) ? SAMPLE_MS : IDLE_MS;
  }

  /** INPUT_LAYOUT.bytes; busError when the slots are those of an earlier reading. */
  read(into: Uint8Array): number {
    const { parts, debounce } = this;
    const nowMs = parts.ticksMs();
    this.readSlots();
    this.follow(parts.lines.read(), nowMs);
    const lines = debounce.steady >> LINE_SHIFT;
    let flags = 0;
    if ((lines & LINE.lidOpen) !== 0) flags |= INPUT_FLAG.lidOpen;
    if ((lines & LINE.externalPower) !== 0) flags |= INPUT_FLAG.externalPower;
    if ((lines & LINE.dockContact) !== 0) flags |= INPUT_FLAG.dockContact;
    into[INPUT_LAYOUT.flags] = flags;
    into[INPUT_LAYOUT.pressCount] = this.pressCount;
    into[INPUT_LAYOUT.holdCount] = this.holdCount;
    putI32(into, INPUT_LAYOUT.slots, debounce.steady & SLOTS_MASK);
    putU16(into, INPUT_LAYOUT.batteryMilliV, parts.battery.milliV(nowMs));
    putU16(into, INPUT_LAYOUT.lightLux, parts.light.lux(nowMs));
    return this.fault < 0 ? this.fault : INPUT_LAYOUT.bytes;
  }

  readDockId(into: Uint8Array): number {
    if ((this.debounce.steady & DOCK_CONTACT) === 0) return FAULT.absent;
    return this.parts.dock.read(into);
  }

  private readSlots(): void {
    const result = this.parts.slots.read();
    this.fault = result < 0 ? result : 0;
    if (result >= 0) this.slots = result & this.slotMask;
  }

  private word(lines: number): number {
    return this.slots | ((lines & STEADY_LINES) << LINE_SHIFT);
  }

  private follow(lines: number, nowMs: number): void {
    const changed = this.debounce.update(this.word(lines), nowMs);
    if (changed !== 0) this.changeCount++;
    const { steady } = this.debounce;
    if ((changed & DOCK_CONTACT) !== 0 && (steady & DOCK_CONTACT) === 0) this.parts.dock.forget();
    if ((steady & BUTTON) !== 0) {
      if ((changed & BUTTON) !== 0) this.pressedMs = nowMs;
      this.hold(nowMs);
    } else if ((changed & BUTTON) !== 0) {
      if (!this.isCounted) this.pressCount = (this.pressCount + 1) & 0xff;
      this.isCounted = false;
    }
  }

  private hold(nowMs: number): void {
    if (this.isCounted || ((nowMs - this.pressedMs) | 0) < HOLD_MS) return;
    this.isCounted = true;
    this.holdCount = (this.holdCount + 1) & 0xff;
    this.changeCount++;
  }
}

function settleTimes(): Uint16Array {
  const settleMs = new Uint16Array(LINE_SHIFT + 4).fill(SLOT_SETTLE_MS, 0, LINE_SHIFT);
  settleMs.fill(LINE_SETTLE_MS, LINE_SHIFT);
  settleMs[31 - Math.clz32(BUTTON)] = BUTTON_SETTLE_MS;
  return settleMs;
}
