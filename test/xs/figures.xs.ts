/** What the firmware costs on the device's engine, against the budget and what was recorded. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Figures, figuresTable, goldenFigures, measure, unrecorded } from './figures.js';
import { ADAPTER_STACK_SLOTS, CREATION, Host, POOL_BYTES_MAX } from './host.js';
import { dropTape, withTapes } from './lanes.js';

describe('on XS, a container with 16 kits', () => {
  const scenario = join(__dirname, 'scenarios', 'sixteen-kits.yaml');
  let now: Figures = {};
  let golden: Figures = {};

  before('is measured', async () => {
    const host = await Host.make();
    [now = {}] = await withTapes([{ name: 'measured', seed: 1, scenario }], async (tape) => {
      const figures = await measure(host, tape);
      dropTape(tape);
      return figures;
    });
    golden = goldenFigures(now);
  });

  after('shows its figures', () => {
    console.log(figuresTable(golden, now));
  });

  it(`needs no larger pool than ${POOL_BYTES_MAX} bytes with a stack of ${CREATION.stack}`, () => {
    assert.ok(now['poolBytes']! <= POOL_BYTES_MAX, `${now['poolBytes']} bytes`);
    const left = CREATION.stack - now['peakStackSlots']!;
    assert.ok(left >= ADAPTER_STACK_SLOTS, `${left} slots of stack are left for adapters`);
  });

  it('makes no garbage in an ordinary sample', () => {
    assert.equal(now['sampleGarbageSlotsMedian'], 0);
  });

  it('costs what was recorded (UPDATE_GOLDEN=1 records a rise)', () => {
    assert.deepEqual(unrecorded(golden, now), []);
  });
});

describe('the comparison with what was recorded', () => {
  const golden = { poolBytes: 10000, 'byteCode/app': 500 };

  it('lets pass a fall and a rise of 2 %', () => {
    assert.deepEqual(unrecorded(golden, { poolBytes: 10200, 'byteCode/app': 1 }), []);
  });

  it('names a larger rise, a new figure and one that is gone', () => {
    assert.deepEqual(unrecorded(golden, { poolBytes: 10201, 'byteCode/core': 7 }), [
      'poolBytes rose by 2.0 %: 10201, recorded 10000',
      'byteCode/core is 7 and was never recorded',
      'byteCode/app is recorded and gone',
    ]);
  });
});
