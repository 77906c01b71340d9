/**
 * The parts of a board that feel motion and find places: an LSM6DSO32 on an I2C bus of its own,
 * with short traces, at 400 kHz, which a burst of its FIFO needs; and a receiver of satellites.
 */
import Digital from 'embedded:io/digital';
import I2C from 'embedded:io/i2c';
import Serial from 'embedded:io/serial';
import type { MakeMotion, MotionPorts, PortsOf } from '../board.js';
import { type I2cClass, I2cDevice } from '../drivers/i2c-device.js';
import type { DigitalClass } from '../drivers/lines.js';
import { Accelerometer } from '../motion/accelerometer.js';
import {
  type ClosableSerialClass,
  GnssReceiver,
  type OutputClass,
} from '../motion/gnss-receiver.js';
import { Lsm6dso32 } from '../motion/lsm6dso32.js';
import { Position } from '../motion/position.js';
import type { MotionWiring } from '../wiring/wiring.js';
import { ours } from './esp32.js';

const LSM6DSO32 = 0x6a;
const HZ = 400_000;

/** Throws when pins are not as the wiring says. */
export function withMotion(wiring: MotionWiring): MakeMotion {
  return ({ clock, ticksMs, onEvent }) => {
    const { data, clock: clockPin, interrupt } = wiring.accelerometer;
    const bus = { io: ours<I2cClass>(I2C), data, clock: clockPin, hz: HZ };
    const input = ours<DigitalClass>(Digital);
    const mode = input.Input;
    const line = new input({ pin: interrupt, mode, edge: input.Rising, onReadable: onEvent });
    const part = new Lsm6dso32(new I2cDevice(bus, LSM6DSO32));
    const isWoken = () => line.read() !== 0;
    const accelerometer = new Accelerometer({ part, clock, isWoken, ticksMs });
    const output = ours<OutputClass>(Digital);
    const power = new output({ pin: wiring.gnss.power, mode: output.Output, initialValue: 0 });
    const serial = ours<ClosableSerialClass>(Serial);
    const make = (onFix: () => void) => new GnssReceiver(serial, wiring.gnss, power, onFix);
    const ports: Pick<PortsOf<keyof MotionPorts>, keyof MotionPorts> = {
      accelerometer,
      position: new Position(make, ticksMs),
    };
    return { ports, revision: () => accelerometer.revision, tend: () => accelerometer.tend() };
  };
}
