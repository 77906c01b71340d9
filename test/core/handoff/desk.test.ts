import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import { ObjectDesk } from '../../../firmware/core/handoff/desk.js';
import { OBJECT, ROLE } from '../../../firmware/core/handoff/protocol.js';
import { RoleTable } from '../../../firmware/core/handoff/roles.js';
import { OBJECT_BYTES_MAX } from '../../../firmware/core/limits.js';
import { CborReader } from '../../../firmware/core/cbor/cbor.js';
import { type CborValue, encodeCbor, loadCbor } from '../../../host-sim/backend/cbor.js';
import { makeSign1 } from '../../../host-sim/backend/cose-host.js';
import { KeyPair } from '../../../host-sim/backend/keys.js';
import {
  makeCommand,
  makeProfileObject,
  makeReceipt,
  makeRoles,
  ROLE as ROLES,
  type RoleEntry,
  type RoleName,
} from '../../../host-sim/backend/objects.js';
import { bytesOf, makeGiai } from '../../../host-sim/world/labels.js';
import { BLOOD_BANK, GIAI, PLAN, seededEntropy } from '../../host-sim/backend/support/fixtures.js';
import { TestSigner } from '../../app/support/ports.js';
import { TestHandler } from './support/session-bench.js';

const keyOf = (name: string): KeyPair => KeyPair.generate(seededEntropy(name));
const ROOT = keyOf('root');
const STRANGER = keyOf('stranger');
const KEYS = {
  packer: keyOf('packer'),
  dock: keyOf('dock'),
  quality: keyOf('quality'),
  backend: keyOf('backend'),
};
const NONCE = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
const OTHER_GIAI = makeGiai({ asset: '9521141LOG0008' });

const entryOf = (role: RoleName & keyof typeof KEYS, id: string): RoleEntry => {
  const { kid, publicKey } = KEYS[role];
  return { kid, role, publicKey, id };
};
const ENTRIES: readonly RoleEntry[] = [
  entryOf('packer', PLAN.packer),
  entryOf('dock', BLOOD_BANK),
  entryOf('quality', PLAN.quality),
  entryOf('backend', PLAN.backend),
];

function rolesTable(): RoleTable {
  const table = new RoleTable();
  const list = ENTRIES.map(({ kid, role, publicKey, id }): CborValue => {
    return [kid, ROLES[role], publicKey, bytesOf(id)];
  });
  const bytes = encodeCbor(list);
  assert.equal(table.load(new CborReader(), bytes, 0, bytes.length), 0);
  return table;
}

/** A desk of the container GIAI in the session NONCE. */
class Bench {
  readonly signer = new TestSigner(keyOf('container'));
  readonly handler = new TestHandler();
  readonly desk = new ObjectDesk(this.signer, rolesTable(), this.handler);

  constructor() {
    this.desk.rootKey.set(ROOT.publicKey);
    this.desk.giai.set(bytesOf(GIAI));
    this.desk.giaiLength = GIAI.length;
    this.desk.nonce.set(NONCE);
  }

  /** Puts an object in pieces and polls it to its end: 1, or the fault that refused it. */
  put(kind: number, object: Uint8Array, pieceBytes = 238): number {
    for (let at = 0; at < object.length; at += pieceBytes) {
      const piece = object.subarray(at, at + pieceBytes);
      const taken = this.desk.put(kind, object.length, at, piece, 0, piece.length);
      if (taken < 0) return taken;
      if (taken === 1) break;
    }
    const begun = this.desk.begin();
    return begun < 0 ? begun : this.finish();
  }

  finish(): number {
    for (let i = 0; i < 10; i++) {
      const result = this.desk.poll();
      if (result !== 0) return result;
    }
    throw new Error('The desk does not come to an end');
  }

  get refusals(): (readonly [number, number])[] {
    return this.handler.refused.map(({ kind, fault }) => [kind, fault] as const);
  }
}

const body = new Map<number, CborValue>([[1, 2]]);
const command = (key = KEYS.packer, giai = GIAI, nonce = NONCE): Uint8Array =>
  makeCommand(key, giai, nonce, body);
const receipt = (key = KEYS.backend, giai = GIAI, counter = 1): Uint8Array => {
  const chainHash = new Uint8Array(32);
  return makeReceipt(key, { giai, counter, epoch: 1, sequence: 2, chainHash, wallS: 3 });
};

describe('the desk for signed objects', () => {
  before(loadCbor);

  describe('takes', () => {
    const TAKEN: readonly (readonly [string, number, () => Uint8Array, number, number])[] = [
      ['a command of a known key', OBJECT.command, () => command(), ROLE.packer, 0],
      ['roles of the root', OBJECT.roles, () => makeRoles(ROOT, 1, ENTRIES), ROLE.root, -1],
      [
        'a profile of quality',
        OBJECT.profile,
        () => makeProfileObject(KEYS.quality, 1, Uint8Array.of(1, 2)),
        ROLE.quality,
        2,
      ],
      ['a receipt of the backend', OBJECT.receipt, () => receipt(), ROLE.backend, 3],
    ];
    for (const [what, kind, make, role, signer] of TAKEN) {
      it(`${what}, and hands on who signed it`, () => {
        const bench = new Bench();
        assert.equal(bench.put(kind, make()), 1);
        assert.deepEqual(bench.handler.started, [{ kind, role, signer }]);
        assert.deepEqual(bench.refusals, []);
      });
    }

    it('an object in pieces of any size', () => {
      const object = makeRoles(ROOT, 1, ENTRIES);
      for (const size of [1, 7, 58, 238, 1024]) {
        assert.equal(new Bench().put(OBJECT.roles, object, size), 1);
      }
    });

    it('one object after another', () => {
      const bench = new Bench();
      assert.equal(bench.put(OBJECT.command, command()), 1);
      assert.equal(bench.put(OBJECT.receipt, receipt()), 1);
    });

    it('its time: busy while it verifies and while it is carried out', () => {
      const bench = new Bench();
      bench.signer.pollsNeeded = 2;
      bench.handler.startResult = 0;
      bench.handler.pollResult = 0;
      const object = command();
      assert.equal(bench.desk.put(OBJECT.command, object.length, 0, object, 0, object.length), 1);
      assert.equal(bench.desk.begin(), 0);
      for (let i = 0; i < 4; i++) {
        assert.equal(bench.desk.poll(), 0);
        assert.ok(bench.desk.isBusy);
        assert.equal(bench.desk.put(OBJECT.roles, 5, 0, object, 0, 5), FAULT.busy);
      }
      bench.handler.pollResult = 1;
      assert.equal(bench.finish(), 1);
      assert.ok(!bench.desk.isBusy);
    });

    it('the outcome of carrying it out, a fault included, without calling that a refusal', () => {
      const bench = new Bench();
      bench.handler.startResult = FAULT.slotEmpty;
      assert.equal(bench.put(OBJECT.command, command()), FAULT.slotEmpty);
      bench.handler.startResult = 0;
      bench.handler.pollResult = FAULT.flashFailed;
      assert.equal(bench.put(OBJECT.command, command()), FAULT.flashFailed);
      assert.deepEqual(bench.refusals, []);
    });
  });

  describe('refuses, and says so,', () => {
    const other = Uint8Array.from(NONCE, (byte) => byte ^ 1);
    const noCounter = (): Uint8Array => {
      const payload: [number, CborValue][] = [
        [1, OBJECT.profile],
        [5, Uint8Array.of(1)],
      ];
      return makeSign1(KEYS.quality, encodeCbor(new Map(payload)));
    };
    const REFUSED: readonly (readonly [string, number, () => Uint8Array, number])[] = [
      ['a command of a stranger', OBJECT.command, () => command(STRANGER), FAULT.notAllowed],
      ['a receipt of a stranger', OBJECT.receipt, () => receipt(STRANGER), FAULT.notAllowed],
      [
        'a profile of a stranger',
        OBJECT.profile,
        () => makeProfileObject(STRANGER, 1, Uint8Array.of(1)),
        FAULT.notAllowed,
      ],
      [
        'roles that the root did not sign',
        OBJECT.roles,
        () => makeRoles(KEYS.quality, 1, ENTRIES),
        FAULT.badSignature,
      ],
      [
        'a command for another container',
        OBJECT.command,
        () => command(KEYS.packer, OTHER_GIAI),
        FAULT.wrongContainer,
      ],
      [
        'a receipt for another container',
        OBJECT.receipt,
        () => receipt(KEYS.backend, OTHER_GIAI),
        FAULT.wrongContainer,
      ],
      [
        'a command of another session',
        OBJECT.command,
        () => command(KEYS.packer, GIAI, other),
        FAULT.replayed,
      ],
      [
        'a command with half a nonce',
        OBJECT.command,
        () => command(KEYS.packer, GIAI, NONCE.subarray(0, 8)),
        FAULT.replayed,
      ],
      [
        'a receipt with counter 0',
        OBJECT.receipt,
        () => receipt(KEYS.backend, GIAI, 0),
        FAULT.malformed,
      ],
      ['a profile without a counter', OBJECT.profile, noCounter, FAULT.malformed],
      ['a receipt that is put as a command', OBJECT.command, () => receipt(), FAULT.malformed],
      ['a command that is put as a receipt', OBJECT.receipt, () => command(), FAULT.malformed],
      ['an object of no kind', 99, () => command(), FAULT.malformed],
      ['bytes that are no COSE', OBJECT.command, () => Uint8Array.of(1, 2, 3), FAULT.malformed],
    ];
    for (const [what, kind, make, fault] of REFUSED) {
      it(what, () => {
        const bench = new Bench();
        assert.equal(bench.put(kind, make()), fault);
        assert.deepEqual(bench.refusals, [[kind, fault]]);
        assert.deepEqual(bench.handler.started, []);
        assert.equal(bench.put(OBJECT.command, command()), 1); // and is ready for the next one
      });
    }

    it('an object with any byte altered', () => {
      const object = command();
      const bench = new Bench();
      for (let at = 0; at < object.length; at++) {
        const altered = object.slice();
        altered[at] = altered[at]! ^ (1 << (at & 7));
        assert.ok(bench.put(OBJECT.command, altered) < 0, `byte ${at}`);
      }
      assert.equal(bench.refusals.length, object.length);
      assert.deepEqual(bench.handler.started, []);
    });

    it('an object that is cut short, wherever that is', () => {
      const object = command();
      const bench = new Bench();
      for (let length = 1; length < object.length; length++) {
        assert.ok(bench.put(OBJECT.command, object.subarray(0, length)) < 0);
      }
    });

    it('any bytes whatever, and throws nothing', () => {
      const bench = new Bench();
      fc.assert(
        fc.property(fc.nat(255), fc.uint8Array({ minLength: 1, maxLength: 300 }), (kind, any) => {
          assert.ok(bench.put(kind, any) < 0);
        }),
      );
    });
  });

  describe('takes pieces', () => {
    const piece = new Uint8Array(100);
    const put = (bench: Bench, total: number, offset: number, length: number, kind = 3): number =>
      bench.desk.put(kind, total, offset, piece, 0, length);

    it('in order, and says where to go on', () => {
      const bench = new Bench();
      assert.equal(put(bench, 250, 0, 100), 0);
      assert.equal(bench.desk.nextOffset, 100);
      assert.equal(put(bench, 250, 200, 50), FAULT.badState); // one was lost
      assert.equal(put(bench, 250, 0, 0), 0);
      assert.equal(put(bench, 250, 0, 100), 0);
      assert.equal(put(bench, 250, 100, 100), 0);
      assert.equal(put(bench, 250, 100, 100), FAULT.badState); // one came twice
      assert.equal(bench.desk.nextOffset, 200);
      assert.equal(put(bench, 250, 200, 50), 1);
    });

    it('of one object: neither kind nor length may change', () => {
      const bench = new Bench();
      put(bench, 250, 0, 100);
      assert.equal(put(bench, 250, 100, 100, OBJECT.roles), FAULT.badState);
      assert.equal(put(bench, 251, 100, 100), FAULT.badState);
    });

    it('up to the largest object, and not beyond', () => {
      const bench = new Bench();
      assert.equal(put(bench, OBJECT_BYTES_MAX, 0, 100), 0);
      assert.equal(put(bench, OBJECT_BYTES_MAX + 1, 0, 100), FAULT.overflow);
      assert.equal(put(bench, 0, 0, 0), FAULT.overflow);
      assert.equal(put(bench, 50, 0, 51), FAULT.overflow);
    });

    it('anew from the first when the link was lost', () => {
      const bench = new Bench();
      put(bench, 250, 0, 100);
      bench.desk.drop();
      assert.equal(put(bench, 250, 100, 100), FAULT.badState);
      assert.equal(put(bench, 250, 0, 100), 0);
    });
  });
});
