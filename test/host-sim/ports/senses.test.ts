import assert from 'node:assert/strict';
import { getI16, getI32, getU16 } from '../../../firmware/core/bytes.js';
import { FAULT } from '../../../firmware/core/faults.js';
import {
  ACCELERATION_LAYOUT,
  FIX_LAYOUT,
  INPUT_FLAG,
  PROBE_LAYOUT,
} from '../../../firmware/core/ports.js';
import { BOOT_REASON, PLACE_SOURCE } from '../../../firmware/core/record/schema.js';
import { HUMIDITY_ABSENT, WALL_SOURCE, WALL_UNKNOWN } from '../../../firmware/core/units.js';
import { TruthLog } from '../../../host-sim/world/truth.js';
import { parseTrace } from '../../../host-sim/world/trace.js';
import { PACKED, at } from '../world/fixture.js';
import { makeRig, readClock, readInputs, sample } from './fixture.js';

const HOUR = 3_600_000;
const WARM = '  startC: 20\n  rtcDriftPpm: 0';

describe('the clock', () => {
  it('counts the uptime of a boot, and knows no wall time at first', () => {
    const rig = makeRig();
    rig.world.advanceTo(61_234);
    const clock = readClock(rig);
    assert.deepEqual([clock.uptimeS, clock.uptimeMs], [61, 234]);
    assert.deepEqual([clock.source, clock.wallS], [WALL_SOURCE.unset, WALL_UNKNOWN]);
    assert.equal(rig.ports.clock.bootReason(), BOOT_REASON.powerOn);
  });

  it('goes on from the time that was set, with the crystal’s drift', () => {
    const rig = makeRig({ container: '  rtcDriftPpm: 100' });
    rig.world.advanceTo(500);
    assert.equal(rig.ports.clock.setWall(1000, WALL_SOURCE.dock), 0);
    rig.world.advanceTo(500 + 10_000_000); // 100 ppm of 10,000 s is 1 s
    const clock = readClock(rig);
    assert.equal(clock.wallS, 1000 + 10_001);
    assert.equal(clock.source, WALL_SOURCE.dock);
    assert.ok(clock.uncertaintyS >= 1 && clock.uncertaintyS <= 3);
  });

  it('is kept by the RTC over a loss of power', () => {
    const rig = makeRig({ container: WARM });
    rig.ports.clock.setWall(1000, WALL_SOURCE.dock);
    rig.world.advanceTo(100_000);
    rig.boot(BOOT_REASON.brownOut);
    const clock = readClock(rig);
    assert.deepEqual([clock.uptimeS, clock.wallS, clock.source], [0, 1100, WALL_SOURCE.rtc]);
    assert.equal(rig.ports.clock.bootReason(), BOOT_REASON.brownOut);
  });

  it('can be lost, and set again', () => {
    const rig = makeRig({ faults: ['{ at: day 1 09:00, fault: clock-loss }'], container: WARM });
    rig.ports.clock.setWall(1000, WALL_SOURCE.dock);
    rig.world.advanceTo(at(1, '09:00'));
    assert.equal(readClock(rig).source, WALL_SOURCE.unset);
    rig.ports.clock.setWall(7, WALL_SOURCE.gnss);
    assert.deepEqual([readClock(rig).wallS, readClock(rig).source], [7, WALL_SOURCE.gnss]);
  });

  it('can jump, which setting it repairs', () => {
    const rig = makeRig({
      faults: ['{ at: day 1 09:00, fault: clock-jump, byS: -600 }'],
      container: WARM,
    });
    rig.ports.clock.setWall(10_000, WALL_SOURCE.dock);
    rig.world.advanceTo(at(1, '09:00'));
    assert.equal(readClock(rig).wallS, 10_000 + 3600 - 600);
    rig.ports.clock.setWall(20_000, WALL_SOURCE.dock);
    assert.equal(readClock(rig).wallS, 20_000);
  });

  it('is not set by a source that is none', () => {
    assert.equal(makeRig().ports.clock.setWall(1, WALL_SOURCE.unset), FAULT.malformed);
  });
});

describe('a probe', () => {
  it('converts for 125 ms, and one conversion at a time', () => {
    const rig = makeRig({ container: WARM });
    const into = new Uint8Array(PROBE_LAYOUT.bytes);
    assert.equal(rig.ports.probes.poll(0, into), FAULT.absent);
    assert.equal(rig.ports.probes.start(0), 0);
    assert.equal(rig.ports.probes.start(0), FAULT.busy);
    assert.equal(rig.ports.probes.start(1), 0);
    rig.world.advanceTo(124);
    assert.equal(rig.ports.probes.poll(0, into), 0);
    rig.world.advanceTo(125);
    assert.equal(rig.ports.probes.poll(0, into), PROBE_LAYOUT.bytes);
    assert.equal(rig.ports.probes.poll(0, into), FAULT.absent);
    assert.equal(rig.ports.probes.start(2), FAULT.absent);
  });

  it('gives the truth with the noise of its part: 0.02 °C, in steps of 1/128 °C', () => {
    const rig = makeRig({ container: '  startC: 20\n  humidity: false' });
    const errors: number[] = [];
    for (let i = 1; i <= 400; i++) {
      const answer = sample(rig, 0, i * 60_000);
      errors.push(answer.centiC! - 100 * 20);
      assert.equal(answer.humidityPermille, HUMIDITY_ABSENT);
      const steps = [0, 1].map((more) => Math.floor((answer.centiC * 128) / 100) + more);
      assert.ok(steps.some((step) => Math.floor((step * 100) / 128 + 0.5) === answer.centiC));
    }
    const mean = errors.reduce((sum, value) => sum + value, 0) / errors.length;
    const sigma = Math.sqrt(errors.reduce((sum, v) => sum + (v - mean) ** 2, 0) / errors.length);
    assert.ok(Math.abs(mean) < 0.5, `mean ${mean}`);
    assert.ok(sigma > 1.7 && sigma < 2.4, `sigma ${sigma}`);
  });

  it('knows the humidity where its part does, and nobody’s where a trace is replayed', async () => {
    const humidity = sample(makeRig({ container: WARM }), 0, 60_000).humidityPermille!;
    assert.ok(Math.abs(humidity - 450) < 12, `${humidity}`);
    assert.equal(sample(makeRig(), 1, 60_000).humidityPermille, HUMIDITY_ABSENT);
    const trace = await parseTrace('hours,temp\n0,20\n1,20', 'log.csv');
    const replay = makeRig({}, { trace: { trace, where: 'inside' } });
    assert.equal(sample(replay, 0, 60_000).humidityPermille, HUMIDITY_ABSENT);
  });

  const faulty = (shows: string) =>
    makeRig({
      faults: [`{ at: day 1 09:00, fault: probe, probe: 0, shows: ${shows}, duration: 1h }`],
      container: WARM,
    });
  const shows: readonly [shows: string, expected: { fault: number; centiC?: number }][] = [
    ['sentinel', { fault: 0, centiC: 25_600 }],
    ['bus-error', { fault: FAULT.busError }],
    ['bad-checksum', { fault: FAULT.badChecksum }],
    ['silent', { fault: 0 }],
  ];
  for (const [kind, expected] of shows) {
    it(`shows ${kind} while it is faulty, and is well before and after`, () => {
      const rig = faulty(kind);
      assert.ok(Math.abs(sample(rig, 0, at(1, '08:59')).centiC! - 2000) < 20);
      const { fault, centiC } = sample(rig, 0, at(1, '09:00'));
      assert.deepEqual({ fault, ...(centiC !== undefined && { centiC }) }, expected);
      assert.ok(sample(rig, 1, at(1, '09:01')).centiC! > 1900);
      assert.ok(Math.abs(sample(rig, 0, at(1, '10:00')).centiC! - 2000) < 100);
    });
  }

  it('that is stuck repeats its last good value to the digit', () => {
    const rig = faulty('stuck');
    const last = sample(rig, 0, at(1, '08:59')).centiC;
    for (let minute = 0; minute < 30; minute++) {
      assert.equal(sample(rig, 0, at(1, '09:00') + minute * 60_000).centiC, last);
    }
  });

  it('that is stuck at a value shows that, and is well afterwards', () => {
    const rig = faulty('stuck, atC: -3.21');
    assert.equal(sample(rig, 0, at(1, '09:00')).centiC, -321);
    assert.equal(sample(rig, 0, at(1, '09:59')).centiC, -321);
    assert.ok(Math.abs(sample(rig, 0, at(1, '10:00')).centiC! - 2000) < 100);
  });

  it('that has jumped is off by so much, with its noise', () => {
    const rig = faulty('jump, byC: -7');
    const values = Array.from({ length: 30 }, (_, minute) => {
      return sample(rig, 0, at(1, '09:00') + minute * 60_000).centiC!;
    });
    assert.ok(values.every((centiC) => Math.abs(centiC - 1300) < 20));
    assert.ok(new Set(values).size > 3);
    assert.ok(Math.abs(sample(rig, 0, at(1, '10:00')).centiC! - 2000) < 20);
  });

  it('that drifts is further off by the hour, from its beginning on', () => {
    const rig = faulty('drift, perHourC: 6');
    for (const [minute, offCentiC] of [
      [0, 0],
      [20, 200],
      [50, 500],
    ] as const) {
      const { centiC } = sample(rig, 0, at(1, '09:00') + minute * 60_000);
      assert.ok(Math.abs(centiC! - 2000 - offCentiC) < 20, `${minute} min: ${centiC}`);
    }
    assert.ok(Math.abs(sample(rig, 0, at(1, '10:00')).centiC! - 2000) < 20);
  });

  it('does not answer where a trace says nothing: nothing is invented', async () => {
    const trace = await parseTrace('minutes,temp\n0,20\n10,21\n20,21\n90,9\n100,9', 'log.csv');
    const rig = makeRig({}, { trace: { trace, where: 'inside' } });
    assert.ok(Math.abs(sample(rig, 0, 5 * 60_000).centiC! - 2050) < 10);
    assert.equal(sample(rig, 0, 50 * 60_000).fault, FAULT.busError);
    assert.ok(Math.abs(sample(rig, 1, 95 * 60_000).centiC! - 900) < 10);
  });

  it('tells the truth log what was true and what it gave', () => {
    const truth = new TruthLog();
    const faults = ['{ at: day 1 09:00, fault: probe, probe: 0, shows: sentinel, duration: 1h }'];
    const rig = makeRig({ faults, container: WARM }, { truth });
    const given = sample(rig, 0, 60_000).centiC!;
    sample(rig, 0, at(1, '09:30'));
    const [first, second] = truth.entries.filter((entry) => entry.kind === 'sample');
    assert.equal(first!.deliveredCentiC, given);
    assert.equal(first!.atS, 60);
    assert.ok(Math.abs(first!.trueC! - 20) < 0.1);
    assert.deepEqual([second!.deliveredCentiC, second!.fault], [null, 0]);
    assert.equal(truth.entries[0]!.kind, 'boot');
  });

  it('is not disturbed by a fault of another, or by its own past fault', () => {
    const well = makeRig({ container: WARM });
    const ill = faulty('bus-error');
    for (const clock of ['08:30', '09:30', '10:30']) {
      const [a, b] = [well, ill].map((rig) => sample(rig, 1, at(1, clock)));
      assert.deepEqual(a, b);
      const other = [well, ill].map((rig) => sample(rig, 0, at(1, clock) + 1000).centiC);
      if (clock !== '09:30') assert.equal(other[0], other[1]);
    }
  });
});

describe('the inputs', () => {
  it('are what the world has now', () => {
    const rig = makeRig({ journey: PACKED });
    rig.world.advanceTo(at(1, '08:03'));
    const { flags, slots, lightLux, batteryMilliV } = readInputs(rig);
    assert.equal(flags, INPUT_FLAG.dockContact | INPUT_FLAG.externalPower | INPUT_FLAG.lidOpen);
    assert.equal(slots, 3);
    assert.ok(lightLux > 100);
    assert.ok(batteryMilliV > 6000);
    rig.world.advanceTo(20 * HOUR);
    assert.equal(readInputs(rig).lightLux, 0);
    assert.ok(readInputs(rig).batteryMilliV < batteryMilliV);
  });

  it('count presses from the boot on', () => {
    const journey = [
      ...PACKED,
      '{ at: day 1 09:00, do: press, times: 3 }',
      '{ at: day 1 09:01, do: hold }',
      '{ at: day 1 10:00, do: press }',
    ];
    const rig = makeRig({ journey });
    rig.world.advanceTo(at(1, '09:30'));
    assert.deepEqual([readInputs(rig).presses, readInputs(rig).holds], [3, 1]);
    rig.boot(BOOT_REASON.watchdog);
    assert.deepEqual([readInputs(rig).presses, readInputs(rig).holds], [0, 0]);
    rig.world.advanceTo(at(1, '10:01'));
    assert.deepEqual([readInputs(rig).presses, readInputs(rig).holds], [1, 0]);
  });

  it('tell the dock’s id while there is contact', () => {
    const rig = makeRig({ journey: PACKED });
    const into = new Uint8Array(40);
    const length = rig.ports.inputs.readDockId(into);
    assert.equal(Buffer.from(into.subarray(0, length)).toString(), '4149521234000013');
    assert.equal(rig.ports.inputs.readDockId(new Uint8Array(8)), FAULT.overflow);
    rig.world.advanceTo(at(1, '08:10'));
    assert.equal(rig.ports.inputs.readDockId(into), FAULT.absent);
  });
});

describe('the accelerometer', () => {
  const rig = () => makeRig({ journey: ['{ at: day 1 09:00, do: drop, heightCm: 40 }'] });
  const into = new Uint8Array(ACCELERATION_LAYOUT.samples + 32 * ACCELERATION_LAYOUT.sampleBytes);

  it('is at rest until something happens', () => {
    const { world, ports } = rig();
    world.advanceTo(at(1, '09:00'));
    assert.equal(ports.accelerometer.poll(into), 0);
  });

  it('hands over a burst whole, in batches of up to 32 that follow one another', () => {
    const { world, ports } = rig();
    world.advanceTo(at(1, '09:00'));
    world.advanceTo(world.nextChangeMs());
    const expected = world.bursts[0]!.samples;
    const samples: number[] = [];
    let nextMs = at(1, '09:00') + 30 - 200;
    for (let count = ports.accelerometer.poll(into); count > 0;) {
      const startMs =
        getI32(into, ACCELERATION_LAYOUT.startUptimeS) * 1000 +
        getU16(into, ACCELERATION_LAYOUT.startMs);
      assert.equal(startMs, Math.floor(nextMs));
      assert.equal(getU16(into, ACCELERATION_LAYOUT.rateHz), 800);
      assert.equal(getU16(into, ACCELERATION_LAYOUT.rangeMilliG), 16_000);
      for (let i = 0; i < 3 * count; i++) {
        samples.push(getI16(into, ACCELERATION_LAYOUT.samples + 2 * i));
      }
      nextMs += (count * 1000) / 800;
      count = ports.accelerometer.poll(into);
    }
    assert.deepEqual(samples, [...expected]);
    assert.equal(ports.accelerometer.poll(into), 0);
  });

  it('loses what it had gathered when the container boots', () => {
    const { world, ports, ...sim } = rig();
    world.advanceTo(at(1, '09:10'));
    assert.equal(ports.accelerometer.poll(into), 32);
    sim.boot(BOOT_REASON.watchdog);
    assert.equal(ports.accelerometer.poll(into), 0);
  });

  it('needs room for one sample at least', () => {
    const { world, ports } = rig();
    world.advanceTo(at(1, '09:10'));
    assert.equal(ports.accelerometer.poll(new Uint8Array(12)), FAULT.overflow);
    assert.equal(ports.accelerometer.poll(new Uint8Array(10 + 2 * 6)), 2);
  });
});

describe('the position', () => {
  const FLIGHT = '{ at: day 1 09:00, from: bank, to: scene, by: helicopter, duration: 1h }';
  const search = (ms: number, waitMs: number) => {
    const rig = makeRig({ legs: [FLIGHT] });
    const into = new Uint8Array(FIX_LAYOUT.bytes);
    rig.world.advanceTo(ms);
    assert.equal(rig.ports.position.start(), 0);
    assert.equal(rig.ports.position.start(), FAULT.busy);
    assert.equal(rig.ports.position.poll(into), 0);
    rig.world.advanceTo(ms + waitMs);
    return { answer: rig.ports.position.poll(into), into };
  };

  it('is found outdoors in 35 s, within its uncertainty', () => {
    const { answer, into } = search(at(1, '10:30'), 35_000);
    assert.equal(answer, FIX_LAYOUT.bytes);
    assert.ok(Math.abs(getI32(into, FIX_LAYOUT.latitudeMicroDeg) - 62e6) < 15 * 12);
    assert.ok(Math.abs(getI32(into, FIX_LAYOUT.longitudeMicroDeg) - 7e6) < 15 * 12);
    assert.equal(getU16(into, FIX_LAYOUT.uncertaintyM), 15);
    assert.equal(into[FIX_LAYOUT.source], PLACE_SOURCE.gnss);
  });

  it('is given up after 60 s in a building and on a flight', () => {
    assert.equal(search(at(1, '08:10'), 59_000).answer, 0);
    assert.equal(search(at(1, '08:10'), 60_000).answer, FAULT.absent);
    assert.equal(search(at(1, '09:30'), 60_000).answer, FAULT.absent);
  });

  it('is not there unless it was asked for', () => {
    assert.equal(makeRig().ports.position.poll(new Uint8Array(12)), FAULT.absent);
  });
});
