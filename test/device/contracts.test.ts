/**
 * The adapters of the ESP32, on fakes of the SDK's classes, keep to the contracts of their ports.
 */
import type { Shows } from '../contracts/probe-port.js';
import { accelerometerPortContract, FALL_CM, type Feels } from '../contracts/accelerometer-port.js';
import { clockPortContract } from '../contracts/clock-port.js';
import { flashPortContract, RIG_SECTORS } from '../contracts/flash-port.js';
import {
  DOCK_ID,
  inputPortContract,
  type Moment,
  MOMENTS,
  PRESSES,
} from '../contracts/input-port.js';
import { positionPortContract } from '../contracts/position-port.js';
import { pressurePortContract } from '../contracts/pressure-port.js';
import { probePortContract } from '../contracts/probe-port.js';
import {
  entropyPortContract,
  indicatorPortContract,
  keyValuePortContract,
  watchdogPortContract,
} from '../contracts/small-ports.js';
import { Entropy } from '../../firmware/device/entropy.js';
import { KeyValue } from '../../firmware/device/key-value.js';
import type { Probes } from '../../firmware/device/probes.js';
import { Watchdog } from '../../firmware/device/watchdog.js';
import { AT_REST, type Signal } from './fakes/lsm6dso32.js';
import { FakeSilicon } from './fakes/silicon.js';
import { FakeNvs } from './fakes/storage.js';
import { epochText, GnssBench } from './gnss-bench.js';
import { booted, drop, ROTOR } from './motion-bench.js';
import {
  ClockBench,
  dockFrame,
  FlashBench,
  IndicatorBench,
  InputBench,
  PIN,
  PressureBench,
  ProbeBench,
} from './rigs.js';

/** Ticks wrap to negative in the middle of what a contract does. */
const NEAR_WRAP_MS = 2 ** 31 - 100;

const SHOWS: Readonly<Record<Shows, (bench: ProbeBench) => void>> = {
  well: () => undefined,
  sentinel: ({ tmp117 }) => (tmp117.celsius = NaN),
  'bus-error': ({ tmp117 }) => (tmp117.isDead = true),
  'bad-checksum': ({ sht3x }) => (sht3x.hasBadTemperatureCrc = true),
  silent: ({ tmp117 }) => (tmp117.isSilent = true),
};

probePortContract('the ESP32', (shows) => {
  const bench = new ProbeBench(NEAR_WRAP_MS);
  SHOWS[shows](bench);
  const { time } = bench;
  // A wrong checksum is the SHT3x's to show: there the two change places.
  const port = shows === 'bad-checksum' ? swapped(bench.port) : bench.port;
  return { port, probeCount: 2, celsius: 20, advance: (ms) => (time.nowMs += ms) };
});

function swapped(port: Probes) {
  const other = (probe: number) => (probe === 0 || probe === 1 ? 1 - probe : probe);
  return {
    start: (probe: number) => port.start(other(probe)),
    poll: (probe: number, into: Uint8Array) => port.poll(other(probe), into),
  };
}

clockPortContract('the ESP32', ({ loseTimeAtMs } = {}) => {
  const bench = new ClockBench(NEAR_WRAP_MS);
  const startMs = NEAR_WRAP_MS;
  return {
    get port() {
      return bench.port;
    },
    advance: (ms) => {
      const before = bench.time.nowMs - startMs;
      bench.time.nowMs += ms;
      const isLost = loseTimeAtMs !== undefined && before < loseTimeAtMs;
      if (isLost && before + ms >= loseTimeAtMs) bench.rtc.powerOn();
    },
    losePower: (ms) => {
      bench.rtc.loseSupply();
      bench.time.nowMs += ms;
      bench.boot();
    },
  };
});

const ACTS: Readonly<Record<Moment, (bench: InputBench) => void>> = {
  docked: (bench) => {
    bench.digital.pull(PIN.dock, true);
    bench.digital.pull(PIN.power, true);
    bench.frame = dockFrame(DOCK_ID);
  },
  opened: (bench) => {
    bench.digital.pull(PIN.lid, false);
    bench.opt3001.lux = 400;
  },
  packed: (bench) => bench.fill(0b11),
  closed: (bench) => {
    bench.digital.pull(PIN.lid, true);
    bench.opt3001.lux = 0.3;
  },
  undocked: (bench) => {
    bench.digital.pull(PIN.dock, false);
    bench.digital.pull(PIN.power, false);
    bench.frame = [];
  },
  taken: (bench) => {
    bench.digital.pull(PIN.lid, false);
    bench.fill(0b01);
  },
  pressed: (bench) => {
    for (let i = 0; i < PRESSES; i++) push(bench, 300);
  },
  held: (bench) => push(bench, 3500),
  putBack: (bench) => bench.fill(0b11),
};

function push(bench: InputBench, ms: number): void {
  bench.digital.pull(PIN.button, true);
  bench.run(ms);
  bench.digital.pull(PIN.button, false);
  bench.run(300);
}

inputPortContract('the ESP32', () => {
  const bench = new InputBench(8, NEAR_WRAP_MS);
  return {
    port: bench.port,
    goTo: (moment) => {
      for (const one of MOMENTS.slice(0, MOMENTS.indexOf(moment) + 1)) {
        ACTS[one](bench);
        bench.run(1000);
      }
    },
  };
});

const FALL_MS = 1000 * Math.sqrt((2 * FALL_CM) / 980.665);
const FEELS: Readonly<Record<Feels, Signal>> = {
  rest: AT_REST,
  fall: drop(FALL_MS, 25, 12, 500),
  rotor: ROTOR,
};

accelerometerPortContract('the ESP32', (feels) => {
  const bench = booted(2 ** 31 - 31_500);
  bench.feel(FEELS[feels]);
  if (feels === 'rotor') bench.run(1000);
  return {
    port: bench.port,
    get uptimeMs() {
      return bench.nowMs;
    },
    advance: (ms) => {
      bench.time.nowMs += ms;
      bench.port.tend();
    },
  };
});

pressurePortContract('the ESP32', () => {
  const { time, part, port } = new PressureBench(NEAR_WRAP_MS);
  return { port, pascal: part.pascal, advance: (ms) => (time.nowMs += ms) };
});

positionPortContract('the ESP32', (sky) => {
  const bench = new GnssBench(NEAR_WRAP_MS);
  const [latitude, longitude] = [62, 7];
  bench.says = (second) => {
    const dimensions = sky === 'open' && second > 30 ? 3 : 1;
    const time = `1200${String(second % 60).padStart(2, '0')}.00`;
    return epochText({ time, latitude, longitude, quality: 1, hdop: 1.3, dimensions });
  };
  return { port: bench.port, latitude, longitude, advance: (ms) => bench.run(ms) };
});

flashPortContract('the ESP32', () => {
  const { flash, port } = new FlashBench(RIG_SECTORS);
  return {
    port,
    advance: () => undefined,
    wearOut: (sector) => {
      for (let at = sector * 4096; at < (sector + 1) * 4096; at++) flash.worn.add(at);
    },
  };
});

keyValuePortContract('the ESP32', () => ({
  port: new KeyValue(new FakeNvs().storage),
  advance: () => undefined,
}));
entropyPortContract('the ESP32', () => new Entropy(new FakeSilicon()));
indicatorPortContract('the ESP32', (slotCount) => new IndicatorBench(slotCount).port);
watchdogPortContract('the ESP32', () => new Watchdog(new FakeSilicon()));
