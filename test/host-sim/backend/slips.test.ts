import assert from 'node:assert/strict';
import { DECISION, SLIP_WAY } from '../../../firmware/core/record/schema.js';
import { CUSTODY } from '../../../firmware/core/units.js';
import { decodeCbor } from '../../../host-sim/backend/cbor.js';
import { KeyPair } from '../../../host-sim/backend/keys.js';
import { makeSlip } from '../../../host-sim/backend/objects.js';
import { encodePackingList } from '../../../host-sim/backend/packing-list.js';
import type { DecodedRecord } from '../../../host-sim/backend/record-types.js';
import {
  doubledSlips,
  doubledToHold,
  SlipBook,
  slipObject,
  slipSteps,
  type SlipStep,
} from '../../../host-sim/backend/slips.js';
import type { Authority } from '../../../host-sim/backend/authority.js';
import { GIAI, GRAI, LogBuilder, packingListOf } from './support/fixtures.js';
import { seededEntropy, START_WALL_S, testAuthority } from './support/fixtures.js';

const JOURNAL = { giai: GIAI, epoch: 1 };
const OTHER = { giai: GIAI, epoch: 2 };
const KEY = KeyPair.generate(seededEntropy('slips'));

/** A journal of kits that come and go; kit numbers are slots. */
class Journal {
  private readonly log = new LogBuilder();

  get records(): readonly DecodedRecord[] {
    return this.log.records;
  }

  get lastSequence(): number {
    return this.records.at(-1)!.sequence;
  }

  pack(kit: number, serial: string): this {
    const tail = encodePackingList(packingListOf(serial));
    this.log.add('kit', { fields: { kit, slot: kit, profile: 0, expiryWallS: 0 }, tail });
    return this;
  }

  custody(kit: number, custody: keyof typeof CUSTODY): this {
    this.log.add('custody', { fields: { kit, custody: CUSTODY[custody] } });
    return this;
  }

  slip(kit: number, way: keyof typeof SLIP_WAY, number: number): this {
    this.log.add('slip', { fields: { kit, way: SLIP_WAY[way], number, endWallS: 0 } });
    return this;
  }

  leaves(kit: number, number: number): this {
    return this.custody(kit, 'taken').slip(kit, 'left', number);
  }

  decide(kit: number, decision: keyof typeof DECISION): this {
    this.log.add('decision', { fields: { kit, decision: DECISION[decision] } });
    return this;
  }

  boot(): this {
    this.log.add('boot', { fields: { bootCount: 1, reason: 1 } });
    return this;
  }
}

const sgtinOf = (serial: string): string => packingListOf(serial).sgtin;
const words = (steps: readonly SlipStep[]): string[] =>
  steps.map(({ sgtin, way, number }) => `${sgtin.slice(-2)} ${way} ${number}`);

describe('backend/slips: kits that go from container to container', () => {
  let authority: Authority;
  let certificate: Uint8Array;
  before(async () => {
    authority = await testAuthority();
    certificate = authority.certificate({ giai: GIAI, grai: GRAI, publicKey: KEY.publicKey });
  });

  const signed = (serial: string, number: number): Uint8Array =>
    makeSlip(KEY, {
      ...JOURNAL,
      sgtin: sgtinOf(serial),
      number,
      exposure: new Uint8Array(44),
      sequence: 9,
      wallS: START_WALL_S,
    });

  describe('what a journal says', () => {
    it('is about the kit that has that number, or that is packed next', () => {
      const journal = new Journal().pack(0, 'K1').leaves(0, 1).slip(0, 'came', 4).pack(0, 'K2');
      assert.deepEqual(words(slipSteps(JOURNAL, journal.records)), ['K1 left 1', 'K2 came 4']);
    });

    it('is nothing where a boot came between a slip and its kit', () => {
      const journal = new Journal().slip(0, 'came', 4).boot().pack(0, 'K2');
      assert.deepEqual(slipSteps(JOURNAL, journal.records), []);
    });

    it('tells a slip that is missing for a kit that is in from one that is packed next', () => {
      const isIn = new Journal().pack(0, 'K1').custody(0, 'in').slip(0, 'missing', 2);
      assert.deepEqual(words(slipSteps(JOURNAL, isIn.records)), ['K1 missing 2']);
      const older = new Journal().pack(0, 'K1').slip(0, 'came', 1).slip(0, 'missing', 2);
      assert.deepEqual(slipSteps(JOURNAL, older.records), []);
      older.pack(0, 'K2');
      const expected = ['K2 came 1', 'K2 missing 2'];
      assert.deepEqual(words(slipSteps(JOURNAL, older.records)), expected);
    });
  });

  describe('the book', () => {
    it('wants the slips of kits that are away, until it has them or they are gone', () => {
      const book = new SlipBook(authority.rootPublicKey);
      const journal = new Journal().pack(0, 'K1').pack(1, 'K2').pack(2, 'K3');
      journal.leaves(0, 1).leaves(1, 1).leaves(2, 1).custody(2, 'mixed');
      book.note(JOURNAL, journal.records);
      assert.deepEqual(words(book.wanted(JOURNAL)), ['K1 left 1', 'K2 left 1']);
      assert.deepEqual(book.wanted(OTHER), []);
      book.take(certificate, signed('K1', 1));
      book.giveUp(book.wanted(JOURNAL)[0]!);
      assert.deepEqual(book.wanted(JOURNAL), []);
      book.note(JOURNAL, journal.custody(0, 'in').leaves(0, 2).records); // the old ones again, too
      assert.deepEqual(words(book.wanted(JOURNAL)), ['K1 left 2']);
    });

    it('knows the number that a kit should come with, fetched or not', () => {
      const book = new SlipBook(authority.rootPublicKey);
      assert.equal(book.numberOf(sgtinOf('K1')), 0);
      book.take(certificate, signed('K1', 3));
      assert.equal(book.numberOf(sgtinOf('K1')), 3);
      book.note(JOURNAL, new Journal().pack(0, 'K1').leaves(0, 4).records);
      assert.equal(book.numberOf(sgtinOf('K1')), 4);
      assert.equal(book.newestOf(sgtinOf('K1'))!.slip.number, 3);
      book.take(certificate, signed('K1', 2));
      assert.equal(book.newestOf(sgtinOf('K1'))!.slip.number, 3);
    });

    it('takes no slip that does not verify', () => {
      const book = new SlipBook(authority.rootPublicKey);
      const other = KeyPair.generate(seededEntropy('another'));
      const { publicKey } = other;
      const others = authority.certificate({ giai: GIAI, grai: GRAI, publicKey });
      assert.throws(() => book.take(others, signed('K1', 1)), /slip: signed by key/);
      const stranger = new SlipBook(other.publicKey);
      assert.throws(() => stranger.take(certificate, signed('K1', 1)), /certificate: signed by/);
    });

    it('hands a slip on with its certificate', () => {
      const book = new SlipBook(authority.rootPublicKey);
      book.take(certificate, signed('K1', 1));
      const parts = decodeCbor(slipObject(book.newestOf(sgtinOf('K1'))!), 'slip');
      assert.deepEqual(parts, [certificate, signed('K1', 1)]);
    });
  });

  describe('a slip is doubled', () => {
    const steps = (...journals: readonly Journal[]): SlipStep[] =>
      journals.flatMap(({ records }, i) => slipSteps({ giai: GIAI, epoch: 1 + i }, records));
    const arriving = (): Journal => new Journal().slip(2, 'came', 1).pack(2, 'K1');

    it('when two continue it, or two left with it; not when one did each', () => {
      const first = new Journal().pack(0, 'K1').leaves(0, 1);
      assert.deepEqual(doubledSlips(steps(first, arriving())), []);
      const [continued] = doubledSlips(steps(first, arriving(), arriving()));
      assert.deepEqual(words(continued!.steps), ['K1 came 1', 'K1 came 1']);
      const [left] = doubledSlips(steps(first, new Journal().pack(1, 'K1').leaves(1, 1)));
      assert.deepEqual([left!.sgtin, left!.number], [sgtinOf('K1'), 1]);
    });

    it('and not where it is missing twice, or of two kits', () => {
      const missing = (): Journal => new Journal().slip(2, 'missing', 1).pack(2, 'K1');
      assert.deepEqual(doubledSlips(steps(missing(), missing())), []);
      const other = new Journal().slip(2, 'came', 1).pack(2, 'K2');
      assert.deepEqual(doubledSlips(steps(arriving(), other)), []);
    });

    it('and its kits are to be held, once: quality may release them', () => {
      const [one, two] = [arriving(), arriving()];
      const doubled = doubledSlips(steps(one, two));
      const toHold = (): string[] => doubledToHold(doubled, JOURNAL, one.records);
      assert.deepEqual(toHold(), [sgtinOf('K1')]);
      one.decide(2, 'release').decide(1, 'hold');
      assert.deepEqual(toHold(), [sgtinOf('K1')]);
      one.decide(2, 'hold').decide(2, 'release');
      assert.deepEqual(toHold(), []);
      assert.deepEqual(doubledToHold(doubled, { giai: GIAI, epoch: 3 }, []), []);
    });
  });
});
