/**
 * A board of all adapters on fakes of the SDK, as boards/esp32.ts assembles one: a TMP117 and an
 * SHT3x, two slots, no keys. Its timer and its ticks are virtual.
 */
import type { Limits } from '../../firmware/core/limits.js';
import { absentAccelerometer } from '../../firmware/device/absent/accelerometer.js';
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
import { Watchdog } from '../../firmware/device/watchdog.js';
import { FakeRv3028, type FakeTca9535 } from './fakes/bus-parts.js';
import type { FakeTmp117 } from './fakes/probe-parts.js';
import { FakeSilicon, FakeTimer } from './fakes/silicon.js';
import { FakeFlash, FakeNvs } from './fakes/storage.js';
import { IndicatorBench, InputBench, PIN, ProbeBench } from './rigs.js';

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
  readonly buried: unknown[] = [];
  restarts = 0;
  private readonly inputs: InputBench;
  private readonly probes: ProbeBench;
  private readonly indicator = new IndicatorBench(2);
  private readonly startMs: number;
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
    const rtc = new Rv3028(new I2cDevice(i2c.bus, 0x52));
    const buffers = new PageBuffers();
    const flash = (label: keyof Flashes) =>
      new Flash(new FlashPartition(this.flashes[label].storage, label, buffers));
    const journalFlash = flash('journal');
    const ports = {
      clock: new Clock(time.ticks, rtc, BOOT_REASON.powerOn),
      probes: this.probes.port,
      inputs: this.inputs.port,
      journalFlash,
      catalogueFlash: flash('catalogue'),
      keyValue: new KeyValue(new FakeNvs().storage),
      entropy: new Entropy(this.silicon),
      indicator: this.indicator.port,
      watchdog: new Watchdog(this.silicon),
      accelerometer: absentAccelerometer,
      position: absentPosition,
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
      if (this.inputs.wakeCount !== seen) this.wake();
    } while (this.next(ms));
  }

  private next(ms: number): boolean {
    const hasRun = this.timer.next(ms, (nowMs) => {
      for (const { time } of [this.inputs, this.probes, this.indicator]) {
        time.nowMs = this.startMs + nowMs;
      }
    });
    return hasRun;
  }

  private calls() {
    const { inputs, indicator, probes } = this;
    return {
      timer: this.timer,
      hot: undefined,
      ticksMs: probes.time.ticks,
      tend: (nowMs: number) => Math.min(inputs.port.tend(nowMs), indicator.port.tend(nowMs)),
      revision: () => inputs.port.revision,
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
