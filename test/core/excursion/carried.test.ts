import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  checkExposure,
  EXPOSURE_BYTES_MAX,
  markOfExposure,
  nameSlip,
  readExposure,
  writeExposure,
} from '../../../firmware/core/excursion/carried.js';
import {
  COMMON,
  KIT,
  kitAt,
  KITS_WORDS,
  ZONE,
  zoneAt,
} from '../../../firmware/core/excursion/kits.js';
import { REASON } from '../../../firmware/core/excursion/reasons.js';
import { FAULT } from '../../../firmware/core/faults.js';
import { TAIL_BYTES_MAX, ZONE_COUNT_MAX } from '../../../firmware/core/limits.js';
import { Sha256 } from '../../../firmware/core/sha256.js';
import { sha256 } from '../../../host-sim/backend/keys.js';
import { bytesOfHex, hexOf } from '../../host-sim/backend/support/fixtures.js';

const KIT_INDEX = 3;
const AT = kitAt(KIT_INDEX);
const MARK = 0x12345678;

type KitWords = Partial<Record<keyof typeof KIT, number>>;
interface Place {
  readonly countS: number;
  readonly extreme: number;
}

/** Words of one kit; places by their index. */
function wordsOf(kit: KitWords, places: readonly (Place | null)[] = []): Int32Array {
  const words = new Int32Array(KITS_WORDS);
  for (const [name, value] of Object.entries(kit)) {
    words[AT + KIT[name as keyof typeof KIT]] = value;
  }
  for (const [place, used] of places.entries()) {
    if (used === null) continue;
    const zone = zoneAt(KIT_INDEX, place);
    words.set([used.countS, 77, used.extreme, 78], zone + ZONE.countS);
  }
  return words;
}

function bytesOf(words: Int32Array): Uint8Array {
  const into = new Uint8Array(TAIL_BYTES_MAX);
  return into.slice(0, writeExposure(words, MARK, KIT_INDEX, into));
}

const positive = fc.integer({ min: 0, max: 0x7fffffff });
const int32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });
/** Reasons that travel: zones, budget, gap, shocks, lid, probes, air, hold, slip. */
const reasons = fc.integer({ min: 0, max: 0x1fffffff }).map((bits) => bits & 0x1fe07bff);
const kits = fc.record({
  sticky: reasons,
  released: reasons,
  open: reasons,
  lidOpenS: positive,
  gapS: fc.integer({ min: -1, max: 0x7fffffff }),
  shockDeltaVMmPerS: positive,
  budgetUsedS: positive,
  budgetUsedRest: fc.integer({ min: 0, max: 999 }),
  slipName: int32,
});
const places = fc.array(fc.option(fc.record({ countS: positive, extreme: int32 })), {
  maxLength: ZONE_COUNT_MAX,
});

describe('the exposure that a kit carries', () => {
  it('is these bytes', () => {
    const words = wordsOf(
      {
        slipName: 0x04030201,
        sticky: 1 << REASON.budget,
        released: 1 << REASON.gap,
        open: 1,
        lidOpenS: 300,
        gapS: -1,
        shockDeltaVMmPerS: 1600,
        budgetUsedS: 70000,
        budgetUsedRest: 999,
      },
      [{ countS: 3600, extreme: 2610 }, null, { countS: 5, extreme: -40 }],
    );
    words[AT + KIT.slipName + 1] = 0x08070605;
    const expected =
      '01 05 78563412 0102030405060708 00010000 00020000 01000000 2c010000 ffffffff 40060000' +
      '70110100 e703 100e0000 320a0000 05000000 d8ffffff';
    assert.equal(hexOf(bytesOf(words)), hexOf(bytesOfHex(expected)));
  });

  it('comes back as it was, and rests on the record that brought it', () => {
    fc.assert(
      fc.property(kits, places, (kit, used) => {
        const bytes = bytesOf(wordsOf(kit, used));
        assert.ok(bytes.length <= EXPOSURE_BYTES_MAX);
        assert.equal(checkExposure(bytes, 0, bytes.length), 0);
        assert.equal(markOfExposure(bytes), MARK);
        const words = new Int32Array(KITS_WORDS);
        readExposure(words, KIT_INDEX, bytes, 4711);
        for (const name of Object.keys(kit) as (keyof typeof kit)[]) {
          if (name !== 'slipName') assert.equal(words[AT + KIT[name]], kit[name], name);
        }
        for (let place = 0; place < ZONE_COUNT_MAX; place++) {
          const zone = zoneAt(KIT_INDEX, place);
          const { countS, extreme } = used[place] ?? { countS: 0, extreme: 0 };
          const record = (used[place] ?? null) === null ? 0 : 4711;
          const found = [...words.subarray(zone, zone + ZONE.words)];
          assert.deepEqual(found, [countS, record, extreme, record]);
        }
        for (const evidence of [KIT.shockSequence, KIT.gapSequence, KIT.evidenceSequence]) {
          assert.equal(words[AT + evidence], 4711);
        }
      }),
    );
  });

  it('does not carry what is asked anew elsewhere', () => {
    const { clockUnset, expired, exampleProfile, mixed, released } = REASON;
    let sticky = 0;
    for (const bit of [clockUnset, expired, exampleProfile, mixed, released]) {
      sticky |= 1 << bit;
    }
    const words = new Int32Array(KITS_WORDS);
    const bytes = bytesOf(wordsOf({ sticky, released: sticky }));
    readExposure(words, KIT_INDEX, bytes, 1);
    assert.equal(words[AT + KIT.sticky], 0);
    assert.equal(words[AT + KIT.released], 0);
  });

  it('is not known elsewhere where nobody scanned what was put back, released or not', () => {
    const sticky = 1 << REASON.returnedUnscanned;
    const words = new Int32Array(KITS_WORDS);
    const released = sticky | (1 << REASON.slip);
    readExposure(words, KIT_INDEX, bytesOf(wordsOf({ sticky, released })), 1);
    assert.equal(words[AT + KIT.sticky], 1 << REASON.slip);
    assert.equal(words[AT + KIT.released], 0);
  });

  it('is not known elsewhere where records were lost, unless quality released that', () => {
    const stickyOf = (released: number): number => {
      const words = wordsOf({ released });
      words[COMMON.lostRecords] = 5;
      const read = new Int32Array(KITS_WORDS);
      readExposure(read, KIT_INDEX, bytesOf(words), 1);
      return read[AT + KIT.sticky]!;
    };
    assert.equal(stickyOf(0), 1 << REASON.slip);
    assert.equal(stickyOf(1 << REASON.lost), 0);
  });

  describe('is refused whole', () => {
    const GOOD = bytesOf(wordsOf({ sticky: 1 }, [{ countS: 10, extreme: 2600 }]));
    const spoilt = (at: number, ...values: readonly number[]): Uint8Array => {
      const bytes = GOOD.slice();
      bytes.set(values, at);
      return bytes;
    };
    const BROKEN: readonly (readonly [string, Uint8Array, keyof typeof FAULT])[] = [
      ['of another version', spoilt(0, 2), 'malformed'],
      ['shorter than its head', GOOD.slice(0, 43), 'badLength'],
      ['with a place too few', spoilt(1, 0), 'badLength'],
      ['with a place too many', spoilt(1, 3), 'badLength'],
      ['with bytes left over', Uint8Array.of(...GOOD, 0), 'badLength'],
      ['longer than any', new Uint8Array(EXPOSURE_BYTES_MAX + 8), 'badLength'],
      ['with reasons that nobody knows', spoilt(17, 0x40), 'malformed'],
      ['with released reasons that nobody knows', spoilt(21, 0x80), 'malformed'],
      ['with reasons that nobody carries', spoilt(16, 0x02), 'malformed'],
      ['with excursions that nobody knows', spoilt(25, 0x40), 'malformed'],
      ['with the lid open for a negative time', spoilt(29, 0x80), 'malformed'],
      ['with a gap below -1', spoilt(30, 0xfe, 0xff, 0xff, 0xff), 'malformed'],
      ['with a negative ΔV', spoilt(37, 0x80), 'malformed'],
      ['with a negative budget', spoilt(41, 0x80), 'malformed'],
      ['with a whole second in 1/1000 s', spoilt(42, 0xe8, 3), 'malformed'],
      ['with a negative time in a zone', spoilt(47, 0x80), 'malformed'],
    ];
    for (const [what, bytes, fault] of BROKEN) {
      it(`${what}: ${fault}`, () => {
        assert.equal(checkExposure(bytes, 0, bytes.length), FAULT[fault]);
      });
    }

    it('or taken whole, whatever the bytes are; nothing is ever thrown', () => {
      const mutated = fc
        .array(fc.tuple(fc.nat(GOOD.length - 1), fc.nat(255)), { maxLength: 4 })
        .map((changes) => {
          const bytes = GOOD.slice();
          for (const [at, to] of changes) bytes[at] = to;
          return bytes;
        });
      const any = fc.oneof(fc.uint8Array({ maxLength: 250 }), mutated);
      fc.assert(
        fc.property(any, fc.nat(20), (bytes, offset) => {
          const from = new Uint8Array(offset + bytes.length);
          from.set(bytes, offset);
          const checked = checkExposure(from, offset, bytes.length);
          assert.equal(checked, checkExposure(bytes, 0, bytes.length));
          if (checked < 0) return;
          const words = new Int32Array(KITS_WORDS);
          readExposure(words, KIT_INDEX, bytes, 9);
          words.fill(0, 0, COMMON.words);
          const known = bytes.slice();
          known.fill(0, 2, 14); // mark and predecessor are the reader's own
          const again = bytesOf(words).fill(0, 2, 14);
          assert.deepEqual(again.subarray(26), known.subarray(26));
        }),
        { numRuns: 2000 },
      );
    });
  });

  it('is named by number and numbers, not by reasons, of which quality may yet decide', () => {
    const nameOf = (number: number, bytes: Uint8Array): string => {
      const words = new Int32Array(KITS_WORDS);
      const tail = new Uint8Array(TAIL_BYTES_MAX);
      tail.set(bytes);
      nameSlip(words, KIT_INDEX, number, tail, bytes.length, new Sha256());
      assert.deepEqual(tail.slice(0, bytes.length), bytes);
      const { buffer } = words.slice(AT + KIT.slipName, AT + KIT.slipName + 2);
      return hexOf(new Uint8Array(buffer));
    };
    const bytes = bytesOf(wordsOf({ sticky: 1, budgetUsedS: 5 }, [{ countS: 1, extreme: 2 }]));
    const number = Uint8Array.of(7, 0, 0, 0);
    const hash = sha256(number, bytes.subarray(0, 14), bytes.subarray(22));
    assert.equal(nameOf(7, bytes), hexOf(hash.subarray(0, 8)));
    const held = bytesOf(wordsOf({ sticky: 3, budgetUsedS: 5 }, [{ countS: 1, extreme: 2 }]));
    assert.equal(nameOf(7, held), nameOf(7, bytes));
    assert.notEqual(nameOf(8, bytes), nameOf(7, bytes));
  });
});
