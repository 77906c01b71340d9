/**
 * Adapters and drivers of the ESP32 on fakes of the SDK's classes, and a hand on their hardware.
 */
import { crc16 } from '../../firmware/core/bytes.js';
import { BOOT_REASON } from '../../firmware/core/record/schema.js';
import { Battery } from '../../firmware/device/battery.js';
import { Clock } from '../../firmware/device/clock.js';
import { BatterySense } from '../../firmware/device/drivers/battery-sense.js';
import { DockContact } from '../../firmware/device/drivers/dock-contact.js';
import { FlashPartition, PageBuffers } from '../../firmware/device/drivers/flash-partition.js';
import { I2cDevice } from '../../firmware/device/drivers/i2c-device.js';
import { highActive, InputLines, LINE, lowActive } from '../../firmware/device/drivers/lines.js';
import { Lps22hh } from '../../firmware/device/drivers/lps22hh.js';
import { Opt3001 } from '../../firmware/device/drivers/opt3001.js';
import { Rv3028 } from '../../firmware/device/drivers/rv3028.js';
import { Sht3x } from '../../firmware/device/drivers/sht3x.js';
import { LampBank, SwitchBank } from '../../firmware/device/drivers/tca9535.js';
import { Tmp117 } from '../../firmware/device/drivers/tmp117.js';
import { Flash } from '../../firmware/device/flash.js';
import { Indicator } from '../../firmware/device/indicator.js';
import { Inputs } from '../../firmware/device/inputs.js';
import { Light } from '../../firmware/device/light.js';
import { Pressure } from '../../firmware/device/pressure.js';
import { Probes } from '../../firmware/device/probes.js';
import { FakeLps22hh, FakeOpt3001 } from './fakes/air-parts.js';
import { FakeRv3028, FakeTca9535 } from './fakes/bus-parts.js';
import { FakeI2c } from './fakes/i2c.js';
import { FakeAnalog, FakeDigital, FakeSerial } from './fakes/pins.js';
import { FakeSht3x, FakeTmp117 } from './fakes/probe-parts.js';
import { FakeFlash } from './fakes/storage.js';

/** Milliseconds of a test; the SDK's ticks are these modulo 2^32, as an int32. */
export class FakeTicks {
  nowMs: number;
  readonly ms = (): number => this.nowMs;
  readonly ticks = (): number => this.nowMs | 0;

  constructor(startMs = 0) {
    this.nowMs = startMs;
  }
}

/** Probe 0 is a TMP117, probe 1 an SHT3x. */
export class ProbeBench {
  readonly time: FakeTicks;
  readonly i2c = new FakeI2c();
  readonly tmp117: FakeTmp117;
  readonly sht3x: FakeSht3x;
  readonly port: Probes;

  constructor(startMs = 0) {
    this.time = new FakeTicks(startMs);
    this.tmp117 = new FakeTmp117(this.time.ms);
    this.sht3x = new FakeSht3x(this.time.ms);
    this.i2c.parts.set(0x48, this.tmp117).set(0x44, this.sht3x);
    const tmp117 = new Tmp117(new I2cDevice(this.i2c.bus, 0x48));
    const sht3x = new Sht3x(new I2cDevice(this.i2c.bus, 0x44));
    this.port = new Probes([tmp117, sht3x], this.time.ticks);
  }
}

export class PressureBench {
  readonly time: FakeTicks;
  readonly i2c = new FakeI2c();
  readonly part: FakeLps22hh;
  readonly port: Pressure;

  constructor(startMs = 0) {
    this.time = new FakeTicks(startMs);
    this.part = new FakeLps22hh(this.time.ms);
    this.i2c.parts.set(0x5c, this.part);
    this.port = new Pressure(new Lps22hh(new I2cDevice(this.i2c.bus, 0x5c)), this.time.ticks);
  }
}

export class ClockBench {
  readonly time: FakeTicks;
  readonly i2c = new FakeI2c();
  readonly rtc: FakeRv3028;
  readonly driver: Rv3028;
  port: Clock;

  constructor(startMs = 0) {
    this.time = new FakeTicks(startMs);
    this.rtc = new FakeRv3028(this.time.ms);
    this.i2c.parts.set(0x52, this.rtc);
    this.driver = new Rv3028(new I2cDevice(this.i2c.bus, 0x52));
    this.port = this.boot();
  }

  boot(): Clock {
    this.port = new Clock(this.time.ticks, this.driver, BOOT_REASON.powerOn);
    return this.port;
  }
}

/** Pins of the bench. */
export const PIN = Object.freeze({
  lid: 2,
  button: 4,
  interrupt: 5,
  power: 6,
  dock: 7,
  battery: 1,
  receive: 18,
});

/** Frame of a dock's id: DOCK-CONTACT.md. */
export function dockFrame(id: string): number[] {
  const body = Uint8Array.from([1, id.length, ...Buffer.from(id)]);
  const check = crc16(body, 0, body.length);
  return [0xa5, 0x5a, ...body, check & 0xff, check >> 8];
}

export class InputBench {
  readonly time: FakeTicks;
  readonly i2c = new FakeI2c();
  readonly digital = new FakeDigital();
  readonly analog = new FakeAnalog();
  readonly serial = new FakeSerial();
  readonly switches = new FakeTca9535();
  readonly opt3001: FakeOpt3001;
  readonly dock: DockContact;
  readonly port: Inputs;
  wakeCount = 0;
  /** What the dock sends four times a second; empty without one. */
  frame: readonly number[] = [];
  private nextFrameMs = 0;

  constructor(slotCount = 8, startMs = 0, prepare?: (bench: InputBench) => void) {
    this.time = new FakeTicks(startMs);
    this.nextFrameMs = startMs;
    this.opt3001 = new FakeOpt3001(this.time.ms);
    this.i2c.parts.set(0x20, this.switches).set(0x45, this.opt3001);
    this.analog.milliV = [1600];
    this.digital.pull(PIN.lid, true); // the magnet of a closed lid closes the reed switch
    prepare?.(this);
    const onEvent = () => {
      this.wakeCount += 1;
    };
    const { ticks } = this.time;
    const lines = new InputLines(
      this.digital.io,
      [
        highActive(LINE.lidOpen, PIN.lid),
        lowActive(LINE.button, PIN.button),
        lowActive(LINE.slotsChanged, PIN.interrupt),
        lowActive(LINE.externalPower, PIN.power),
        lowActive(LINE.dockContact, PIN.dock),
      ],
      onEvent,
    );
    const slots = new SwitchBank(new I2cDevice(this.i2c.bus, 0x20));
    const battery = new Battery(new BatterySense(this.analog.io, PIN.battery, 4));
    const contact = { receive: PIN.receive, port: 1 };
    this.dock = new DockContact(this.serial.io, contact, ticks, onEvent);
    const light = new Light(new Opt3001(new I2cDevice(this.i2c.bus, 0x45)));
    const parts = { lines, slots, battery, light, slotCount };
    this.port = new Inputs({ ...parts, dock: this.dock, ticksMs: ticks });
  }

  /** Presses the switches of these slots, and lets go of all others. */
  fill(mask: number): void {
    this.switches.pulledDown = mask;
  }

  /** Lets time pass as a board does: messages come in, and `tend` is called when it wants to be. */
  run(ms: number): void {
    const untilMs = this.time.nowMs + ms;
    let tendMs = this.time.nowMs;
    while (this.time.nowMs < untilMs) {
      this.digital.pull(PIN.interrupt, this.switches.isInterrupting);
      const seen = this.wakeCount;
      this.digital.deliver();
      this.send();
      if (this.wakeCount !== seen || this.time.nowMs >= tendMs) {
        tendMs = this.time.nowMs + this.port.tend(this.time.ticks());
      }
      this.time.nowMs += 1;
    }
  }

  private send(): void {
    if (this.frame.length === 0 || this.time.nowMs < this.nextFrameMs) return;
    this.nextFrameMs = this.time.nowMs + 250;
    this.serial.receive(this.frame);
    this.serial.deliver();
  }
}

export class FlashBench {
  readonly flash: FakeFlash;
  readonly port: Flash;

  constructor(sectorCount = 16) {
    this.flash = new FakeFlash('journal', sectorCount);
    this.port = new Flash(new FlashPartition(this.flash.storage, 'journal', new PageBuffers()));
  }
}

export class IndicatorBench {
  readonly time = new FakeTicks();
  readonly i2c = new FakeI2c();
  readonly go = new FakeTca9535();
  readonly look = new FakeTca9535();
  readonly no = new FakeTca9535();
  readonly port: Indicator;

  constructor(slotCount = 8) {
    this.i2c.parts.set(0x21, this.go).set(0x22, this.look).set(0x23, this.no);
    const [go, look, no] = [0x21, 0x22, 0x23].map(
      (address) => new LampBank(new I2cDevice(this.i2c.bus, address)),
    );
    this.port = new Indicator({ go: go!, look: look!, no: no! }, slotCount);
  }

  /** Lets time pass, and answers every change of what is lit: [ms, go, look, no]. */
  run(ms: number): (readonly number[])[] {
    const changes: (readonly number[])[] = [];
    const untilMs = this.time.nowMs + ms;
    let last = '';
    let tendMs = this.time.nowMs;
    for (; this.time.nowMs < untilMs; this.time.nowMs += 1) {
      if (this.time.nowMs >= tendMs) tendMs += this.port.tend(this.time.ticks());
      const lit = [this.go, this.look, this.no].map((bank) => bank.sinking);
      if (lit.join() === last) continue;
      last = lit.join();
      changes.push([this.time.nowMs, ...lit]);
    }
    return changes;
  }
}
