/**
 * What every input port keeps to: a short story at a dock, told by the switches, the button and the
 * contact. A rig goes to a moment of the story; what it finds there has settled.
 */
import assert from 'node:assert/strict';
import { getI32, getU16 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { INPUT_FLAG, INPUT_LAYOUT, type InputPort } from '../../firmware/core/ports.js';

/** In this order; slots 0 and 1 are filled from `packed` on, slot 1 is emptied in `taken`. */
export const MOMENTS = [
  'docked',
  'opened',
  'packed',
  'closed',
  'undocked',
  'taken',
  'pressed',
  'held',
  'putBack',
] as const;
export type Moment = (typeof MOMENTS)[number];

/** Presses between `taken` and `pressed`. */
export const PRESSES = 3;
export const DOCK_ID = '4149521234000013';

export interface InputRig {
  readonly port: InputPort;
  /** Goes to a moment, through all those before it. */
  goTo(moment: Moment): void;
}

export function inputPortContract(name: string, make: () => InputRig): void {
  describe(`the input port of ${name}`, () => {
    const bytes = new Uint8Array(INPUT_LAYOUT.bytes);
    const { lidOpen, externalPower, dockContact } = INPUT_FLAG;
    const atDock = externalPower | dockContact;
    const read = (rig: InputRig) => {
      assert.equal(rig.port.read(bytes), INPUT_LAYOUT.bytes);
      return {
        flags: bytes[INPUT_LAYOUT.flags]!,
        presses: bytes[INPUT_LAYOUT.pressCount]!,
        holds: bytes[INPUT_LAYOUT.holdCount]!,
        slots: getI32(bytes, INPUT_LAYOUT.slots),
      };
    };

    const story: readonly [Moment, ReturnType<typeof read>][] = [
      ['docked', { flags: atDock, presses: 0, holds: 0, slots: 0 }],
      ['opened', { flags: atDock | lidOpen, presses: 0, holds: 0, slots: 0 }],
      ['packed', { flags: atDock | lidOpen, presses: 0, holds: 0, slots: 3 }],
      ['closed', { flags: atDock, presses: 0, holds: 0, slots: 3 }],
      ['undocked', { flags: 0, presses: 0, holds: 0, slots: 3 }],
      ['taken', { flags: lidOpen, presses: 0, holds: 0, slots: 1 }],
      ['pressed', { flags: lidOpen, presses: PRESSES, holds: 0, slots: 1 }],
      ['held', { flags: lidOpen, presses: PRESSES, holds: 1, slots: 1 }],
      ['putBack', { flags: lidOpen, presses: PRESSES, holds: 1, slots: 3 }],
    ];
    for (const [moment, expected] of story) {
      it(`has the state of all switches: ${moment}`, () => {
        const rig = make();
        rig.goTo(moment);
        assert.deepEqual(read(rig), expected);
        assert.deepEqual(read(rig), expected, 'the same a second time');
      });
    }

    it('measures the battery in millivolts', () => {
      const rig = make();
      rig.goTo('docked');
      read(rig);
      const milliV = getU16(bytes, INPUT_LAYOUT.batteryMilliV);
      assert.ok(milliV > 5000 && milliV < 7400, `${milliV}`);
    });

    it('measures the light: none in a closed container, some in an open one', () => {
      const rig = make();
      const luxAt = (moment: Moment): number => {
        rig.goTo(moment);
        read(rig);
        return getU16(bytes, INPUT_LAYOUT.lightLux);
      };
      assert.ok(luxAt('opened') > 50 && luxAt('opened') < 65_535);
      assert.ok(luxAt('closed') < 5);
    });

    it('hands on the dock’s id while there is contact, if it fits', () => {
      const rig = make();
      const into = new Uint8Array(40);
      rig.goTo('docked');
      const length = rig.port.readDockId(into);
      assert.equal(Buffer.from(into.subarray(0, length)).toString(), DOCK_ID);
      assert.equal(rig.port.readDockId(new Uint8Array(8)), FAULT.overflow);
      rig.goTo('undocked');
      assert.equal(rig.port.readDockId(into), FAULT.absent);
    });
  });
}
