import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KIT, kitAt, ZONE, zoneAt } from '../../firmware/core/excursion/kits.js';
import { Pending } from '../../firmware/core/excursion/pending.js';
import type { ProfileTable } from '../../firmware/core/excursion/profile.js';
import { REASON } from '../../firmware/core/excursion/reasons.js';
import { ZONE_COUNT_MAX } from '../../firmware/core/limits.js';
import { RecordBuffer } from '../../firmware/core/record/record.js';
import { ORIGIN, RECORD, SLIP_WAY } from '../../firmware/core/record/schema.js';
import { CUSTODY, WALL_SOURCE, WALL_UNKNOWN } from '../../firmware/core/units.js';
import { loadCbor } from '../../host-sim/backend/cbor.js';
import { type ProfileParts, tableOf } from '../core/excursion/support/profiles.js';
import { FoldBench } from './support/fold-bench.js';

const WALL_S = 160_000_000;
const PROFILE: ProfileParts = {
  zones: [
    { operator: 'above', limitCentiC: 2500, allowance: 'cumulative', allowanceS: 1200 },
    { operator: 'above', limitCentiC: 3000, allowance: 'single', allowanceS: 300 },
    { operator: 'below', limitCentiC: 0, allowance: 'instant', verdict: 'discard' },
  ],
  budget: { firstKnotC: 20, ratesPermille: [333, 1000, 2771], budgetS: 4000 },
  lid: { allowedS: 200, verdict: 'inspect' },
  gapAllowanceS: 300,
};

interface SlipParts {
  readonly number: number;
  readonly endWallS: number;
  readonly exposure: Uint8Array;
}

class Box extends FoldBench {
  readonly table: ProfileTable;
  private readonly own = new RecordBuffer();

  constructor(table: ProfileTable, wallS: number | null = WALL_S) {
    super(table);
    this.table = table;
    this.boot(1, wallS);
  }

  boot(uptimeS: number, wallS: number | null): this {
    const wallSource = wallS === null ? WALL_SOURCE.unset : WALL_SOURCE.rtc;
    return this.apply('boot', uptimeS, { wallSource, wallS: wallS ?? WALL_UNKNOWN });
  }

  pack(kit: number, uptimeS: number): this {
    const fields = { kit, slot: 0, profile: 0, expiryWallS: WALL_S + 1_000_000 };
    return this.apply('kit', uptimeS, fields);
  }

  custody(kit: number, custody: number, uptimeS: number, origin: number = ORIGIN.slot): this {
    return this.apply('custody', uptimeS, { kit, custody, origin });
  }

  came(kit: number, uptimeS: number, { number, endWallS, exposure }: SlipParts): this {
    const fields = { kit, way: SLIP_WAY.came, number, endWallS };
    return this.put('slip', uptimeS, fields, exposure);
  }

  missing(kit: number, uptimeS: number, number: number): this {
    return this.apply('slip', uptimeS, { kit, way: SLIP_WAY.missing, number });
  }

  /** Records all that is pending; answers the slip among it. */
  settle(uptimeS: number): SlipParts | undefined {
    const { own, table } = this;
    const pending = new Pending(this.words, table.words, false);
    let slip: SlipParts | undefined;
    while (pending.next(own, uptimeS) === 1) {
      own.sequence = ++this.sequence;
      if (own.type === RECORD.slip) {
        const [, , number, endWallS] = own.fields;
        const exposure = own.tail.slice(0, own.tailLength);
        slip = { number: number!, endWallS: endWallS!, exposure };
      }
      this.fold.apply(own);
      pending.noteAll();
    }
    return slip;
  }

  /** What the kit has used and what that led to; no record numbers, no times of this container. */
  judged(kit: number): Record<string, number | number[]> {
    const { sticky, released, due, open, inside, lidOpenS, gapS } = KIT;
    const { shockDeltaVMmPerS, budgetUsedS, budgetUsedRest, recordedReasons } = KIT;
    const words = { sticky, released, due, open, inside, lidOpenS, gapS, shockDeltaVMmPerS };
    const more = { budgetUsedS, budgetUsedRest, recordedReasons };
    const at = kitAt(kit);
    const own = Object.entries({ ...words, ...more }).map(([name, word]) => {
      return [name, this.words[at + word]!] as const;
    });
    const places = Array.from({ length: ZONE_COUNT_MAX }, (_, place) => zoneAt(kit, place));
    return {
      ...Object.fromEntries(own),
      seconds: places.map((zone) => this.words[zone + ZONE.countS]!),
      extremes: places.map((zone) => this.words[zone + ZONE.extreme]!),
    };
  }
}

type Event = readonly [afterS: number, kind: 'reading' | 'lid' | 'shock', value: number];

const events = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.tuple(
        fc.integer({ min: 1, max: 120 }),
        fc.constant('reading'),
        fc.integer({ min: -100, max: 3300 }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.integer({ min: 1, max: 60 }), fc.constant('lid'), fc.constant(0)),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.integer({ min: 1, max: 400 }),
        fc.constant('shock'),
        fc.integer({ min: 0, max: 4000 }),
      ),
    },
  ),
  { maxLength: 25 },
);

/** Lets events happen to every container alike; the lid is closed at the end. Answers when. */
function happen(boxes: readonly Box[], fromS: number, list: readonly Event[]): number {
  let nowS = fromS;
  let isOpen = 0;
  const lid = (): void => {
    isOpen = 1 - isOpen;
    for (const box of boxes) box.apply('lid', nowS, { open: isOpen });
  };
  for (const [afterS, kind, value] of list) {
    nowS += afterS;
    if (kind === 'lid') lid();
    for (const box of boxes) {
      if (kind === 'reading') box.reading(nowS, value, value);
      if (kind === 'shock') box.apply('shock', nowS, { deltaVMmPerS: value, slots: 1 });
      box.settle(nowS);
    }
  }
  if (isOpen === 1) lid();
  return nowS;
}

describe('the fold of slips', () => {
  let table: ProfileTable;
  before(async () => {
    await loadCbor();
    table = tableOf(PROFILE);
  });

  it('leaves a kit as if it had been put back where it was, whatever happened', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 0, max: 900 }), events, (before, awayS, after) => {
        const [stays, goes] = [new Box(table), new Box(table)];
        stays.pack(0, 10);
        const leftS = happen([stays, goes], 10, before) + 1;
        stays.custody(0, CUSTODY.taken, leftS);
        const slip = stays.settle(leftS)!;
        assert.equal(slip.endWallS, WALL_S + leftS - 1);
        const backS = leftS + awayS;
        stays.custody(0, CUSTODY.in, backS).custody(0, CUSTODY.in, backS, ORIGIN.command);
        goes.came(5, backS, slip).pack(5, backS);
        happen([stays, goes], backS, after);
        for (const box of [stays, goes]) box.settle(backS + 10_000);
        assert.deepEqual(goes.judged(5), stays.judged(0));
      }),
      { numRuns: 150 },
    );
  });

  it('loses of a sum no more than the time that the kit was away, and its first reading', () => {
    const warm = fc.array(
      fc.tuple(
        fc.constant(60),
        fc.constant('reading' as const),
        fc.integer({ min: 2400, max: 2700 }),
      ),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(warm, fc.integer({ min: 0, max: 200 }), warm, (before, awayS, after) => {
        const [stays, left, goes] = [new Box(table), new Box(table), new Box(table)];
        stays.pack(0, 10);
        left.pack(0, 10);
        const leftS = happen([stays, left, goes], 10, before) + 1;
        const slip = left.custody(0, CUSTODY.taken, leftS).settle(leftS)!;
        goes.came(0, leftS + awayS, slip).pack(0, leftS + awayS);
        happen([stays, goes], leftS + awayS, after);
        const [whole, parts] = [stays, goes].map((box) => box.words[zoneAt(0, 0) + ZONE.countS]!);
        assert.ok(parts! <= whole! && whole! - parts! <= awayS + 60, `${parts} of ${whole}`);
      }),
      { numRuns: 60 },
    );
  });

  it('gives every slip the next number, and the name of the one before it', () => {
    const [a, b] = [new Box(table), new Box(table)];
    const first = a.pack(0, 10).custody(0, CUSTODY.taken, 20).settle(20)!;
    assert.deepEqual([first.number, [...first.exposure.slice(6, 14)]], [1, Array(8).fill(0)]);
    b.came(2, 30, first).pack(2, 30);
    const second = b.custody(2, CUSTODY.taken, 40).settle(40)!;
    const back = a.custody(0, CUSTODY.in, 30).custody(0, CUSTODY.taken, 40).settle(40)!;
    for (const next of [second, back]) {
      assert.equal(next.number, 2);
      assert.notDeepEqual(next.exposure.slice(6, 14), first.exposure.slice(6, 14));
    }
    // Both continue the same slip: that is what tells the backend of two kits with one label.
    assert.deepEqual(second.exposure.slice(6, 14), back.exposure.slice(6, 14));
  });

  it('makes a slip when a kit may turn up elsewhere, and at no other time', () => {
    const { taken, transferred, fateUnknown, mixed, used, wasted } = CUSTODY;
    for (const custody of [taken, transferred, fateUnknown]) {
      const box = new Box(table).pack(0, 10).custody(0, custody, 20);
      assert.equal(box.settle(20)?.number, 1);
      assert.equal(box.settle(21), undefined);
      assert.equal(box.custody(0, mixed, 30).settle(30), undefined);
    }
    for (const custody of [mixed, used, wasted]) {
      assert.equal(new Box(table).pack(0, 10).custody(0, custody, 20).settle(20), undefined);
    }
  });

  it('drops a slip that could not be recorded before the kit was back', () => {
    const box = new Box(table).pack(0, 10).custody(0, CUSTODY.taken, 20).custody(0, CUSTODY.in, 30);
    assert.equal(box.settle(30), undefined);
    assert.equal(box.custody(0, CUSTODY.taken, 40).settle(40)?.number, 1);
  });

  it('makes the slip after the boot where a cut came before it; its end may be unknown', () => {
    const box = new Box(table).pack(0, 10).custody(0, CUSTODY.taken, 20);
    box.boot(2, WALL_S + 500);
    assert.equal(box.settle(2)?.endWallS, WALL_S + 19);
    const other = new Box(table).pack(0, 10).custody(0, CUSTODY.taken, 20);
    other.boot(2, null);
    assert.equal(other.settle(2)?.endWallS, WALL_UNKNOWN);
    other.apply('clock', 9, { sourceBefore: 0, wallSource: 1, wallS: WALL_S + 900 });
    assert.deepEqual(other.custody(0, CUSTODY.in, 10).sticky(0), ['gap', 'returnedUnscanned']);
  });

  describe('where a boot comes between the slip and its kit', () => {
    const slip = (): SlipParts => {
      const box = new Box(table).pack(0, 10).reading(60, -10, -10).reading(120, 2000, 2000);
      return box.custody(0, CUSTODY.taken, 130).settle(130)!;
    };

    it('nothing was packed: another kit in that entry has nothing to do with it', () => {
      const fresh = new Box(table).boot(2, WALL_S + 100).pack(3, 20);
      fresh.settle(20);
      for (const record of ['came', 'missing'] as const) {
        const box = new Box(table);
        if (record === 'came') box.came(3, 20, slip());
        else box.missing(3, 20, 1);
        box.boot(2, WALL_S + 100).pack(3, 20);
        box.settle(20);
        assert.deepEqual(box.judged(3), fresh.judged(3));
        assert.equal(box.kit(3, KIT.slipNumber), 0);
      }
    });

    it('and without one it is', () => {
      const box = new Box(table).came(3, 140, slip()).pack(3, 140);
      assert.deepEqual(box.sticky(3), ['zone2']);
      assert.equal(box.kit(3, KIT.evidenceSequence), box.sequence - 1);
    });
  });

  it('of one that is missing: the reason, no gap, and no release is left', () => {
    const box = new Box(table).missing(4, 20, 7).pack(4, 20);
    assert.deepEqual(box.sticky(4), ['slip']);
    assert.equal(box.kit(4, KIT.slipNumber), 7);
    assert.equal(box.custody(4, CUSTODY.taken, 30).settle(30)?.number, 8);
    const again = new Box(table).pack(0, 10).missing(0, 20, 2);
    assert.deepEqual(again.sticky(0), ['slip']);
    assert.equal(again.kit(0, KIT.custody), CUSTODY.in);
  });

  it('tells no gap from clocks that are 12 s apart, and an unknown one from 13', () => {
    for (const [apartS, reasons] of [
      [12, []],
      [13, ['gap']],
    ] as const) {
      const a = new Box(table).pack(0, 10);
      const slip = a.custody(0, CUSTODY.taken, 100).settle(100)!;
      const b = new Box(table, WALL_S - apartS).came(1, 100, slip).pack(1, 100);
      assert.deepEqual(b.sticky(1), reasons);
    }
  });

  it('keeps what quality released, and reopens it for what is new', () => {
    const box = new Box(table).pack(0, 10).reading(60, -10, -10).reading(120, 2000, 2000);
    box.settle(120);
    const gap = 1 << REASON.gap;
    box.custody(0, CUSTODY.taken, 130).settle(130);
    box.custody(0, CUSTODY.in, 900).custody(0, CUSTODY.in, 900, ORIGIN.command);
    const reviewed = { kit: 0, decision: 2, reasons: gap, reviewedSequence: 1000, counter: 1 };
    box.apply('decision', 910, reviewed);
    const slip = box.custody(0, CUSTODY.taken, 920).settle(920)!;
    const soon = new Box(table).came(0, 930, slip).pack(0, 930);
    assert.equal(soon.kit(0, KIT.released), gap);
    const late = new Box(table).came(0, 2000, slip).pack(0, 2000);
    assert.equal(late.kit(0, KIT.released), 0);
  });
});
