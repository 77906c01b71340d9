/**
 * Hands on the workload that log stores are measured with (W1): a passive insulated box outdoors,
 * one sample a minute, as columns of integers. Slow and fast air probe, humidity and battery, with
 * the noise of their parts, a lid opened about 2.5 times a day, 1 % of the samples a second late,
 * an outage about once in 30 days. Additions, multiplications, divisions and square roots only, so
 * that a seed gives the same columns on every machine; hence a sine that is 0.0017 off at most and
 * noise that ends at 3.47 sigma.
 */
import { sineOfTurn } from '../../world/ambient.js';
import { type Seed, Random } from '../../world/prng.js';

/** One column per channel; entry i of each belongs to the sample at `uptimeS[i]`. */
export interface SensorColumns {
  readonly uptimeS: Int32Array;
  readonly temperaturesCentiC: readonly Int16Array[];
  readonly humidityPermille: Int16Array;
  readonly batteryMilliV: Int16Array;
}

export interface WorkloadOptions {
  readonly count: number;
  readonly seed: Seed;
  /** 2, or more: probes 3 and up stand between the slow and the fast one. */
  readonly probeCount?: number;
}

export const PERIOD_S = 60;
/** TMP117 data sheet: 7.8125 m°C a step, 0.02 °C noise at one conversion. */
export const PROBE_STEP_C = 0.0078125;
export const PROBE_SIGMA_C = 0.02;
const HUMIDITY_SIGMA_PERCENT = 0.05;
const BATTERY_SIGMA_MILLI_V = 1.5;
const DAY_S = 86400;
const HOUR_S = 3600;
const LATE_SHARE = 0.01;
const OUTAGES_PER_S = 1 / (30 * DAY_S);
const LID_OPENINGS_PER_DAY = 2.5;
const LID_HOURS = { from: 6, to: 20 };
const YEAR_DAYS = 365.25;
const BATTERY_DAYS = 700;

/** What one period brings a body nearer to its surroundings. */
const CORE = { closed: approach(6 * HOUR_S), open: approach(2 * HOUR_S) };
const AIR = { closed: approach(2 * HOUR_S), open: approach(600) };
const HUMIDITY = { closed: approach(4 * HOUR_S), open: approach(300) };
/** Weather and gusts: decay a period, and the push that keeps their standard deviation. */
const WEATHER = drift(36 * HOUR_S, 2.5);
const GUST = drift(1200, 0.3);

/** The columns of W1; the first two probes are the same whatever `probeCount` is. */
export function makeWorkload({ count, seed, probeCount = 2 }: WorkloadOptions): SensorColumns {
  const columns = emptyColumns(count, probeCount);
  const box = new PassiveBox(seed);
  const sensors = new Sensors(seed, probeCount);
  const clock = new Random(seed, 'workload/clock');
  let dueS = 0;
  let lateS = 0;
  for (let i = 0; i < count; i++) {
    box.step(dueS);
    columns.uptimeS[i] = dueS + lateS;
    sensors.sample(box, columns, i, dueS);
    lateS = clock.nextUnit() < LATE_SHARE ? 1 : 0;
    dueS += PERIOD_S;
    if (clock.nextUnit() < PERIOD_S * OUTAGES_PER_S) dueS += clock.nextBelow(36000) + 120;
  }
  return columns;
}

/** Columns of that many samples, all zero. */
export function emptyColumns(count: number, probeCount: number): SensorColumns {
  return {
    uptimeS: new Int32Array(count),
    temperaturesCentiC: Array.from({ length: probeCount }, () => new Int16Array(count)),
    humidityPermille: new Int16Array(count),
    batteryMilliV: new Int16Array(count),
  };
}

/** Samples from..to of the columns, the same memory. */
export function partOf(columns: SensorColumns, from: number, to: number): SensorColumns {
  return {
    uptimeS: columns.uptimeS.subarray(from, to),
    temperaturesCentiC: columns.temperaturesCentiC.map((values) => values.subarray(from, to)),
    humidityPermille: columns.humidityPermille.subarray(from, to),
    batteryMilliV: columns.batteryMilliV.subarray(from, to),
  };
}

/** The battery as one more channel of each reading, behind the probes: the journal has no other. */
export function withBattery(columns: SensorColumns): SensorColumns {
  const { temperaturesCentiC, batteryMilliV } = columns;
  return { ...columns, temperaturesCentiC: [...temperaturesCentiC, batteryMilliV] };
}

/** The true temperatures and humidity inside, and what drives them outside. */
class PassiveBox {
  coreC = 8;
  airC = 9;
  humidityPercent = 55;
  private weatherC = 0;
  private gustC = 0;
  private sunshine = 1;
  private lidOpenS = 0;
  private readonly weather: Random;
  private readonly lid: Random;

  constructor(seed: Seed) {
    this.weather = new Random(seed, 'workload/weather');
    this.lid = new Random(seed, 'workload/lid');
  }

  step(timeS: number): void {
    const day = timeS / DAY_S;
    const hour = (day - Math.floor(day)) * 24;
    if (hour < PERIOD_S / HOUR_S) this.sunshine = 0.5 + this.weather.nextUnit();
    this.weatherC += -this.weatherC * WEATHER.decay + WEATHER.push * this.weather.nextNormal();
    this.gustC += -this.gustC * GUST.decay + GUST.push * this.weather.nextNormal();
    const seasonC = 9 * sineOfTurn((day - 105) / YEAR_DAYS);
    const daytimeC = 5 * this.sunshine * sineOfTurn((hour - 9) / 24);
    const outsideC = 12 + seasonC + daytimeC + this.weatherC + this.gustC;
    const outsidePercent = 70 - 2 * (outsideC - 12) + 4 * this.weatherC;
    const isOpen = this.moveLid(hour);
    const aroundAirC = isOpen ? outsideC : 0.6 * outsideC + 0.4 * this.coreC;
    this.airC += speed(AIR, isOpen) * (aroundAirC - this.airC);
    this.coreC += speed(CORE, isOpen) * (0.5 * this.airC + 0.5 * outsideC - this.coreC);
    const bounded = Math.min(98, Math.max(20, outsidePercent));
    this.humidityPercent += speed(HUMIDITY, isOpen) * (bounded - this.humidityPercent);
  }

  /** Whether the lid is open in this period: 2 to 32 minutes at a time, by day. */
  private moveLid(hour: number): boolean {
    const mayOpen = this.lidOpenS <= 0 && hour > LID_HOURS.from && hour < LID_HOURS.to;
    const periods = ((LID_HOURS.to - LID_HOURS.from) * HOUR_S) / PERIOD_S;
    if (mayOpen && this.lid.nextUnit() < LID_OPENINGS_PER_DAY / periods) {
      this.lidOpenS = 120 + this.lid.nextUnit() * 1800;
    }
    const isOpen = this.lidOpenS > 0;
    if (isOpen) this.lidOpenS -= PERIOD_S;
    return isOpen;
  }
}

/** What the parts make of the truth: their noise, their steps, the record's quantum. */
class Sensors {
  private readonly probes: readonly Random[];
  private readonly humidity: Random;
  private readonly battery: Random;

  constructor(seed: Seed, probeCount: number) {
    this.probes = Array.from({ length: probeCount }, (_, i) => {
      return new Random(seed, `workload/probe${i}`);
    });
    this.humidity = new Random(seed, 'workload/humidity');
    this.battery = new Random(seed, 'workload/battery');
  }

  sample(box: PassiveBox, into: SensorColumns, i: number, timeS: number): void {
    const { coreC, airC, humidityPercent } = box;
    for (let probe = 0; probe < this.probes.length; probe++) {
      const share = probe < 2 ? probe : (probe - 1) / (this.probes.length - 1);
      const trueC = coreC + share * (airC - coreC);
      into.temperaturesCentiC[probe]![i] = probeCentiC(trueC, this.probes[probe]!);
    }
    const noisyPercent = humidityPercent + HUMIDITY_SIGMA_PERCENT * this.humidity.nextNormal();
    into.humidityPermille[i] = Math.round(10 * noisyPercent);
    const used = Math.min(1, timeS / (BATTERY_DAYS * DAY_S));
    const noiseMilliV = BATTERY_SIGMA_MILLI_V * this.battery.nextNormal();
    into.batteryMilliV[i] = Math.round(4150 - 850 * used + (airC - 12) + noiseMilliV);
  }
}

/** What a probe of W1 reports of a true temperature, in 0.01 °C. */
export function probeCentiC(trueC: number, noise: Random): number {
  const steps = Math.round((trueC + PROBE_SIGMA_C * noise.nextNormal()) / PROBE_STEP_C);
  return Math.round(steps * PROBE_STEP_C * 100);
}

function speed(of: { closed: number; open: number }, isOpen: boolean): number {
  return isOpen ? of.open : of.closed;
}

/** 1 - e^(-PERIOD_S / tauS), by its series: `Math.exp` differs between engines. */
function approach(tauS: number): number {
  const x = PERIOD_S / tauS;
  let term = x;
  let sum = 0;
  for (let n = 2; n < 20; n++) {
    sum += term;
    term *= -x / n;
  }
  return sum;
}

function drift(tauS: number, sigma: number): { decay: number; push: number } {
  const decay = PERIOD_S / tauS;
  return { decay, push: sigma * Math.sqrt(2 * decay) };
}
