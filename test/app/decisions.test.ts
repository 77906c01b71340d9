import assert from 'node:assert/strict';
import { REASON } from '../../firmware/core/excursion/reasons.js';
import { FAULT } from '../../firmware/core/faults.js';
import { OBJECT } from '../../firmware/core/handoff/protocol.js';
import type { Decision } from '../../host-sim/backend/authority.js';
import { packingListOf, PLAN } from '../host-sim/backend/support/fixtures.js';
import type { Bench } from './support/bench.js';
import { packedBench, type TestDock } from './support/dock.js';

const nameOf = (result: number): string =>
  Object.entries(FAULT).find(([, code]) => code === result)?.[0] ?? `${result}`;
const ALL = (1 << 30) - 1;
const HOT = {
  zones: [{ operator: 'above', limitCentiC: 2500, allowance: 'instant' }],
} as const;

const lastSequence = (bench: Bench): number => bench.records().at(-1)!.sequence;

function decision(
  bench: Bench,
  word: Decision['decision'],
  more: Partial<Decision> = {},
): Decision {
  const { sgtin } = packingListOf('S0');
  return { decision: word, sgtin, reasons: ALL, reviewedSequence: lastSequence(bench), ...more };
}

/** A kit that was too warm, and is not any more. */
async function warmedBench(): Promise<{ bench: Bench; dock: TestDock }> {
  const { bench, dock } = await packedBench(1, HOT);
  bench.shows(2600);
  bench.shows(2000);
  assert.equal(bench.verdict(0), 'quarantine: zone0');
  return { bench, dock };
}

describe('a decision of quality', () => {
  it('is recorded: the kit, the reasons, the last record looked at, and who', async () => {
    const { bench, dock } = await warmedBench();
    const reviewedSequence = lastSequence(bench);
    assert.equal(dock.decide(decision(bench, 'release', { reasons: 1, reviewedSequence })), 1);
    const { fields, tail } = bench.last('decision');
    assert.equal(fields['kit'], 0);
    assert.equal(fields['decision'], 2);
    assert.equal(fields['reasons'], 1);
    assert.equal(fields['reviewedSequence'], reviewedSequence);
    assert.equal(Buffer.from(tail).toString('latin1'), PLAN.quality);
  });

  it('to release lifts what was looked at, and hides nothing', async () => {
    const { bench, dock } = await warmedBench();
    dock.decide(decision(bench, 'release'));
    bench.run(61);
    assert.equal(bench.verdict(0), 'usable: zone0, released');
    assert.deepEqual(bench.shown[0], 'go');
  });

  it('to release says nothing of what came after the last record looked at', async () => {
    const { bench, dock } = await packedBench(1, HOT);
    const reviewedSequence = lastSequence(bench);
    bench.shows(2600);
    bench.shows(2000);
    dock.decide(decision(bench, 'release', { reviewedSequence }));
    bench.run(61);
    assert.equal(bench.verdict(0), 'quarantine: zone0');
  });

  it('to release is reopened by what comes later', async () => {
    const { bench, dock } = await warmedBench();
    dock.decide(decision(bench, 'release'));
    bench.run(61);
    bench.shows(2600);
    assert.equal(bench.verdict(0), 'quarantine: zone0');
  });

  it('to release lasts through a power loss', async () => {
    const { bench, dock } = await warmedBench();
    dock.decide(decision(bench, 'release'));
    bench.run(61).reboot({ offS: 30 }).run(61);
    assert.equal(bench.verdict(0), 'usable: zone0, released');
  });

  it('to release lifts neither an expiry nor a use-by that has passed', async () => {
    const { bench, dock } = await packedBench(1, { useByS: 60 });
    bench.empty(0).press().run(120);
    assert.equal(bench.verdict(0), 'discard: useByElapsed, mixed');
    assert.equal(dock.decide(decision(bench, 'release')), 1);
    bench.run(61);
    assert.match(bench.verdict(0), /^discard: useByElapsed/);
  });

  it('to hold puts it in quarantine, until it is released', async () => {
    const { bench, dock } = await packedBench(1);
    assert.equal(dock.decide(decision(bench, 'hold', { reasons: 0 })), 1);
    bench.run(61);
    assert.equal(bench.verdict(0), 'quarantine: hold');
    assert.deepEqual(bench.shown[0], 'no');
    dock.decide(decision(bench, 'release', { reasons: 1 << REASON.hold }));
    bench.run(61);
    assert.match(bench.verdict(0), /^usable/);
  });

  it('to hold again holds it again', async () => {
    const { bench, dock } = await packedBench(1);
    dock.decide(decision(bench, 'hold', { reasons: 0 }));
    dock.decide(decision(bench, 'release', { reasons: 1 << REASON.hold }));
    dock.decide(decision(bench, 'hold', { reasons: 0 }));
    bench.run(61);
    assert.match(bench.verdict(0), /^quarantine: .*hold/);
  });

  it('to discard is final', async () => {
    const { bench, dock } = await packedBench(1);
    assert.equal(dock.decide(decision(bench, 'discard', { reasons: 0 })), 1);
    bench.run(61);
    assert.equal(bench.verdict(0), 'discard: discarded');
    dock.decide(decision(bench, 'release'));
    bench.run(61);
    assert.match(bench.verdict(0), /^discard: discarded/);
  });

  it('stops nobody aboard: the kit is taken and used, as an emergency', async () => {
    const { bench, dock } = await packedBench(1);
    dock.decide(decision(bench, 'discard', { reasons: 0 }));
    bench.run(61).empty(0).press(2);
    assert.deepEqual(bench.custody(0), [
      ...['taken emergency', 'mixed emergency', 'used emergency'],
    ]);
  });
});

describe('who may decide', () => {
  it('a hold: the backend too, for a recall; nothing else', async () => {
    const { bench, dock } = await packedBench(1);
    assert.equal(dock.decide(decision(bench, 'hold', { reasons: 0 }), 'backend'), 1);
    for (const word of ['release', 'discard'] as const) {
      assert.equal(nameOf(dock.decide(decision(bench, word), 'backend')), 'notAllowed');
    }
  });

  it('each decision once: an older one is a replay, the same again changes nothing', async () => {
    const { bench, dock } = await packedBench(1);
    const older = dock.authority.decide(dock.journal, decision(bench, 'discard'));
    const newer = dock.authority.decide(dock.journal, decision(bench, 'hold'));
    assert.equal(dock.put(OBJECT.decision, newer), 1);
    assert.equal(dock.put(OBJECT.decision, newer), 1);
    assert.equal(bench.records('decision').length, 1);
    assert.equal(nameOf(dock.put(OBJECT.decision, older)), 'replayed');
    bench.run(61);
    assert.equal(bench.verdict(0), 'quarantine: hold');
  });

  it('about a kit of this container, in this container', async () => {
    const { bench, dock } = await packedBench(1);
    const { sgtin } = packingListOf('S9');
    assert.equal(nameOf(dock.decide(decision(bench, 'hold', { sgtin }))), 'kitUnknown');
    const elsewhere = { ...dock.journal, giai: `${dock.journal.giai}X` };
    const other = dock.authority.decide(elsewhere, decision(bench, 'hold'));
    assert.equal(nameOf(dock.put(OBJECT.decision, other)), 'wrongContainer');
    assert.deepEqual(bench.records('decision'), []);
  });

  it('about records of this journal, not of one before it', async () => {
    const { bench, dock } = await packedBench(1);
    const before = { ...dock.journal, epoch: dock.journal.epoch ^ 1 };
    const old = dock.authority.decide(before, decision(bench, 'release'));
    assert.equal(nameOf(dock.put(OBJECT.decision, old)), 'badState');
    assert.deepEqual(bench.records('decision'), []);
  });

  it('with reasons that there are', async () => {
    const { bench, dock } = await packedBench(1);
    assert.equal(
      nameOf(dock.decide(decision(bench, 'release', { reasons: 1 << 30 }))),
      'malformed',
    );
    assert.equal(nameOf(dock.decide(decision(bench, 'release', { reasons: -1 }))), 'malformed');
  });
});
