import assert from 'node:assert/strict';
import {
  clearKit,
  freeKit,
  KIT,
  KIT_COUNT_MAX,
  kitAt,
  kitOfSlot,
  KITS_WORDS,
  slotAt,
  ZONE,
  zoneAt,
} from '../../../firmware/core/excursion/kits.js';
import { SLOT_COUNT_MAX, ZONE_COUNT_MAX } from '../../../firmware/core/limits.js';
import { CUSTODY } from '../../../firmware/core/units.js';

interface Entry {
  readonly slot?: number;
  readonly custody: keyof typeof CUSTODY;
  readonly fromS?: number;
}

/** The words of these kits, by entry; every entry that is not named is unused. */
function wordsOf(entries: Readonly<Record<number, Entry>>): Int32Array {
  const words = new Int32Array(KITS_WORDS);
  for (const [kit, { slot = 0, custody, fromS = 0 }] of Object.entries(entries)) {
    words[kitAt(Number(kit)) + KIT.slot] = slot;
    words[kitAt(Number(kit)) + KIT.custody] = CUSTODY[custody];
    words[kitAt(Number(kit)) + KIT.fromS] = fromS;
  }
  return words;
}

/** Sixteen kits, all in their slots, but for those named. */
function full(entries: Readonly<Record<number, Entry>> = {}): Int32Array {
  const all = Array.from({ length: KIT_COUNT_MAX }, (_, kit): Entry => {
    return { slot: kit, custody: 'in', fromS: 100 + kit };
  });
  return wordsOf({ ...all, ...entries });
}

describe('the words of the kits', () => {
  it('lie side by side, without a word that two of them share or nobody has', () => {
    const owners = new Map<number, string>();
    const own = (from: number, count: number, name: string): void => {
      for (let at = from; at < from + count; at++) {
        assert.equal(owners.get(at), undefined, `${name} and ${owners.get(at)}`);
        owners.set(at, name);
      }
    };
    own(0, slotAt(0), 'all kits');
    for (let slot = 0; slot < SLOT_COUNT_MAX; slot++) {
      own(slotAt(slot), slotAt(1) - slotAt(0), `slot ${slot}`);
    }
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      own(kitAt(kit), KIT.words, `kit ${kit}`);
      for (let zone = 0; zone < ZONE_COUNT_MAX; zone++) {
        own(zoneAt(kit, zone), ZONE.words, `kit ${kit} zone ${zone}`);
      }
    }
    assert.equal(owners.size, KITS_WORDS);
    assert.equal(Math.max(...owners.keys()), KITS_WORDS - 1);
  });

  it('of one are cleared with its zones, and of no other', () => {
    for (const kit of [0, 7, KIT_COUNT_MAX - 1]) {
      const words = new Int32Array(KITS_WORDS).fill(1);
      clearKit(words, kit);
      const cleared = [...words.keys()].filter((at) => words[at] === 0);
      const expected = [
        ...Array.from({ length: KIT.words }, (_, i) => kitAt(kit) + i),
        ...Array.from({ length: ZONE_COUNT_MAX * ZONE.words }, (_, i) => zoneAt(kit, 0) + i),
      ];
      assert.deepEqual(cleared, expected);
    }
  });
});

describe('the kit that a slot speaks of', () => {
  it('is the one that is in it, or that was taken out of it', () => {
    assert.equal(kitOfSlot(wordsOf({ 4: { slot: 2, custody: 'in' } }), 2), 4);
    assert.equal(kitOfSlot(wordsOf({ 4: { slot: 2, custody: 'taken' } }), 2), 4);
    assert.equal(kitOfSlot(full(), 15), 15);
  });

  it('is none where there was none, or only what is over', () => {
    assert.equal(kitOfSlot(wordsOf({}), 0), -1, 'unused entries have slot 0');
    assert.equal(kitOfSlot(wordsOf({ 4: { slot: 2, custody: 'in' } }), 3), -1);
    for (const custody of ['used', 'wasted', 'transferred', 'fateUnknown'] as const) {
      assert.equal(kitOfSlot(wordsOf({ 4: { slot: 2, custody } }), 2), -1, custody);
    }
  });

  it('is the one that was mixed, when it was the last in it', () => {
    const mixed = { slot: 2, custody: 'mixed', fromS: 500 } as const;
    const after = { slot: 2, custody: 'used', fromS: 600 } as const;
    const before = { slot: 2, custody: 'used', fromS: 400 } as const;
    assert.equal(kitOfSlot(wordsOf({ 0: mixed }), 2), 0);
    assert.equal(kitOfSlot(wordsOf({ 3: before, 5: mixed }), 2), 5);
    assert.equal(kitOfSlot(wordsOf({ 3: mixed, 5: before }), 2), 3);
    assert.equal(kitOfSlot(wordsOf({ 3: mixed, 5: after }), 2), -1, 'another came behind it');
    assert.equal(kitOfSlot(wordsOf({ 3: after, 5: mixed }), 2), -1, 'another came behind it');
    assert.equal(kitOfSlot(wordsOf({ 0: mixed, 1: { ...mixed, fromS: 501 } }), 2), 1);
    const lost = { slot: 2, custody: 'fateUnknown', fromS: 900 } as const;
    assert.equal(kitOfSlot(wordsOf({ 3: mixed, 5: lost }), 2), 3, 'whose fate nobody knows');
  });

  it('is the one in it, though another was mixed before', () => {
    const mixed = { slot: 2, custody: 'mixed', fromS: 500 } as const;
    assert.equal(kitOfSlot(wordsOf({ 1: mixed, 9: { slot: 2, custody: 'in' } }), 2), 9);
    assert.equal(kitOfSlot(wordsOf({ 9: mixed, 1: { slot: 2, custody: 'taken' } }), 2), 1);
  });
});

describe('the entry that a new kit gets', () => {
  it('is the first unused one', () => {
    assert.equal(freeKit(wordsOf({})), 0);
    assert.equal(freeKit(wordsOf({ 0: { custody: 'in' }, 1: { custody: 'used' } })), 2);
    assert.equal(freeKit(full({ 15: { custody: 'none' } })), 15);
  });

  it('is no entry of a kit that is aboard or may come back', () => {
    assert.equal(freeKit(full()), -1);
    assert.equal(freeKit(full({ 3: { custody: 'taken', fromS: 1 } })), -1);
  });

  it('is that of the kit that came first, of those that have ended', () => {
    const used = { custody: 'used', fromS: 50 } as const;
    assert.equal(freeKit(full({ 0: used })), 0);
    assert.equal(freeKit(full({ 6: used })), 6);
    assert.equal(freeKit(full({ 3: used, 6: { custody: 'wasted', fromS: 49 } })), 6);
    assert.equal(freeKit(full({ 3: used, 6: { custody: 'transferred', fromS: 51 } })), 3);
    assert.equal(freeKit(full({ 3: used, 6: used })), 3, 'the first of two that came together');
    assert.equal(freeKit(full({ 0: { ...used, fromS: 60 }, 9: used, 12: used })), 9);
  });

  it('is that of a mixed kit only when none has ended', () => {
    const mixed = { custody: 'mixed', fromS: 10 } as const;
    const used = { custody: 'used', fromS: 90 } as const;
    assert.equal(freeKit(full({ 3: mixed })), 3);
    assert.equal(freeKit(full({ 3: mixed, 8: used })), 8);
    assert.equal(freeKit(full({ 3: used, 8: mixed })), 3);
    assert.equal(freeKit(full({ 3: mixed, 8: { ...mixed, fromS: 9 } })), 8);
    assert.equal(freeKit(full({ 3: { ...mixed, fromS: 9 }, 8: mixed })), 3);
  });
});
