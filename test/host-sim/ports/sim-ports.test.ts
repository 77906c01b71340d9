import assert from 'node:assert/strict';
import { BOOT_REASON } from '../../../firmware/core/record/schema.js';
import { WALL_SOURCE } from '../../../firmware/core/units.js';
import { createSimPorts } from '../../../host-sim/ports/sim-ports.js';
import { defaultScenarioPath, limitsOf, loadScenario } from '../../../host-sim/world/scenario.js';
import { TruthLog } from '../../../host-sim/world/truth.js';
import { createWorld } from '../../../host-sim/world/world.js';
import { makeWorld } from '../world/fixture.js';
import { JOURNAL_BYTES, makeRig, readClock, sample } from './fixture.js';

const scenario = loadScenario(defaultScenarioPath());

/** All that a container would sense on the default journey, as one text. */
function live(seed: number | string): string {
  const truth = new TruthLog();
  const world = createWorld(scenario, { seed, truth });
  const limits = limitsOf(scenario, JOURNAL_BYTES);
  const { ports } = createSimPorts(world, { seed, limits, journalBytes: JOURNAL_BYTES });
  const into = new Uint8Array(256);
  const seen: string[] = [];
  for (let ms = 60_000; ms < world.endMs; ms += 60_000) {
    world.advanceTo(ms);
    for (const probe of [0, 1]) ports.probes.start(probe);
    while (ports.accelerometer.poll(into) > 0) seen.push(Buffer.from(into).toString('hex'));
    world.advanceTo(ms + 125);
    for (const probe of [0, 1]) {
      ports.probes.poll(probe, into);
      seen.push(Buffer.from(into.subarray(0, 8)).toString('hex'));
    }
    ports.inputs.read(into);
    seen.push(Buffer.from(into.subarray(0, 12)).toString('hex'));
  }
  ports.entropy.fill(into, 32);
  return JSON.stringify([seen, Buffer.from(into).toString('hex'), truth.entries]);
}

describe('a simulated container', () => {
  it('senses the same for a seed, to the last byte, and otherwise for another', () => {
    const first = live(7);
    assert.equal(live(7), first);
    assert.notEqual(live(8), first);
  });

  it('has the bad sectors that its scenario names, in the journal alone', () => {
    const rig = makeRig({ container: '  badSectors: [3, 5]\n' });
    for (const [sector, byte] of [0xff, 0xff, 0xff, 0, 0xff, 0].entries()) {
      assert.equal(rig.journalFlash.image()[sector * 4096], byte);
    }
    assert.ok(rig.catalogueFlash.image().every((byte) => byte === 0xff));
  });

  it('forgets at a boot what RAM holds, and keeps flash, store, key and clock', () => {
    const rig = makeRig();
    rig.ports.clock.setWall(5, WALL_SOURCE.dock);
    rig.ports.journalFlash.program(0, Uint8Array.of(1), 0, 1);
    rig.keyValue.provision(1, Uint8Array.of(9));
    const key = rig.signer.publicKey.slice();
    rig.ports.probes.start(0);
    rig.world.advanceTo(10_000);
    rig.boot(BOOT_REASON.brownOut);
    assert.equal(readClock(rig).uptimeS, 0);
    assert.equal(readClock(rig).wallS, 15);
    assert.equal(rig.journalFlash.image()[0], 1);
    assert.deepEqual(rig.keyValue.peek(1), Uint8Array.of(9));
    assert.deepEqual(rig.signer.publicKey, key);
    assert.equal(sample(rig, 0, 20_000).fault, 0);
  });

  it('tells the truth log each boot, and whether the clock was known then', () => {
    const truth = new TruthLog();
    const rig = makeRig({}, { truth });
    rig.ports.clock.setWall(5, WALL_SOURCE.dock);
    rig.world.advanceTo(60_000);
    rig.boot(BOOT_REASON.watchdog);
    assert.deepEqual(
      truth.entries.map((entry) => [entry.kind, entry.atS]),
      [
        ['boot', 0],
        ['clock', 0],
        ['boot', 60],
      ],
    );
    const boots = truth.entries.filter((entry) => entry.kind === 'boot');
    assert.deepEqual(
      boots.map(({ clockKnown }) => clockKnown),
      [false, true],
    );
  });

  it('is built for the scenario’s probes', () => {
    const world = makeWorld();
    const limits = { ...limitsOf(world.scenario, JOURNAL_BYTES), probeCount: 3 };
    const make = () => createSimPorts(world, { seed: 1, limits, journalBytes: JOURNAL_BYTES });
    assert.throws(make, /Limits with 3 probes, expected the scenario's 2/);
  });
});
