/**
 * A container around an ESP32 of any kind: the same parts on one I2C bus, on the pins of a wiring.
 * Chips with pins and UARTs enough feel motion and find their place besides: with-motion.ts.
 * Only modules of this folder import the SDK; its classes go into the adapters from here. They
 * pass through `ours`, for the SDK's own typings (8.2.3) lack what the classes have: `close` of
 * I2C and Analog, `writeRead` and `timeout` of I2C, the length that `read` answers.
 *
 * What is not claimed has a place of its own among the ports and comes with its adapter later.
 */
import Analog from 'embedded:io/analog';
import Digital from 'embedded:io/digital';
import I2C from 'embedded:io/i2c';
import Serial from 'embedded:io/serial';
import flashStorage from 'embedded:storage/flash';
import keyValueStorage from 'embedded:storage/key-value';
import Time from 'time';
import Timer from 'timer';
import { getI32 } from '../../core/bytes.js';
import { FAULT } from '../../core/faults.js';
import type { Limits } from '../../core/limits.js';
import { CLOCK_LAYOUT, type Ports } from '../../core/ports.js';
import { absentLink } from '../absent/link.js';
import { absentSigner } from '../absent/signer.js';
import { Battery } from '../battery.js';
import {
  type Board,
  type MakeMotion,
  type Motion,
  type MotionPorts,
  type PortsOf,
  RETAINED,
  type TimerApi,
} from '../board.js';
import { bootReasonOf } from '../boot-reason.js';
import { Clock } from '../clock.js';
import { type AnalogClass, BatterySense } from '../drivers/battery-sense.js';
import { DockContact, type SerialClass } from '../drivers/dock-contact.js';
import { FlashPartition, type FlashStorage, PageBuffers } from '../drivers/flash-partition.js';
import { type I2cBus, type I2cClass, I2cDevice } from '../drivers/i2c-device.js';
import { type DigitalClass, InputLines } from '../drivers/lines.js';
import { Lps22hh } from '../drivers/lps22hh.js';
import { Opt3001 } from '../drivers/opt3001.js';
import { Rv3028 } from '../drivers/rv3028.js';
import { Sht3x } from '../drivers/sht3x.js';
import { LampBank, SwitchBank } from '../drivers/tca9535.js';
import { Tmp117 } from '../drivers/tmp117.js';
import { Entropy } from '../entropy.js';
import { bury, EPITAPH_BYTES } from '../epitaph.js';
import { Flash } from '../flash.js';
import { Indicator } from '../indicator.js';
import { Inputs } from '../inputs.js';
import { KeyValue, type KeyValueStorage } from '../key-value.js';
import { Light } from '../light.js';
import silicon from '../native/silicon.js';
import { Pressure } from '../pressure.js';
import { Probes } from '../probes.js';
import { RetainedRegion } from '../retained.js';
import { Watchdog } from '../watchdog.js';
import type { Wiring } from '../wiring/wiring.js';

/** The parts' addresses on the bus. */
const ADDRESS = Object.freeze({
  slotSwitches: 0x20,
  goLamps: 0x21,
  lookLamps: 0x22,
  noLamps: 0x23,
  sht3x: 0x44,
  opt3001: 0x45,
  tmp117: Object.freeze([0x48, 0x49, 0x4a, 0x4b]),
  rtc: 0x52,
  lps22hh: 0x5c,
});
const SAMPLE_PERIOD_S = 60;
const CONVERSION_LIMIT_MS = 1000;

type Claims =
  | 'clock'
  | 'probes'
  | 'inputs'
  | 'pressure'
  | 'journalFlash'
  | 'catalogueFlash'
  | 'keyValue'
  | 'entropy'
  | 'indicator'
  | 'watchdog';

export class Esp32Board implements Board {
  readonly ports: Ports;
  readonly limits: Limits;
  readonly timer: TimerApi = Timer;
  readonly hot = new RetainedRegion(silicon, RETAINED.hotAt, RETAINED.hotBytes);
  /** The epitaph that this boot has found; all zero without one. */
  readonly lastWords = new Uint8Array(EPITAPH_BYTES);
  private readonly epitaph: RetainedRegion;
  private readonly inputs: Inputs;
  private readonly indicator: Indicator;
  private readonly motion: Motion;
  private readonly clockBytes = new Uint8Array(CLOCK_LAYOUT.bytes);
  private wake: (() => void) | undefined;

  readonly ticksMs = (): number => Time.ticks;

  /** Throws when pins, partitions or addresses are not as the wiring says. */
  constructor(wiring: Wiring, makeMotion: MakeMotion) {
    const { ticksMs } = this;
    const bus: I2cBus = { io: ours<I2cClass>(I2C), ...wiring.i2c };
    const at = (address: number) => new I2cDevice(bus, address);
    this.epitaph = new RetainedRegion(silicon, RETAINED.epitaphAt, RETAINED.epitaphBytes);
    const clock = new Clock(ticksMs, new Rv3028(at(ADDRESS.rtc)), this.bootReason());
    const probes = ADDRESS.tmp117.map((address) => new Tmp117(at(address)));
    this.inputs = this.makeInputs(wiring, at);
    this.motion = makeMotion({ clock, ticksMs, onEvent: () => this.wake?.() });
    const lamps = {
      go: new LampBank(at(ADDRESS.goLamps)),
      look: new LampBank(at(ADDRESS.lookLamps)),
      no: new LampBank(at(ADDRESS.noLamps)),
    };
    this.indicator = new Indicator(lamps, wiring.slotCount);
    const buffers = new PageBuffers();
    const flash = (label: string) =>
      new Flash(new FlashPartition(ours<FlashStorage>(flashStorage), label, buffers));
    const ports: Omit<PortsOf<Claims>, keyof MotionPorts> = {
      clock,
      probes: new Probes([...probes, new Sht3x(at(ADDRESS.sht3x))], ticksMs),
      inputs: this.inputs,
      journalFlash: flash('journal'),
      catalogueFlash: flash('catalogue'),
      keyValue: new KeyValue(ours<KeyValueStorage>(keyValueStorage)),
      entropy: new Entropy(silicon),
      indicator: this.indicator,
      watchdog: new Watchdog(silicon),
      pressure: new Pressure(new Lps22hh(at(ADDRESS.lps22hh)), ticksMs),
      link: absentLink,
      signer: absentSigner,
    };
    this.ports = { ...ports, ...this.motion.ports };
    this.limits = {
      slotCount: wiring.slotCount,
      probeCount: probes.length + 1,
      slotProbes: Uint8Array.from(wiring.slotProbes),
      samplePeriodS: SAMPLE_PERIOD_S,
      conversionLimitMs: CONVERSION_LIMIT_MS,
      journalBytes: ports.journalFlash.size(),
      isHardware: true,
    };
  }

  tend(nowMs: number): number {
    const inputsMs = this.inputs.tend(nowMs);
    const indicatorMs = this.indicator.tend(nowMs);
    return Math.min(inputsMs, indicatorMs, this.motion.tend());
  }

  revision(): number {
    return this.inputs.revision + this.motion.revision();
  }

  onWake(wake: () => void): void {
    this.wake = wake;
  }

  bury(error: unknown): void {
    this.ports.clock.read(this.clockBytes);
    bury(this.epitaph, getI32(this.clockBytes, CLOCK_LAYOUT.uptimeS), error);
  }

  restart(): void {
    silicon.restart();
  }

  private makeInputs(wiring: Wiring, at: (address: number) => I2cDevice): Inputs {
    const { ticksMs } = this;
    const { slotCount } = wiring;
    const onEvent = () => this.wake?.();
    const lines = new InputLines(ours<DigitalClass>(Digital), wiring.lines, onEvent);
    const dock = new DockContact(ours<SerialClass>(Serial), wiring.dock, ticksMs, onEvent);
    const { pin, divider } = wiring.battery;
    const battery = new Battery(new BatterySense(ours<AnalogClass>(Analog), pin, divider));
    const light = new Light(new Opt3001(at(ADDRESS.opt3001)));
    const slots = new SwitchBank(at(ADDRESS.slotSwitches));
    return new Inputs({ lines, slots, battery, light, dock, slotCount, ticksMs });
  }

  private bootReason(): number {
    const hasEpitaph = this.epitaph.load(this.lastWords) >= 0;
    this.epitaph.clear();
    const isRetainedDamaged = this.hot.inspect() === FAULT.badChecksum;
    return bootReasonOf(silicon.resetReason(), { hasEpitaph, isRetainedDamaged });
  }
}

/** A class of the SDK as it is. */
export function ours<Shape>(fromSdk: unknown): Shape {
  return fromSdk as Shape;
}
