/** The log of a run's files: handed over first, then what is aboard only. */
import assert from 'node:assert/strict';
import { proveHandoff } from '../../../host-sim/cli/handoff-proof.js';
import { knownLog } from '../../../host-sim/cli/known-log.js';
import { type Morning, morning } from './handoff-fixture.js';

describe('the known log', function () {
  this.timeout(60_000);
  let day: Morning;
  before(async () => (day = await morning()));

  const known = (visits: Morning['visits'], image: Uint8Array) =>
    knownLog(proveHandoff(visits.flat(), day.rootPublicKey), image);
  const NOTHING = new Uint8Array(64 * 4096).fill(0xff);

  it('is that of the container, with a mark where the last checkpoint ends', () => {
    const { log, provenSequence, checkpoint, problems } = known(day.visits, day.image);
    assert.deepEqual(problems, []);
    assert.deepEqual(log.records, day.lived.log.records);
    assert.equal(provenSequence, day.lived.journey.handoffs.at(-1)!.sequence);
    assert.ok(log.lastSequence > provenSequence);
    assert.equal(checkpoint?.sequence, provenSequence);
    const hashes = [1, provenSequence, log.lastSequence].map((at) => log.chainHashAt(at));
    const expected = [1, provenSequence, log.lastSequence];
    assert.deepEqual(
      hashes,
      expected.map((at) => day.lived.log.chainHashAt(at)),
    );
  });

  it('continues with the flash where the last hand-overs are not there', () => {
    const { log, provenSequence } = known(day.visits.slice(0, 2), day.image);
    assert.equal(provenSequence, day.lived.journey.handoffs[1]!.sequence);
    assert.deepEqual(log.records, day.lived.log.records);
  });

  it('takes what was handed over from the hand-off, whatever the flash says', () => {
    const image = day.image.slice();
    image.fill(0, 200, 400); // in the first segment, handed over long since
    const { log, problems } = known(day.visits, image);
    const { provenSequence } = known(day.visits, day.image);
    const expected = day.lived.log.records.filter(({ sequence }) => sequence <= provenSequence);
    assert.deepEqual(log.records.slice(0, expected.length), expected);
    assert.match(problems.join(), /flash\.bin/);
  });

  it('ends with the checkpoint where the flash is another or none', () => {
    const { log, provenSequence, problems } = known(day.visits, NOTHING);
    assert.equal(log.lastSequence, provenSequence);
    assert.equal(log.records.at(-1)!.sequence, provenSequence);
    assert.match(problems.join(), /aboard only are left out/);
  });

  it('is the flash alone where nothing was handed over', () => {
    const { log, provenSequence, checkpoint } = known([], day.image);
    assert.deepEqual([provenSequence, checkpoint], [0, undefined]);
    assert.deepEqual(log.records, day.lived.log.records);
  });

  it('tells what of the hand-off did not verify', () => {
    const forged = day.visits[0]!.map((section) =>
      section.type === 'checkpoint' ? { ...section, bytes: new Uint8Array(80) } : section,
    );
    const { provenSequence, problems } = known([forged], day.image);
    assert.equal(provenSequence, 0);
    assert.match(problems.join(), /handoff\.bin: Visit 1 at 414\d+: checkpoint/);
  });
});
