import assert from 'node:assert/strict';
import { REASON } from '../../../firmware/core/excursion/reasons.js';
import { EXCURSION_PHASE } from '../../../firmware/core/record/schema.js';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import { KitFold } from '../../../host-sim/backend/kit-fold.js';
import { packingListOf } from './support/fixtures.js';
import { JourneyLog } from './support/journey-log.js';

describe('backend/kit-fold: the story of each kit, asked at any record', () => {
  before(() => loadCbor());

  it('knows where a kit was after each record, and which verdict held', () => {
    const log = new JourneyLog();
    log.pack(0, packingListOf('K1')); // records 1 and 2
    log.verdict(0, 'usable', []).custody(0, 'taken').custody(0, 'in', 4); // 3, 4, 5
    log.verdict(0, 'unknown', [REASON.returnedUnscanned]); // 6
    const [kit] = new KitFold(log.records).lives;
    const at = [2, 3, 4, 5, 6];
    assert.deepEqual(
      at.map((sequence) => [
        kit!.custodyAt(sequence),
        kit!.slotAt(sequence),
        kit!.verdictWordAt(sequence),
      ]),
      [
        ['in', 0, undefined],
        ['in', 0, 'usable'],
        ['taken', null, 'usable'],
        ['in', 4, 'usable'],
        ['in', 4, 'unknown'],
      ],
    );
    assert.deepEqual([kit!.custodyAt(), kit!.slotAt(), kit!.verdictWordAt()], ['in', 4, 'unknown']);
  });

  it('knows who was aboard after a record, by slot', () => {
    const log = new JourneyLog();
    log.pack(1, packingListOf('K2')).pack(0, packingListOf('K1'));
    log.custody(1, 'taken');
    const fold = new KitFold(log.records);
    const aboard = (sequence: number) => fold.aboardAt(sequence).map(({ kit }) => kit);
    assert.deepEqual([aboard(0), aboard(2), aboard(4), aboard(5)], [[], [1], [0, 1], [0]]);
  });

  it('keeps two kits apart that had the same number one after the other', () => {
    const log = new JourneyLog();
    log.pack(0, packingListOf('K1')).verdict(0, 'discard', [2]).custody(0, 'wasted');
    log.pack(0, packingListOf('K2')).verdict(0, 'usable', []);
    const fold = new KitFold(log.records);
    const serial = (sequence: number) => fold.lifeAt(0, sequence)?.sgtin.slice(-2);
    assert.deepEqual([serial(4), serial(5), serial(7)], ['K1', 'K2', 'K2']);
    assert.equal(fold.lifeAt(1, 7), undefined);
    assert.equal(fold.lives[0]?.custodyAt(), 'wasted');
    assert.deepEqual([...fold.lives[1]!.reasonSince], []);
  });

  it('sees where a verdict says what the one before it said, but for the budget', () => {
    const log = new JourneyLog();
    log.pack(0, packingListOf('K1')).verdict(0, 'usable', [], 9).verdict(0, 'usable', [], 8);
    log.verdict(0, 'inspect', [REASON.lidOpen], 8).verdict(0, 'inspect', [REASON.mixed], 8);
    const fold = new KitFold(log.records);
    const verdicts = log.records.filter(({ type }) => type === 'verdict');
    assert.deepEqual(
      verdicts.map((record) => fold.lives[0]!.isRepeated(record)),
      [false, true, false, false],
    );
  });

  it('joins what opens, updates and closes the same excursion', () => {
    const { open, update, close } = EXCURSION_PHASE;
    const log = new JourneyLog();
    log.pack(0, packingListOf('K1')); // records 1 and 2
    for (const [rule, phase] of [
      [0, open],
      [3, open],
      [0, update],
      [3, close],
      [0, update],
      [3, open],
    ] as const) {
      log.excursion(0, rule, { phase });
    }
    const { excursions } = new KitFold(log.records);
    assert.deepEqual(
      excursions.map((one) => [one.rule, one.opened.sequence, one.last.sequence, one.isClosed]),
      [
        [0, 3, 7, false],
        [3, 4, 6, true],
        [3, 8, 8, false],
      ],
    );
  });

  it('keeps an excursion whose kit or opening is not in this part of the journal', () => {
    const log = new JourneyLog();
    log.excursion(5, 2, { phase: EXCURSION_PHASE.close });
    const [excursion] = new KitFold(log.records).excursions;
    assert.deepEqual(
      [excursion?.kit, excursion?.life, excursion?.opened.sequence, excursion?.isClosed],
      [5, undefined, 1, true],
    );
  });

  it('names a kit whose packing list cannot be read, and gives its records to no other', () => {
    const log = new JourneyLog();
    log.pack(0, packingListOf('K1')).custody(0, 'wasted'); // records 1 to 3
    const fields = { kit: 0, slot: 2, profile: 0, expiryWallS: 1 };
    log.add('kit', { fields, tail: Uint8Array.of(0xa1, 0x01) });
    log.custody(0, 'taken').pack(1, packingListOf('K2'));
    const fold = new KitFold(log.records);
    assert.deepEqual(
      fold.lives.map(({ sgtin }) => sgtin.slice(-2)),
      ['K1', 'K2'],
    );
    assert.equal(fold.lives[0]?.custodyAt(), 'wasted');
    assert.equal(fold.lifeAt(0, 5), undefined);
    assert.equal(fold.problems.length, 1);
    assert.match(
      fold.problems[0]!,
      /^record 4: kit number 0 in slot 2 cannot be told: packing list/,
    );
  });
});
