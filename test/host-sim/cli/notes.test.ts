/** What is told of a journey while it lasts. */
import assert from 'node:assert/strict';
import { Notes } from '../../../host-sim/cli/notes.js';

const MINUTE_MS = 60_000;

function notes() {
  const told: string[] = [];
  return { told, notes: new Notes((atMs, text) => told.push(`${atMs / MINUTE_MS} ${text}`)) };
}

describe('the notes of a journey', () => {
  it('are told at once where nothing else is to come', () => {
    const { told, notes: journey } = notes();
    journey.say(0, 'lid opened');
    assert.deepEqual(told, ['0 lid opened']);
  });

  it('make one sentence of the hand-overs of a dock within minutes', () => {
    const { told, notes: journey } = notes();
    for (const [minute, records] of [
      [1, 22],
      [3, 13],
      [6, 1],
    ] as const) {
      journey.handedOver(minute * MINUTE_MS, 'Bank', records);
    }
    journey.pass(11 * MINUTE_MS);
    assert.deepEqual(told, []);
    journey.pass(11 * MINUTE_MS + 1);
    assert.deepEqual(told, ['6 Bank: 36 records handed over in 3 hand-overs']);
  });

  it('tell those that are hours apart, or at another dock, on their own', () => {
    const { told, notes: journey } = notes();
    journey.handedOver(0, 'Bank', 5);
    journey.handedOver(360 * MINUTE_MS, 'Bank', 1);
    journey.handedOver(361 * MINUTE_MS, 'Base', 2);
    journey.finish();
    assert.deepEqual(told, [
      '0 Bank: 5 records handed over',
      '360 Bank: 1 record handed over',
      '361 Base: 2 records handed over',
    ]);
  });

  it('stay in the order of time, whatever waits', () => {
    const { told, notes: journey } = notes();
    journey.handedOver(1 * MINUTE_MS, 'Bank', 1);
    journey.say(2 * MINUTE_MS, 'kit A packed');
    journey.handedOver(3 * MINUTE_MS, 'Bank', 1);
    journey.say(4 * MINUTE_MS, 'lid closed');
    journey.say(60 * MINUTE_MS, 'power lost');
    assert.deepEqual(told, [
      '2 kit A packed',
      '3 Bank: 2 records handed over in 2 hand-overs',
      '4 lid closed',
      '60 power lost',
    ]);
    journey.finish();
    assert.equal(told.length, 4);
  });
});
