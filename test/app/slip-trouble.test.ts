import assert from 'node:assert/strict';
import { FAULT } from '../../firmware/core/faults.js';
import { OBJECT } from '../../firmware/core/handoff/protocol.js';
import { Authority } from '../../host-sim/backend/authority.js';
import { encodeCbor, loadCbor } from '../../host-sim/backend/cbor.js';
import { KeyPair } from '../../host-sim/backend/keys.js';
import { makeSlip, type Slip } from '../../host-sim/backend/objects.js';
import {
  GIAI,
  GRAI,
  packingListOf,
  PLAN,
  seededEntropy,
} from '../host-sim/backend/support/fixtures.js';
import {
  type Box,
  bring,
  catchUp,
  leaves,
  OTHER,
  PROFILE,
  slipOf,
  slips,
  twoBoxes,
  wait,
} from './support/boxes.js';

const nameOf = (fault: number): string =>
  Object.entries(FAULT).find(([, code]) => code === fault)?.[0] ?? `${fault}`;

/** Packs K1 into an emptied slot of another container, an instant after it left. */
function arrives(from: Box, to: Box, slip: number, slot = 0): string {
  catchUp(to, from.bench.clock.wallS);
  to.bench.fill(slot);
  assert.equal(to.dock.pack(slot, 'K1', PROFILE, {}, slip), 1);
  return to.bench.verdict(to.bench.last('kit').fields['kit']!);
}

describe('a kit whose slip', () => {
  before(loadCbor);

  it('is missing is packed, and unknown until quality decides', async () => {
    const [a, b] = await twoBoxes();
    leaves(a, 600);
    assert.equal(arrives(a, b, 1), 'unknown: slip');
    assert.deepEqual(slips(b.bench), ['missing 1']);
    b.bench.reboot();
    assert.equal(b.bench.verdict(0), 'unknown: slip');
    b.dock.arrive();
    const { sequence } = b.bench.records().at(-1)!;
    const { sgtin } = packingListOf('K1');
    const decision = {
      decision: 'release',
      sgtin,
      reasons: 1 << 28,
      reviewedSequence: sequence,
    } as const;
    const object = b.dock.authority.decide(
      { giai: OTHER.giai, epoch: b.dock.epoch },
      decision,
      'quality',
    );
    assert.equal(b.dock.put(OBJECT.decision, object), 1);
    assert.equal(b.bench.verdict(0), 'usable: slip, released');
    b.bench.empty(0);
    assert.deepEqual(slips(b.bench), ['missing 1', 'left 2']);
  });

  it('is not named, and not at hand, is taken for fresh: the backend has to know', async () => {
    const [a, b] = await twoBoxes();
    leaves(a, 600);
    assert.equal(arrives(a, b, 0), 'usable');
    assert.deepEqual(slips(b.bench), []);
  });

  it('is not named, but at hand, is continued all the same', async () => {
    const [a, b] = await twoBoxes();
    const signed = leaves(a, 4000);
    bring(a, b, signed);
    assert.equal(arrives(a, b, 0), 'quarantine: zone0');
  });

  it('is older than named is as bad as that one says at least, and unknown', async () => {
    for (const [warmS, verdict] of [
      [600, 'unknown: slip'],
      [4000, 'quarantine: zone0, slip'],
    ] as const) {
      const [a, b] = await twoBoxes();
      const first = leaves(a, warmS);
      a.bench.fill(0).empty(0);
      assert.deepEqual(slips(a.bench), ['left 1', 'left 2']);
      bring(a, b, first);
      assert.equal(arrives(a, b, 2), verdict);
      assert.deepEqual(slips(b.bench), ['came 1', 'missing 2']);
    }
  });

  it('is of another kit is missing', async () => {
    const [a, b] = await twoBoxes();
    const signed = leaves(a, 600, 'K2');
    bring(a, b, signed);
    assert.equal(arrives(a, b, 1), 'unknown: slip');
  });

  it('was written over by what came after it is missing', async () => {
    const [a, b] = await twoBoxes();
    const signed = leaves(a, 600);
    assert.equal(bring(a, b, signed), 1);
    assert.equal(nameOf(b.dock.put(OBJECT.profile, new Uint8Array(1024).fill(7))), 'malformed');
    assert.equal(arrives(a, b, 1), 'unknown: slip');
  });

  it('is for the next kit is not this one’s, nor one’s twice', async () => {
    const [a, b] = await twoBoxes();
    const signed = leaves(a, 600);
    bring(a, b, signed);
    b.bench.fill(1);
    assert.equal(b.dock.pack(1, 'K9', PROFILE), 1);
    assert.deepEqual(slips(b.bench), []);
  });

  describe('cannot be believed is refused with a record:', () => {
    type Forgery = (a: Box, signed: Uint8Array) => Uint8Array | Promise<Uint8Array>;
    const stranger = KeyPair.generate(seededEntropy('stranger'));
    const again = (a: Box, signed: Uint8Array, more: Partial<Slip>, key: KeyPair): Uint8Array =>
      makeSlip(key, { ...slipOf(a, signed), ...more });
    const own = KeyPair.generate(seededEntropy('container'));
    const spoilt = (bytes: Uint8Array, at: number): Uint8Array => {
      const copy = bytes.slice();
      copy[at < 0 ? copy.length + at : at]! ^= 1;
      return copy;
    };
    const pair = (certificate: Uint8Array, slip: Uint8Array): Uint8Array =>
      encodeCbor([certificate, slip]);
    const FORGERIES: readonly (readonly [string, keyof typeof FAULT, Forgery])[] = [
      ['its signature', 'badSignature', (a, s) => pair(a.bench.certificate, spoilt(s, -1))],
      ['its certificate', 'badSignature', (a, s) => pair(spoilt(a.bench.certificate, -1), s)],
      [
        'a certificate of another root',
        'badSignature',
        async (a, s) => {
          const others = await Authority.create(PLAN, seededEntropy('another root'));
          const { publicKey } = stranger;
          const certificate = others.certificate({ giai: GIAI, grai: GRAI, publicKey });
          return pair(certificate, again(a, s, {}, stranger));
        },
      ],
      [
        'the key of a stranger',
        'badSignature',
        (a, s) => pair(a.bench.certificate, again(a, s, {}, stranger)),
      ],
      [
        'the name of another container',
        'notAllowed',
        (a, s) => pair(a.bench.certificate, again(a, s, { giai: OTHER.giai }, own)),
      ],
      [
        'number 0',
        'malformed',
        (a, s) => pair(a.bench.certificate, again(a, s, { number: 0 }, own)),
      ],
      [
        'an end before the year 2020',
        'malformed',
        (a, s) => pair(a.bench.certificate, again(a, s, { wallS: -1 }, own)),
      ],
      [
        'an exposure that is too short',
        'badLength',
        (a, s) => pair(a.bench.certificate, again(a, s, { exposure: new Uint8Array(43) }, own)),
      ],
      ['a certificate alone', 'malformed', (a) => a.bench.certificate],
      ['a slip alone', 'malformed', (_, s) => s],
      ['no certificate', 'malformed', (_, s) => pair(s, s)],
      [
        'a certificate for a slip',
        'malformed',
        (a) => pair(a.bench.certificate, a.bench.certificate),
      ],
    ];
    for (const [what, fault, forge] of FORGERIES) {
      it(`${what}: ${fault}`, async () => {
        const [a, b] = await twoBoxes();
        const signed = leaves(a, 600);
        assert.equal(nameOf(b.dock.put(OBJECT.slip, await forge(a, signed))), fault);
        assert.deepEqual(b.bench.last('fault').fields, {
          code: FAULT[fault],
          a: OBJECT.slip,
          b: 0,
        });
        assert.equal(arrives(a, b, 1), 'unknown: slip');
      });
    }
  });
});

describe('a kit that comes back to the container that it left', () => {
  before(loadCbor);

  /** K1 was in A, then warm in B, and left that, too. */
  async function returning(warmS: number): Promise<{ a: Box; b: Box; second: Uint8Array }> {
    const [a, b] = await twoBoxes();
    const first = leaves(a, 600);
    catchUp(b, a.bench.clock.wallS);
    bring(a, b, first);
    const second = leaves(b, warmS, 'K1', 1);
    assert.deepEqual(slips(b.bench), ['came 1', 'left 2']);
    catchUp(a, b.bench.clock.wallS);
    return { a, b, second };
  }

  it('without having been elsewhere needs no slip', async () => {
    const [a] = await twoBoxes();
    leaves(a, 600);
    a.bench.fill(0);
    assert.equal(a.dock.pack(0, 'K1', PROFILE, {}, 1), 1);
    assert.equal(a.bench.verdict(0), 'usable');
    assert.deepEqual(slips(a.bench), ['left 1']);
    assert.equal(a.bench.records('kit').length, 1);
  });

  it('may go into another slot with the slip that it left with', async () => {
    const [a] = await twoBoxes();
    leaves(a, 2400);
    a.bench.fill(2);
    assert.equal(nameOf(a.dock.pack(2, 'K1', PROFILE)), 'kitKnown');
    assert.equal(a.dock.pack(2, 'K1', PROFILE, {}, 1), 1);
    assert.deepEqual(slips(a.bench), ['left 1', 'came 1']);
    assert.equal(a.bench.verdict(0), 'usable');
    wait(a, 1400, 2600);
    assert.equal(a.bench.verdict(0), 'quarantine: zone0');
  });

  it('brings what it used in the other one, into its slot', async () => {
    const { a, b, second } = await returning(2400);
    a.bench.fill(0);
    assert.equal(bring(b, a, second), 1);
    assert.equal(a.dock.pack(0, 'K1', PROFILE, {}, 2), 1);
    assert.deepEqual(slips(a.bench), ['left 1', 'came 2']);
    assert.equal(a.bench.verdict(0), 'usable');
    wait(a, 800, 2600);
    assert.equal(a.bench.verdict(0), 'quarantine: zone0');
  });

  it('and into any other', async () => {
    const { a, b, second } = await returning(4000);
    a.bench.fill(3);
    assert.equal(bring(b, a, second), 1);
    assert.equal(a.dock.pack(3, 'K1', PROFILE, {}, 2), 1);
    assert.equal(a.bench.verdict(0), 'quarantine: zone0');
  });

  it('is unknown without the slip of the other one', async () => {
    for (const slot of [0, 3]) {
      const { a } = await returning(600);
      a.bench.fill(slot);
      assert.equal(a.dock.pack(slot, 'K1', PROFILE, {}, 2), 1);
      assert.equal(slips(a.bench).at(-1), 'missing 2');
      assert.match(a.bench.verdict(0), /^unknown: .*slip/);
    }
  });

  it('was cold before its scan, and that is not forgotten', async () => {
    const { a, b, second } = await returning(600);
    a.bench.fill(0);
    wait(a, 120, 1400);
    assert.match(a.bench.verdict(0), /^quarantine: zone1/);
    assert.equal(bring(b, a, second), 1);
    assert.equal(a.dock.pack(0, 'K1', PROFILE, {}, 2), 1);
    assert.match(a.bench.verdict(0), /^quarantine: zone1/);
    wait(a, 120, 2000);
    const ended = a.bench.records('excursion').filter(({ fields }) => fields['rule'] === 1);
    assert.deepEqual(
      ended.map(({ fields }) => fields['phase']),
      [0, 1],
    );
  });
});
