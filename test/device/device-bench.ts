/**
 * A board of all adapters on fakes of the SDK, as boards/esp32.ts assembles one: a TMP117 and an
 * SHT3x, an LSM6DSO32, an LPS22HH, two slots, no keys. Its timer and its ticks are virtual.
 */
import type { Limits } from '../../firmware/core/limits.js';
import { absentLink } from '../../firmware/device/absent/link.js';
import { absentPosition } from '../../firmware/device/absent/position.js';
import { absentSigner } from '../../firmware/device/absent/signer.js';
import { BOOT_REASON } from '../../firmware/core/record/schema.js';
import type { Board } from '../../firmware/device/board.js';
import { Clock } from '../../firmware/device/clock.js';
import { FlashPartition, PageBuffers } from '../../firmware/device/drivers/flash-partition.js';
import { I2cDevice } from '../../firmware/device/drivers/i2c-device.js';
import { Rv3028 } from '../../firmware/device/drivers/rv3028.js';
import { Entropy } from '../../firmware/device/entropy.js';
import { Flash } from '../../firmware/device/flash.js';
import { KeyValue } from '../../firmware/device/key-value.js';
import { Accelerometer } from '../../firmware/device/motion/accelerometer.js';
import { Lsm6dso32 } from '../../firmware/device/motion/lsm6dso32.js';
import { Watchdog } from '../../firmware/device/watchdog.js';
import { FakeRv3028, type FakeTca9535 } from './fakes/bus-parts.js';
import { FakeLsm6dso32 } from './fakes/lsm6dso32.js';
import type { FakeTmp117 } from './fakes/probe-parts.js';
import { FakeSilicon, FakeTimer } from './fakes/silicon.js';
import { FakeFlash, FakeNvs } from './fakes/storage.js';
import { IndicatorBench, InputBench, PIN, PressureBench, ProbeBench } from './rigs.js';

export interface Flashes {
  readonly journal: FakeFlash;
  readonly catalogue: FakeFlash;
}

export class DeviceBench {
  readonly board: Board;
  readonly silicon = new FakeSilicon();
  readonly timer = new FakeTimer();
  readonly flashes: Flashes;
  readonly switches: FakeTca9535;
  readonly tmp117: FakeTmp117;
  readonly lsm6dso32: FakeLsm6dso32;
  readonly buried: unknown[] = [];
  restarts = 0;
  private readonly inputs: InputBench;
  private readonly probes: ProbeBench;
  private readonly indicator = new IndicatorBench(2);
  private readonly pressure: PressureBench;
  private readonly accelerometer: Accelerometer;
  private readonly startMs: number;
  private wasWoken = false;
  private wake: () => void = () => undefined;

  constructor(startMs = 0, flashes?: Flashes) {
    this.startMs = startMs;
    this.flashes = flashes ?? {
      journal: new FakeFlash('journal', 32),
      catalogue: new FakeFlash('catalogue', 16),
    };
    this.inputs = new InputBench(2, startMs);
    this.probes = new ProbeBench(startMs);
    this.switches = this.inputs.switches;
    this.tmp117 = this.probes.tmp117;
    this.tmp117.celsius = 20;
    const { i2c, time } = this.probes;
    i2c.parts.set(0x52, new FakeRv3028(time.ms));
    this.pressure = new PressureBench(startMs);
    this.lsm6dso32 = new FakeLsm6dso32(time.ms);
    i2c.parts.set(0x6a, this.lsm6dso32);
    const rtc = new Rv3028(new I2cDevice(i2c.bus, 0x52));
    const buffers = new PageBuffers();
    const flash = (label: keyof Flashes) =>
      new Flash(new FlashPartition(this.flashes[label].storage, label, buffers));
    const journalFlash = flash('journal');
    const clock = new Clock(time.ticks, rtc, BOOT_REASON.powerOn);
    const part = new Lsm6dso32(new I2cDevice(i2c.bus, 0x6a));
    const isWoken = () => this.lsm6dso32.isInterrupting;
    this.accelerometer = new Accelerometer({ part, clock, isWoken, ticksMs: time.ticks });
    const ports = {
      clock,
      probes: this.probes.port,
      inputs: this.inputs.port,
      journalFlash,
      catalogueFlash: flash('catalogue'),
      keyValue: new KeyValue(new FakeNvs().storage),
      entropy: new Entropy(this.silicon),
      indicator: this.indicator.port,
      watchdog: new Watchdog(this.silicon),
      accelerometer: this.accelerometer,
      position: absentPosition,
      pressure: this.pressure.port,
      link: absentLink,
      signer: absentSigner,
    };
    this.board = { ports, limits: limitsFor(journalFlash), ...this.calls() };
  }

  /** Runs the timer up to a moment after the start, delivering messages as it goes. */
  runUntil(ms: number): void {
    do {
      const { digital } = this.inputs;
      digital.pull(PIN.interrupt, this.switches.isInterrupting);
      const seen = this.inputs.wakeCount;
      digital.deliver();
      const isWoken = this.lsm6dso32.isInterrupting;
      if (this.inputs.wakeCount !== seen || (isWoken && !this.wasWoken)) this.wake();
      this.wasWoken = isWoken;
    } while (this.next(ms));
  }

  private next(ms: number): boolean {
    const hasRun = this.timer.next(ms, (nowMs) => {
      for (const { time } of [this.inputs, this.probes, this.indicator, this.pressure]) {
        time.nowMs = this.startMs + nowMs;
      }
    });
    return hasRun;
  }

  private calls() {
    const { inputs, indicator, probes, accelerometer } = this;
    return {
      timer: this.timer,
      hot: undefined,
      ticksMs: probes.time.ticks,
      tend: (nowMs: number) =>
        Math.min(inputs.port.tend(nowMs), indicator.port.tend(nowMs), accelerometer.tend()),
      revision: () => inputs.port.revision + accelerometer.revision,
      onWake: (wake: () => void) => {
        this.wake = wake;
      },
      bury: (error: unknown) => void this.buried.push(error),
      restart: () => {
        this.restarts += 1;
        this.timer.stop(); // and the program is no more
      },
    };
  }
}

function limitsFor(journal: Flash): Limits {
  return {
    slotCount: 2,
    probeCount: 2,
    slotProbes: Uint8Array.of(0b01, 0b11),
    samplePeriodS: 60,
    conversionLimitMs: 1000,
    journalBytes: journal.size(),
    isHardware: true,
  };
}
