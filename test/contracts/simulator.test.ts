/**
 * The ports of the simulator keep to the same contracts as those of the ESP32.
 */
import { BOOT_REASON } from '../../firmware/core/record/schema.js';
import { SimEntropy } from '../../host-sim/ports/entropy.js';
import { NorFlash } from '../../host-sim/ports/flash.js';
import { SimIndicator } from '../../host-sim/ports/indicator.js';
import { accelerometerPortContract, FALL_CM, type Feels } from './accelerometer-port.js';
import { clockPortContract } from './clock-port.js';
import { flashPortContract, RIG_SECTORS } from './flash-port.js';
import { inputPortContract, type Moment, PRESSES } from './input-port.js';
import { positionPortContract } from './position-port.js';
import { pressurePortContract } from './pressure-port.js';
import { probePortContract } from './probe-port.js';
import {
  entropyPortContract,
  indicatorPortContract,
  keyValuePortContract,
  watchdogPortContract,
} from './small-ports.js';
import { PACKED, at } from '../host-sim/world/fixture.js';
import { makeRig } from '../host-sim/ports/fixture.js';

const WARM = '  startC: 20\n';

probePortContract('the simulator', (shows) => {
  const fault = `{ at: day 1 08:01, fault: probe, probe: 0, shows: ${shows}, duration: 2h }`;
  const rig = makeRig({ container: WARM, faults: shows === 'well' ? [] : [fault] });
  rig.world.advanceTo(at(1, '08:02'));
  return {
    port: rig.ports.probes,
    probeCount: 2,
    celsius: 20,
    advance: (ms) => rig.world.advanceTo(rig.world.nowMs + ms),
  };
});

clockPortContract('the simulator', ({ loseTimeAtMs } = {}) => {
  const loss = `{ at: day 1 08:00:${(loseTimeAtMs ?? 0) / 1000}, fault: clock-loss }`;
  const rig = makeRig({ faults: loseTimeAtMs === undefined ? [] : [loss] });
  const advance = (ms: number) => rig.world.advanceTo(rig.world.nowMs + ms);
  return {
    port: rig.ports.clock,
    advance,
    losePower: (ms) => {
      advance(ms);
      rig.boot(BOOT_REASON.powerOn);
    },
  };
});

const MOMENT_AT: Readonly<Record<Moment, string>> = {
  docked: '08:00:30',
  opened: '08:01:30',
  packed: '08:03:30',
  closed: '08:05',
  undocked: '08:11',
  taken: '09:05',
  pressed: '09:15',
  held: '09:25',
  putBack: '09:35',
};

inputPortContract('the simulator', () => {
  const journey = [
    ...PACKED,
    '{ at: day 1 09:00, do: open-lid }',
    '{ at: day 1 09:01, do: take, kit: B }',
    `{ at: day 1 09:10, do: press, times: ${PRESSES} }`,
    '{ at: day 1 09:20, do: hold }',
    '{ at: day 1 09:30, do: put-back, kit: B }',
  ];
  const rig = makeRig({ journey });
  const goTo = (moment: Moment) => rig.world.advanceTo(at(1, MOMENT_AT[moment]));
  return { port: rig.ports.inputs, goTo };
});

const FLIGHT = '{ at: day 1 09:00, from: bank, to: scene, by: helicopter, duration: 1h }';
const FEELS: Readonly<Record<Feels, string>> = {
  rest: '08:30',
  fall: '08:59:59',
  rotor: '09:30',
};

accelerometerPortContract('the simulator', (feels) => {
  const fall = `{ at: day 1 09:00, do: drop, heightCm: ${FALL_CM} }`;
  const { world, ports } = makeRig(feels === 'rotor' ? { legs: [FLIGHT] } : { journey: [fall] });
  world.advanceTo(at(1, FEELS[feels]));
  const bytes = new Uint8Array(256);
  while (world.isShaken) {
    // Bumps on the way, which a container would have fetched.
    while (ports.accelerometer.poll(bytes) > 0);
    world.advanceTo(world.nowMs + 1000);
  }
  return {
    port: ports.accelerometer,
    get uptimeMs() {
      return world.nowMs;
    },
    advance: (ms) => world.advanceTo(world.nowMs + ms),
  };
});

pressurePortContract('the simulator', () => {
  const { world, ports } = makeRig();
  return {
    port: ports.pressure,
    get pascal() {
      return world.pressurePa();
    },
    advance: (ms) => world.advanceTo(world.nowMs + ms),
  };
});

positionPortContract('the simulator', (sky) => {
  const { world, ports } = makeRig({ legs: [FLIGHT] });
  world.advanceTo(at(1, sky === 'open' ? '10:30' : '08:30'));
  const advance = (ms: number) => world.advanceTo(world.nowMs + ms);
  return { port: ports.position, latitude: 62, longitude: 7, advance };
});

flashPortContract('the simulator', () => {
  let nowMs = 0;
  const bytes = RIG_SECTORS * 4096;
  const port = new NorFlash({ region: 'journal', bytes, seed: 1, nowMs: () => nowMs });
  return { port, advance: (ms) => (nowMs += ms), wearOut: (sector) => port.wearOut(sector) };
});

keyValuePortContract('the simulator', () => {
  const { ports, world } = makeRig();
  return { port: ports.keyValue, advance: (ms) => world.advanceTo(world.nowMs + ms) };
});
entropyPortContract('the simulator', () => new SimEntropy(1));
indicatorPortContract('the simulator', (slotCount) => new SimIndicator(slotCount));
watchdogPortContract('the simulator', () => makeRig().ports.watchdog);
