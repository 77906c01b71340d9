/**
 * The probe port of the simulator: parts like the TMP117, one per probe. A conversion takes 125 ms
 * and answers what was true when it began, with noise, in the part's steps of 1/128 °C, rounded
 * half up to 0.01 °C. A faulty probe shows what the scenario says; where a replayed trace says
 * nothing, the part does not answer. Every answer goes to the truth log, if there is one.
 */
import { putI32, putU16 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { PROBE_LAYOUT, type ProbePort } from '../../firmware/core/ports.js';
import { HUMIDITY_ABSENT } from '../../firmware/core/units.js';
import { Random } from '../world/prng.js';
import { errorAt } from '../world/probe-error.js';
import { HOUR_MS } from '../world/time-text.js';
import { PROBE_FAULT, type ProbeFaultWindow } from '../world/world-event.js';
import type { World } from '../world/world.js';

/** TMP117 datasheet SBOS740 §7.3.3: 8 averages, 125 ms; §7.6.2: one step is 7.8125 m°C. */
export const CONVERSION_MS = 125;
const STEPS_PER_C = 128;
/** TMP117 §7.3.1: 0x8000 until the first conversion is done, read as +256 °C by its driver. */
export const SENTINEL_CENTI_C = 25600;
const NOISE_SIGMA_C = 0.02;
const HUMIDITY_SIGMA_PERMILLE = 2;
const IDLE = -1;

export class SimProbes implements ProbePort {
  private readonly world: World;
  private readonly noise: readonly Random[];
  private readonly humidityNoise: Random;
  private readonly hasHumidity: boolean;
  private readonly faults: readonly (readonly ProbeFaultWindow[])[];
  private readonly readyMs: Float64Array;
  private readonly answerCentiC: Int32Array;
  /** 0 or the fault of the running conversion. */
  private readonly answerFault: Int32Array;
  private readonly lastGoodCentiC: Int32Array;
  private readonly faultCursor: Int32Array;

  constructor(world: World) {
    const count = world.scenario.container.probes;
    const random = new Random(world.seed, 'probes');
    this.world = world;
    this.noise = Array.from({ length: count }, (_, probe) => random.split(String(probe)));
    this.humidityNoise = random.split('humidity');
    this.hasHumidity = world.scenario.container.humidity && !world.isReplayed;
    this.faults = Array.from({ length: count }, (_, probe) =>
      world.probeFaults.filter((fault) => fault.probe === probe),
    );
    this.readyMs = new Float64Array(count).fill(IDLE);
    this.answerCentiC = new Int32Array(count);
    this.answerFault = new Int32Array(count);
    this.lastGoodCentiC = new Int32Array(count);
    this.faultCursor = new Int32Array(count);
  }

  /** A boot forgets conversions that were running. */
  boot(): void {
    this.readyMs.fill(IDLE);
  }

  start(probe: number): number {
    const readyMs = this.readyMs;
    if (probe < 0 || probe >= readyMs.length) return FAULT.absent;
    const world = this.world;
    if (readyMs[probe]! !== IDLE && readyMs[probe]! !== Infinity) return FAULT.busy;
    readyMs[probe] = world.nowMs + CONVERSION_MS;
    const trueC = world.trueC(probe);
    const fault = this.faults[probe]!.length === 0 ? undefined : this.faultNow(probe);
    // The noise is drawn whatever the probe shows, so that a fault shifts no later value.
    const noiseC = NOISE_SIGMA_C * this.noise[probe]!.nextNormal();
    const shownC = trueC + errorAt(world.scenario.container, probe, trueC) + this.offC(fault);
    const steps = Math.round((shownC + noiseC) * STEPS_PER_C);
    this.convert(probe, Math.floor((steps * 100) / STEPS_PER_C + 0.5), fault);
    if (world.truth !== undefined) this.tell(probe, trueC);
    return 0;
  }

  poll(probe: number, into: Uint8Array): number {
    if (probe < 0 || probe >= this.readyMs.length) return FAULT.absent;
    const readyMs = this.readyMs[probe]!;
    if (readyMs === IDLE) return FAULT.absent;
    const fault = this.answerFault[probe]!;
    if (fault !== 0) {
      this.readyMs[probe] = IDLE; // no acknowledge, or a wrong checksum: known at once
      return fault;
    }
    if (this.world.nowMs < readyMs) return 0;
    this.readyMs[probe] = IDLE;
    putI32(into, PROBE_LAYOUT.temperatureCentiC, this.answerCentiC[probe]!);
    putU16(into, PROBE_LAYOUT.humidityPermille, this.humidityPermille(probe));
    return PROBE_LAYOUT.bytes;
  }

  private convert(probe: number, centiC: number, fault: ProbeFaultWindow | undefined): void {
    const shows = fault?.shows ?? PROBE_FAULT.none;
    this.answerFault[probe] = 0;
    if (shows === PROBE_FAULT.stuck) {
      const atC = fault!.amountC;
      this.answerCentiC[probe] =
        atC === undefined ? this.lastGoodCentiC[probe]! : Math.round(atC * 100);
    } else if (shows === PROBE_FAULT.sentinel) {
      this.answerCentiC[probe] = SENTINEL_CENTI_C;
    } else if (shows === PROBE_FAULT['bad-checksum']) {
      this.answerFault[probe] = FAULT.badChecksum;
    } else if (shows === PROBE_FAULT['bus-error'] || Number.isNaN(centiC)) {
      this.answerFault[probe] = FAULT.busError;
    } else if (shows === PROBE_FAULT.silent) {
      this.readyMs[probe] = Infinity; // converts for ever; a new start is taken
    } else {
      this.answerCentiC[probe] = centiC;
      this.lastGoodCentiC[probe] = centiC;
    }
  }

  /** How far from the truth a probe measures. */
  private offC(fault: ProbeFaultWindow | undefined): number {
    if (fault?.shows === PROBE_FAULT.jump) return fault.amountC!;
    if (fault?.shows !== PROBE_FAULT.drift) return 0;
    return (fault.amountC! * (this.world.nowMs - fault.fromMs)) / HOUR_MS;
  }

  /** The fault that a probe which is faulty at times has now. */
  private faultNow(probe: number): ProbeFaultWindow | undefined {
    const windows = this.faults[probe]!;
    const now = this.world.nowMs;
    let cursor = this.faultCursor[probe]!;
    while (cursor < windows.length && windows[cursor]!.untilMs <= now) cursor++;
    this.faultCursor[probe] = cursor;
    const window = windows[cursor];
    return window !== undefined && window.fromMs <= now ? window : undefined;
  }

  /** Moisture stays in the box: warmer air is drier. Probe 0 has the humidity part. */
  private humidityPermille(probe: number): number {
    if (probe !== 0 || !this.hasHumidity) return HUMIDITY_ABSENT;
    const airC = this.answerCentiC[0]! / 100;
    const noise = HUMIDITY_SIGMA_PERMILLE * this.humidityNoise.nextNormal();
    const permille = Math.round(450 - 12 * (airC - 20) + noise);
    return Math.max(50, Math.min(950, permille));
  }

  private tell(probe: number, trueC: number): void {
    const isSilent = this.readyMs[probe] === Infinity;
    const fault = isSilent ? FAULT.timeout : this.answerFault[probe]!;
    const delivered = this.answerCentiC[probe]!;
    const isGood = fault === 0 && delivered !== SENTINEL_CENTI_C;
    this.world.truth?.add({
      kind: 'sample',
      atS: this.world.nowMs / 1000,
      probe,
      trueC: Number.isNaN(trueC) ? null : Math.round(trueC * 1e4) / 1e4,
      deliveredCentiC: isGood ? delivered : null,
      fault,
    });
  }
}
