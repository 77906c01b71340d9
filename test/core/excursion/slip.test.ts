import assert from 'node:assert/strict';
import { KIT, kitAt, ZONE, zoneAt } from '../../../firmware/core/excursion/kits.js';
import { Pending } from '../../../firmware/core/excursion/pending.js';
import {
  endOfSlip,
  hasSlip,
  isAwaited,
  isSlipDue,
  markOf,
} from '../../../firmware/core/excursion/slip.js';
import { REASON } from '../../../firmware/core/excursion/reasons.js';
import { RecordBuffer } from '../../../firmware/core/record/record.js';
import { ORIGIN, RECORD, SLIP_WAY } from '../../../firmware/core/record/schema.js';
import { CUSTODY, WALL_SOURCE, WALL_UNKNOWN } from '../../../firmware/core/units.js';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import { FoldBench } from '../../app/support/fold-bench.js';
import { reasonNames } from './support/kit-bench.js';
import { type ProfileParts, tableOf } from './support/profiles.js';

const WALL_S = 160_000_000;
const ABOVE = { operator: 'above', limitCentiC: 2500 } as const;
const PROFILES: readonly ProfileParts[] = [
  { id: 'zero', gapAllowanceS: 300 },
  {
    id: 'one',
    zones: [
      { ...ABOVE, allowance: 'cumulative', allowanceS: 120 },
      { ...ABOVE, allowance: 'instant' },
    ],
    lid: { allowedS: 60, verdict: 'inspect' },
    gapAllowanceS: 300,
  },
  {
    id: 'two',
    zones: [{ ...ABOVE, allowance: 'cumulative', allowanceS: 999 }],
    gapAllowanceS: 300,
  },
];
const KIT_5 = 5;

interface Slip {
  readonly number: number;
  readonly endWallS: number;
  readonly exposure: Uint8Array;
}

/** A container with kit 5 in slot 3, or nothing yet. */
class Box extends FoldBench {
  private readonly rules = tableOf(...PROFILES);
  readonly at = kitAt(KIT_5);

  constructor(wallS: number | null = WALL_S) {
    super(tableOf(...PROFILES));
    this.apply('boot', 1, {
      wallSource: wallS === null ? WALL_SOURCE.unset : WALL_SOURCE.rtc,
      wallS: wallS ?? WALL_UNKNOWN,
    });
  }

  get table(): Int32Array {
    return this.rules.words;
  }

  pack(uptimeS: number, profile = 1): this {
    const fields = { kit: KIT_5, slot: 3, profile, expiryWallS: WALL_S + 1_000_000 };
    return this.apply('kit', uptimeS, fields);
  }

  warm(fromS: number, ...centiC: readonly number[]): this {
    centiC.forEach((value, i) => this.reading(fromS + 60 * i, value, value));
    return this;
  }

  custody(custody: number, uptimeS: number): this {
    return this.apply('custody', uptimeS, { kit: KIT_5, custody, origin: ORIGIN.slot });
  }

  came(uptimeS: number, { number, endWallS, exposure }: Slip): this {
    return this.put(
      'slip',
      uptimeS,
      { kit: KIT_5, way: SLIP_WAY.came, number, endWallS },
      exposure,
    );
  }

  missing(uptimeS: number, number: number): this {
    return this.apply('slip', uptimeS, { kit: KIT_5, way: SLIP_WAY.missing, number });
  }

  /** Records all that is pending; answers the slip among it. */
  settle(uptimeS: number): Slip | undefined {
    const record = new RecordBuffer();
    const pending = new Pending(this.words, this.table, false);
    let slip: Slip | undefined;
    while (pending.next(record, uptimeS) === 1) {
      record.sequence = ++this.sequence;
      if (record.type === RECORD.slip) {
        const exposure = record.tail.slice(0, record.tailLength);
        slip = { number: record.fields[2]!, endWallS: record.fields[3]!, exposure };
      }
      this.fold.apply(record);
      pending.noteAll();
    }
    return slip;
  }

  get reasons(): string[] {
    return this.sticky(KIT_5);
  }
}

/** Packed at 10 s, two minutes of `centiC` and one of 20 °C, taken at 200 s. */
function leaving(centiC = 2000, box = new Box()): Slip {
  box.pack(10).warm(20, centiC, centiC, centiC, 2000);
  box.settle(200);
  return box.custody(CUSTODY.taken, 200).settle(200)!;
}

describe('a slip', () => {
  before(loadCbor);

  it('is due when a kit leaves that may turn up elsewhere, and until it is recorded', () => {
    for (const [custody, isDue] of [
      [CUSTODY.taken, true],
      [CUSTODY.transferred, true],
      [CUSTODY.fateUnknown, true],
      [CUSTODY.mixed, false],
      [CUSTODY.used, false],
      [CUSTODY.wasted, false],
      [CUSTODY.in, false],
    ] as const) {
      const box = new Box().pack(10).warm(20, 2000);
      assert.ok(!isSlipDue(box.words, box.at) && !hasSlip(box.words, KIT_5));
      box.custody(custody, 100);
      assert.equal(isSlipDue(box.words, box.at), isDue, `custody ${custody}`);
      assert.ok(!hasSlip(box.words, KIT_5), 'not before it is recorded');
      const slip = box.settle(100);
      assert.equal(slip?.number, isDue ? 1 : undefined);
      assert.equal(hasSlip(box.words, KIT_5), isDue);
      assert.ok(!isSlipDue(box.words, box.at));
      assert.equal(box.settle(100), undefined, 'once');
    }
  });

  it('is no more when the kit that is away is mixed', () => {
    const box = new Box().pack(10).custody(CUSTODY.taken, 100);
    box.settle(100);
    box.custody(CUSTODY.mixed, 110);
    assert.ok(!hasSlip(box.words, KIT_5));
    assert.equal(box.settle(110), undefined);
  });

  it('counts the next number when the kit leaves again, and ends when it left', () => {
    const box = new Box();
    const first = leaving(2000, box);
    assert.deepEqual([first.number, first.endWallS], [1, WALL_S + 199]);
    assert.equal(endOfSlip(box.words, KIT_5), WALL_S + 199);
    box.custody(CUSTODY.in, 300);
    assert.ok(!hasSlip(box.words, KIT_5));
    box.warm(310, 2000).settle(310);
    const second = box.custody(CUSTODY.taken, 350).settle(360)!;
    assert.deepEqual([second.number, second.endWallS], [2, WALL_S + 349]);
    assert.notDeepEqual(second.exposure.slice(2, 14), first.exposure.slice(2, 14));
  });

  it('of a clock that is not set ends nobody knows when, until one is', () => {
    const box = new Box(null);
    const slip = leaving(2000, box);
    assert.equal(slip.endWallS, WALL_UNKNOWN);
    assert.equal(endOfSlip(box.words, KIT_5), WALL_UNKNOWN);
    box.apply('clock', 260, {
      oldWallS: WALL_UNKNOWN,
      newWallS: WALL_S + 5000,
      wallSource: WALL_SOURCE.dock,
    });
    assert.equal(endOfSlip(box.words, KIT_5), WALL_S + 4940, '60 s before the clock was set');
  });

  it('names the profile that the kit was judged by', () => {
    const box = new Box().pack(10, 2);
    const marks = [0, 1, 2].map((profile) => {
      box.words[box.at + KIT.profile] = profile;
      return markOf(box.words, box.table, KIT_5);
    });
    assert.equal(new Set(marks).size, 3);
    const slip = leaving();
    const view = new DataView(slip.exposure.buffer, slip.exposure.byteOffset);
    assert.equal(view.getInt32(2, true), marks[1]);
  });
});

describe('a slip that came', () => {
  before(loadCbor);

  /** Another container to which the kit comes with this slip, at 500 s by its uptime. */
  function arriving(slip: Slip, wallS: number | null = WALL_S, profile = 1): Box {
    const box = new Box(wallS).warm(450, 2000).came(500, slip);
    assert.ok(isAwaited(box.words, KIT_5));
    box.pack(500, profile);
    assert.ok(!isAwaited(box.words, KIT_5));
    return box;
  }

  it('is continued within the gap allowance, with what was used and its reasons', () => {
    const box = arriving(leaving(2600));
    assert.deepEqual(box.reasons, ['zone0', 'zone1']);
    assert.equal(box.words[zoneAt(KIT_5, 0) + ZONE.countS], 180);
    assert.equal(box.kit(KIT_5, KIT.slipNumber), 1);
    assert.equal(box.settle(500), undefined);
    assert.equal(box.custody(CUSTODY.taken, 600).settle(600)?.number, 2);
  });

  it('is a gap beyond the allowance, of the time between the two containers', () => {
    const slip = leaving();
    // The slip ends at WALL_S + 199; the kit comes 499 s after the other container's boot.
    assert.deepEqual(arriving(slip, WALL_S).reasons, [], '300 s');
    const box = arriving(slip, WALL_S + 1);
    assert.deepEqual([box.reasons, box.kit(KIT_5, KIT.gapS)], [['gap'], 301]);
  });

  it('from clocks a little apart is no gap, from clocks far apart one of unknown length', () => {
    const slip = leaving();
    const { endWallS } = slip;
    assert.deepEqual(arriving(slip, endWallS - 499).reasons, []);
    assert.deepEqual(arriving(slip, endWallS - 499 - 12).reasons, []);
    const future = arriving(slip, endWallS - 499 - 13);
    assert.deepEqual([future.reasons, future.kit(KIT_5, KIT.gapS)], [['gap'], -1]);
    for (const unknown of [arriving({ ...slip, endWallS: WALL_UNKNOWN }), arriving(slip, null)]) {
      assert.deepEqual([unknown.reasons, unknown.kit(KIT_5, KIT.gapS)], [['gap'], -1]);
    }
    assert.deepEqual(arriving({ ...slip, endWallS: 0 }, 0).reasons, ['gap']);
  });

  it('under another profile is unknown, and held when a rule of the old one broke', () => {
    const well = arriving(leaving(2000), WALL_S, 2);
    assert.deepEqual(well.reasons, ['slip']);
    assert.equal(well.words[zoneAt(KIT_5, 0) + ZONE.countS], 0);
    const broken = arriving(leaving(2600), WALL_S, 2);
    assert.deepEqual(broken.reasons, ['hold', 'slip']);
    for (let word = 0; word < 8 * ZONE.words; word++) {
      assert.equal(broken.words[zoneAt(KIT_5, 0) + word], 0, `word ${word} of the zones`);
    }
    assert.equal(broken.kit(KIT_5, KIT.open) & 0xff, 0);
    assert.equal(broken.kit(KIT_5, KIT.holdSequence), broken.kit(KIT_5, KIT.gapSequence));
  });

  it('under another profile keeps what is no zone’s', () => {
    const home = new Box().pack(10).warm(20, 2000, 2000);
    home.apply('lid', 100, { open: 1 }).apply('lid', 170, { open: 0 });
    home.settle(170);
    const slip = home.custody(CUSTODY.taken, 200).settle(200)!;
    const box = arriving(slip, WALL_S, 2);
    assert.deepEqual(box.reasons, ['lidOpen', 'hold', 'slip']);
    assert.equal(box.kit(KIT_5, KIT.lidOpenS), 70);
    assert.notEqual(box.kit(KIT_5, KIT.open) & (1 << REASON.lidOpen), 0);
  });

  it('under another profile is not held for what quality had released', () => {
    const home = new Box().pack(10).warm(20, 2600, 2600, 2600, 2000);
    home.settle(200);
    const bits = (1 << 0) | (1 << 1);
    home.words[home.at + KIT.released] = bits;
    const slip = home.custody(CUSTODY.taken, 200).settle(200)!;
    const box = arriving(slip, WALL_S, 2);
    assert.deepEqual(box.reasons, ['slip']);
    assert.deepEqual(reasonNames(box.kit(KIT_5, KIT.released)), []);
  });

  it('goes on with what was found of a kit that was put back before its scan', () => {
    const slip = leaving();
    const box = new Box().pack(10).warm(20, 2000);
    box.settle(30);
    box.custody(CUSTODY.taken, 40).settle(40);
    box.custody(CUSTODY.in, 100).warm(110, 2600, 2600, 2600, 2000);
    box.settle(300);
    assert.deepEqual(box.reasons, ['zone0', 'zone1', 'returnedUnscanned']);
    box.came(310, slip);
    assert.deepEqual(box.reasons, ['zone0', 'zone1']);
    assert.equal(box.kit(KIT_5, KIT.open) & 1, 1);
    box.pack(310);
    assert.deepEqual(box.reasons, ['zone0', 'zone1']);
  });

  it('is forgotten by a boot before its kit is packed', () => {
    const box = new Box().came(500, leaving(2600));
    box.apply('boot', 510, { wallSource: WALL_SOURCE.rtc, wallS: WALL_S + 510 });
    assert.ok(!isAwaited(box.words, KIT_5));
    assert.ok(!isSlipDue(box.words, box.at), 'nobody is there who could have left');
    box.pack(520);
    assert.deepEqual(box.reasons, []);
    assert.equal(box.kit(KIT_5, KIT.slipNumber), 0);
  });
});

describe('a slip that is missing', () => {
  before(loadCbor);

  it('is unknown, without a gap besides, and names the number that was to come', () => {
    const box = new Box().warm(450, 2000).missing(500, 4);
    assert.ok(isAwaited(box.words, KIT_5));
    box.pack(500);
    assert.deepEqual([box.reasons, box.kit(KIT_5, KIT.slipNumber)], [['slip'], 4]);
    assert.equal(box.custody(CUSTODY.taken, 600).settle(600)?.number, 5);
  });

  it('of a kit that is in takes nothing away', () => {
    const box = new Box().pack(10).warm(20, 2600, 2600, 2600, 2000).missing(300, 2);
    assert.deepEqual(box.reasons, ['zone0', 'zone1', 'slip']);
    assert.ok(!isAwaited(box.words, KIT_5) && !isSlipDue(box.words, box.at));
    assert.equal(box.words[zoneAt(KIT_5, 0) + ZONE.countS], 180);
  });

  it('behind one that came says that the kit is not known, and keeps what came', () => {
    const box = new Box().warm(450, 2000).came(500, leaving(2600)).missing(500, 3).pack(500);
    assert.deepEqual(box.reasons, ['zone0', 'zone1', 'slip']);
    assert.equal(box.kit(KIT_5, KIT.slipNumber), 3);
  });

  it('alone leaves nothing of the kit that had the entry before', () => {
    const box = new Box().pack(10).warm(20, 2600, 2600, 2600, 2000);
    box.settle(200);
    box.custody(CUSTODY.taken, 210).custody(CUSTODY.used, 220);
    box.missing(500, 2).pack(500, 2);
    assert.equal(box.reasons.at(-1), 'slip');
    assert.ok(!box.reasons.includes('zone0'));
  });
});
