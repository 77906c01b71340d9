/**
 * The firmware on the real XS engine makes the same calls as on Node, to the last byte: journal
 * programs, hand-over messages, verdicts, indicator. Node writes the tapes, XS plays them.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Host, type Replay } from './host.js';
import { dropTape, type NamedOrder, withTapes } from './lanes.js';
import { disagreement, growth, preloadedWrite } from './verdict.js';

const SCENARIOS = join(__dirname, 'scenarios');
const SEED_COUNT = 20;
const DAYS = 30;
/** So little that a week without a dock overflows it. */
const SMALL_JOURNAL_BYTES = 20 * 4096;

/** Half of the seeds live a month of missions, half the journey of `npm start` and a long wait. */
function monthOrders(): NamedOrder[] {
  return Array.from({ length: SEED_COUNT }, (_, i) => {
    const seed = i + 1;
    const isMonth = seed % 2 === 1;
    const name = `${isMonth ? 'month' : 'journey'}-${seed}`;
    const order = { name, seed, days: DAYS };
    return isMonth ? { ...order, scenario: join(SCENARIOS, 'month.yaml') } : order;
  });
}

/** Every scenario of this folder, those of faults above all, and cuts in flash operations. */
function faultOrders(): NamedOrder[] {
  const scenarios = readdirSync(SCENARIOS).filter((name) => name !== 'month.yaml');
  const plain = scenarios.map((file): NamedOrder => {
    const order = { name: file.replace('.yaml', ''), seed: 77, scenario: join(SCENARIOS, file) };
    return order.name === 'long-absence' ? { ...order, journalBytes: SMALL_JOURNAL_BYTES } : order;
  });
  const scenario = join(SCENARIOS, 'probe-faults.yaml');
  const cuts = [7, 19, 101].map((cutEvery): NamedOrder => {
    const days = cutEvery < 10 ? 1 : 2;
    return { name: `cut-every-${cutEvery}`, seed: cutEvery, scenario, days, cutEvery };
  });
  return [...plain, ...cuts];
}

describe('on XS, the firmware', () => {
  const months = monthOrders();
  const faults = faultOrders();
  const results = new Map<string, Replay>();

  before('records and plays the tapes', async () => {
    const host = await Host.make();
    await withTapes([...months, ...faults], async (tape, { name }) => {
      const replay = await host.replay(tape, { live: true });
      results.set(name, replay);
      if (replay.end === 'same') dropTape(tape);
    });
  });

  const resultOf = ({ name }: NamedOrder): Replay => {
    const result = results.get(name);
    if (result === undefined) throw new Error(`${name} was not played`);
    return result;
  };

  const isGood = (order: NamedOrder): Replay => {
    const replay = resultOf(order);
    assert.equal(disagreement(replay), undefined);
    assert.equal(preloadedWrite(replay), undefined);
    assert.equal(growth(replay.live), undefined);
    return replay;
  };

  for (const order of months) {
    it(`does the same as on Node for ${DAYS} days, ${order.name}`, () => {
      const { steps, live } = isGood(order);
      assert.ok(steps > DAYS * 1440, `${steps} steps`);
      assert.ok(live.length > DAYS / 2, `${live.length} days compared`);
    });
  }

  for (const order of faults) {
    it(`does the same as on Node, ${order.name}`, () => {
      const { cuts, boots } = isGood(order);
      if (order.cutEvery !== undefined) assert.ok(cuts > 20 && boots > cuts, `${cuts} cuts`);
    });
  }
});
