import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createContainer, type Container } from '../../firmware/app/container.js';
import { RETAINED_BYTES_MAX } from '../../firmware/app/retained.js';
import { BOOT_REASON } from '../../firmware/core/record/schema.js';
import { decodeImage } from '../../host-sim/backend/decode.js';
import { Journey } from '../../host-sim/cli/journey.js';
import { setUp, setUpScenario, type Setup } from '../../host-sim/cli/setup.js';
import { Random } from '../../host-sim/world/prng.js';
import { defaultScenarioPath, parseScenario } from '../../host-sim/world/scenario.js';
import { verifyingReceiver } from '../support/journey.js';

/** Lives a journey; the container sleeps after a step with this probability, 0..1. */
async function sleepy(setup: Setup, probability: number, seed: number): Promise<Journey> {
  const random = new Random(seed, 'sleep');
  const sleeps = probability === 0 ? undefined : () => random.nextUnit() < probability;
  const journey = new Journey({ ...setup, receiver: verifyingReceiver(setup), sleeps });
  await journey.run();
  return journey;
}

function sha(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

describe('waking is not booting', function () {
  this.timeout(120_000);

  it('gives the same journal whenever the container sleeps, and however often', async () => {
    const awake = await setUp({ seed: 3 });
    await sleepy(awake, 0, 0);
    const image = sha(awake.sim.journalFlash.image());
    for (const [probability, seed] of [
      [1, 1],
      [0.5, 2],
      [0.05, 3],
      [0.3, 4],
    ] as const) {
      const setup = await setUp({ seed: 3 });
      const journey = await sleepy(setup, probability, seed);
      assert.ok(journey.sleepCount > 50, `${journey.sleepCount} sleeps`);
      assert.equal(sha(setup.sim.journalFlash.image()), image, `probability ${probability}`);
    }
  });

  it('also through faults of probes, clock and power', async () => {
    const faults = [
      'faults:',
      '  - { at: day 1 20:00, fault: probe, probe: 0, shows: sentinel, duration: 30m }',
      '  - { at: day 1 22:00, fault: clock-jump, byS: 600 }',
      '  - { at: day 2 19:00, fault: power-loss, duration: 20m }',
      '  - { at: day 2 21:00, fault: restart }',
    ].join('\n');
    const text = `${readFileSync(defaultScenarioPath(), 'utf8')}\n${faults}\n`;
    const scenario = parseScenario(text, 'test');
    const awake = await setUpScenario(scenario, { seed: 4 });
    await sleepy(awake, 0, 0);
    const asleep = await setUpScenario(scenario, { seed: 4 });
    await sleepy(asleep, 0.7, 9);
    assert.equal(sha(asleep.sim.journalFlash.image()), sha(awake.sim.journalFlash.image()));
  });
});

describe('retained memory', () => {
  /** A container that has run for ten minutes of the default journey's world. */
  async function running(): Promise<{ setup: Setup; container: Container; image: Uint8Array }> {
    const setup = await setUp({ seed: 3 });
    const container = createContainer(setup.sim.ports, setup.limits);
    const image = new Uint8Array(RETAINED_BYTES_MAX);
    let length = -1;
    while (setup.world.nowMs < 600_000 || length < 0) {
      const sleepMs = container.step();
      length = setup.world.nowMs < 600_000 ? -1 : container.suspend(image);
      setup.world.advanceTo(setup.world.nowMs + Math.max(1, Math.min(sleepMs, 1000)));
    }
    return { setup, container, image: image.slice(0, length) };
  }

  it('fits what a board must offer', async () => {
    const { image } = await running();
    assert.ok(image.length <= RETAINED_BYTES_MAX, `${image.length} bytes`);
    assert.ok(image.length > 4000);
  });

  it('is noticed when damaged in any word, and becomes a cold boot with its record', async () => {
    const { setup, image } = await running();
    for (let at = 0; at < image.length; at += 4) {
      const damaged = image.slice();
      damaged[at] = damaged[at]! ^ 0x40;
      const fresh = createContainer(setup.sim.ports, setup.limits);
      assert.ok(fresh.resume(damaged, damaged.length) < 0, `word ${at / 4}`);
    }
    const damaged = image.slice();
    damaged[100] = damaged[100]! ^ 1;
    const fresh = createContainer(setup.sim.ports, setup.limits);
    assert.ok(fresh.resume(damaged, damaged.length) < 0);
    const endMs = setup.world.nowMs + 120_000;
    while (setup.world.nowMs < endMs) {
      const sleepMs = fresh.step();
      setup.world.advanceTo(setup.world.nowMs + Math.max(1, Math.min(sleepMs, 1000)));
    }
    const log = decodeImage(setup.sim.journalFlash.image());
    assert.deepEqual(log.problems, []);
    const boots = log.records.filter(({ type }) => type === 'boot');
    assert.deepEqual(
      boots.map(({ fields }) => fields['reason']),
      [BOOT_REASON.powerOn, BOOT_REASON.retainedDamaged],
    );
    assert.ok(log.records.at(-1)!.sequence > boots[1]!.sequence);
  });

  it('of another shape, too short or empty is none', async () => {
    const { setup, image } = await running();
    const other = createContainer(setup.sim.ports, { ...setup.limits, samplePeriodS: 30 });
    assert.ok(other.resume(image, image.length) < 0);
    for (const bytes of [image.slice(0, -4), new Uint8Array(0), new Uint8Array(6144)]) {
      const fresh = createContainer(setup.sim.ports, setup.limits);
      assert.ok(fresh.resume(bytes, bytes.length) < 0, `${bytes.length} bytes`);
    }
  });

  it('is not written while something runs that a sleep would break', async () => {
    const setup = await setUp({ seed: 3 });
    const container = createContainer(setup.sim.ports, setup.limits);
    const image = new Uint8Array(RETAINED_BYTES_MAX);
    assert.ok(container.suspend(image) < 0, 'before it has booted');
    assert.deepEqual(image, new Uint8Array(RETAINED_BYTES_MAX));
  });
});
