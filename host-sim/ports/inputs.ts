/**
 * The input port of the simulator: lid, slot switches, glove button, battery, light and the dock's
 * contact, as the world has them now, debounced. Presses are counted from the boot on, so one that
 * happens while the power is off is lost, as with the real button.
 */
import { putI32, putU16 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { INPUT_LAYOUT, type InputPort } from '../../firmware/core/ports.js';
import { bytesOf } from '../world/labels.js';
import type { World } from '../world/world.js';

export class SimInputs implements InputPort {
  private readonly world: World;
  private pressesBefore = 0;
  private holdsBefore = 0;
  private dockText = '';
  private dockBytes: Uint8Array = new Uint8Array(0);

  constructor(world: World) {
    this.world = world;
  }

  boot(): void {
    this.pressesBefore = this.world.pressCount;
    this.holdsBefore = this.world.holdCount;
  }

  read(into: Uint8Array): number {
    const world = this.world;
    into[INPUT_LAYOUT.flags] = world.inputFlags;
    into[INPUT_LAYOUT.pressCount] = world.pressCount - this.pressesBefore;
    into[INPUT_LAYOUT.holdCount] = world.holdCount - this.holdsBefore;
    putI32(into, INPUT_LAYOUT.slots, world.slotBits);
    putU16(into, INPUT_LAYOUT.batteryMilliV, world.batteryMilliV());
    putU16(into, INPUT_LAYOUT.lightLux, world.lightLux());
    return INPUT_LAYOUT.bytes;
  }

  readDockId(into: Uint8Array): number {
    const dock = this.world.dock;
    if (dock === undefined) return FAULT.absent;
    if (dock.id !== this.dockText) {
      this.dockText = dock.id;
      this.dockBytes = bytesOf(dock.id);
    }
    if (into.length < this.dockBytes.length) return FAULT.overflow;
    into.set(this.dockBytes);
    return this.dockBytes.length;
  }
}
