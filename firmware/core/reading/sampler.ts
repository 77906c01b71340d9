/**
 * One sampling instant after the other: starts a conversion on every probe, waits for all of them
 * or for the time limit, judges whether their values can be (plausible.ts), puts them right by the
 * probes' certificates, and hands on a reading with, for each probe without a value, the reason.
 */
import { getI16, getI32 } from '../bytes.js';
import type { Limits } from '../limits.js';
import { PROBE_COUNT_MAX } from '../limits.js';
import { PROBE_LAYOUT, type ProbePort } from '../ports.js';
import { READING_HUMIDITY, READING_TEMPERATURE, type RecordBuffer } from '../record/record.js';
import { GAP_REASON, RECORD } from '../record/schema.js';
import { HUMIDITY_ABSENT, TEMPERATURE_ABSENT } from '../units.js';
import { CalibrationTable } from './calibration.js';
import { Plausible } from './plausible.js';
import { gapReasonOf, gapReasonOfFault } from './sanitise.js';

/** How soon to look again while parts convert. */
const POLL_MS = 130;
const WAITING = 255;

export class Sampler {
  /** GAP_REASON of each probe at the last instant, 0 where there is a value. */
  readonly reasons = new Uint8Array(PROBE_COUNT_MAX);
  private readonly probes: ProbePort;
  private readonly limits: Limits;
  private readonly plausible: Plausible;
  private readonly calibration: CalibrationTable;
  private readonly answer = new Uint8Array(PROBE_LAYOUT.bytes);
  private readonly values = new Int32Array(PROBE_COUNT_MAX);
  private humidityPermille = HUMIDITY_ABSENT;
  private humidityProbe = 0;
  private isConverting = false;
  private startUptimeS = 0;
  private startMs = 0;
  private nextUptimeS = 0;

  /** `words` are PLAUSIBLE_STATE_WORDS, zero at a cold boot and kept through sleep. */
  constructor(
    probes: ProbePort,
    words: Int32Array,
    limits: Limits,
    calibration = new CalibrationTable(),
  ) {
    this.calibration = calibration;
    this.probes = probes;
    this.limits = limits;
    this.plausible = new Plausible(words, limits);
  }

  /** A probe whose last gap before this boot was `stuck` must show another value first. */
  distrust(probe: number): void {
    this.plausible.distrust(probe);
  }

  /** When the conversions of the instant that `step` is at, or completed, were started. */
  get instantUptimeS(): number {
    return this.startUptimeS;
  }

  /** Begins an instant if one is due, and goes on with it. 1 when `fill` has a reading to give. */
  step(uptimeS: number, ms: number): number {
    if (!this.isConverting) {
      if (uptimeS < this.nextUptimeS) return 0;
      this.start(uptimeS, ms);
    }
    return this.collect((uptimeS - this.startUptimeS) * 1000 + ms - this.startMs);
  }

  /** Whether an instant is under way. */
  get isBusy(): boolean {
    return this.isConverting;
  }

  /** When the next instant is due, seconds of uptime; what a sleep must keep. */
  get nextInstantS(): number {
    return this.nextUptimeS;
  }

  /** Goes on after a sleep. */
  resume(nextInstantS: number): void {
    this.nextUptimeS = nextInstantS;
  }

  /** Milliseconds until there is something to do. */
  sleepMs(uptimeS: number, ms: number): number {
    if (this.isConverting) return POLL_MS;
    const sleep = (this.nextUptimeS - uptimeS) * 1000 - ms;
    return sleep > 0 ? sleep : 0;
  }

  private start(uptimeS: number, ms: number): void {
    const { samplePeriodS, probeCount } = this.limits;
    this.isConverting = true;
    this.startUptimeS = uptimeS;
    this.startMs = ms;
    this.nextUptimeS = uptimeS - (uptimeS % samplePeriodS) + samplePeriodS;
    this.humidityPermille = HUMIDITY_ABSENT;
    for (let probe = 0; probe < probeCount; probe++) {
      const result = this.probes.start(probe);
      this.reasons[probe] = result < 0 ? gapReasonOfFault(result) : WAITING;
      this.values[probe] = TEMPERATURE_ABSENT;
    }
  }

  private collect(elapsedMs: number): number {
    let waiting = 0;
    for (let probe = 0; probe < this.limits.probeCount; probe++) {
      if (this.reasons[probe] !== WAITING) continue;
      const result = this.probes.poll(probe, this.answer);
      if (result === 0 && elapsedMs < this.limits.conversionLimitMs) waiting++;
      else if (result === 0) this.reasons[probe] = GAP_REASON.timeout;
      else if (result < 0) this.reasons[probe] = gapReasonOfFault(result);
      else this.take(probe);
    }
    if (waiting > 0) return 0;
    this.isConverting = false;
    this.plausible.judge(this.values, this.reasons, this.startUptimeS);
    this.correct();
    if (this.reasons[this.humidityProbe] !== 0) this.humidityPermille = HUMIDITY_ABSENT;
    return 1;
  }

  private correct(): void {
    const { values, reasons, calibration } = this;
    for (let probe = 0; probe < this.limits.probeCount; probe++) {
      if (reasons[probe] === 0) values[probe] = calibration.correct(probe, values[probe]!);
    }
  }

  private take(probe: number): void {
    const value = getI32(this.answer, PROBE_LAYOUT.temperatureCentiC);
    const reason = gapReasonOf(value);
    this.reasons[probe] = reason;
    if (reason !== 0) return;
    this.values[probe] = value;
    const humidity = getI16(this.answer, PROBE_LAYOUT.humidityPermille);
    if (humidity !== HUMIDITY_ABSENT && this.humidityPermille === HUMIDITY_ABSENT) {
      this.humidityPermille = humidity;
      this.humidityProbe = probe;
    }
  }

  /** Fills the READING record of the instant that `step` completed. */
  fill(record: RecordBuffer): void {
    record.begin(RECORD.reading, this.startUptimeS);
    record.fields[READING_HUMIDITY] = this.humidityPermille;
    for (let probe = 0; probe < this.limits.probeCount; probe++) {
      record.fields[READING_TEMPERATURE + probe] = this.values[probe]!;
    }
  }
}
