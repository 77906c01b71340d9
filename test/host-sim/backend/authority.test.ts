import assert from 'node:assert/strict';
import { Authority } from '../../../host-sim/backend/authority.js';
import { asArray, asBytes, asInteger, asMap } from '../../../host-sim/backend/cbor.js';
import { identityText } from '../../../host-sim/backend/identity.js';
import { KeyPair } from '../../../host-sim/backend/keys.js';
import { OBJECT_KIND, ROLE, makeCheckpoint, open } from '../../../host-sim/backend/objects.js';
import { readCertificate, readCheckpoint, readReceipt } from '../../../host-sim/backend/objects.js';
import {
  AIR_BASE,
  GIAI,
  GRAI,
  PLAN,
  hexOf,
  seededEntropy,
  testAuthority,
} from './support/fixtures.js';

describe('backend/authority: who signs what for containers', () => {
  let authority: Authority;
  beforeEach(async () => {
    authority = await testAuthority();
  });
  const container = KeyPair.generate(seededEntropy('container'));
  const named = { giai: GIAI, grai: GRAI, publicKey: container.publicKey };
  const keyOf = (role: string, id?: string): Uint8Array => {
    const found = authority.roleEntries.find((entry) => {
      return entry.role === role && (id === undefined || entry.id === id);
    });
    assert.ok(found, role);
    return found.publicKey;
  };
  const session = { giai: GIAI, nonce: Uint8Array.from({ length: 16 }, (_, index) => index) };

  it('certifies a container under the root', () => {
    const bytes = authority.certificate(named);
    assert.deepEqual(readCertificate(bytes, authority.rootPublicKey), named);
    const other = KeyPair.generate(seededEntropy('other root'));
    assert.throws(() => readCertificate(bytes, other.publicKey), /container certificate: signed/);
  });

  it('lists every role with key and identity, in one object under the root', () => {
    const payload = open(authority.roles(), authority.rootPublicKey, OBJECT_KIND.roles, 'roles');
    const rows = asArray(payload.get(5), 'body').map((row) => asArray(row, 'row'));
    assert.deepEqual(
      rows.map(([, role, , id]) => [role, identityText(asBytes(id, 'id'))]),
      [
        [ROLE.packer, PLAN.packer],
        [ROLE.quality, PLAN.quality],
        [ROLE.engineer, PLAN.engineer],
        [ROLE.backend, PLAN.backend],
        ...PLAN.docks.map((dock) => [ROLE.dock, dock]),
      ],
    );
    for (const [kid, , publicKey] of rows) {
      assert.equal(asBytes(kid, 'kid', 8).length, 8);
      assert.equal(asBytes(publicKey, 'key', 64).length, 64);
    }
    assert.ok(authority.roles().length <= 1024, 'it must fit into one PUT');
  });

  it('gives what is carried a counter that grows with every issue of the same key', () => {
    const counters = [1, 2, 3].map(() => {
      const bytes = authority.profile(Uint8Array.of(0xa0));
      const payload = open(bytes, keyOf('quality'), OBJECT_KIND.profile, 'profile');
      return asInteger(payload.get(4), 'counter');
    });
    assert.deepEqual(counters, [1, 2, 3]);
    const payload = open(authority.roles(), authority.rootPublicKey, OBJECT_KIND.roles, 'roles');
    assert.equal(payload.get(4), 1, 'another key counts for itself');
  });

  it('binds what is done live to container and nonce', () => {
    const kit = { slot: 3, profileHash: new Uint8Array(32).fill(7), packingList: Uint8Array.of(1) };
    const time = { wallS: 163144800, uncertaintyS: 1 };
    const cases = [
      [authority.pack(session, kit), keyOf('packer'), [1, 3, kit.profileHash, kit.packingList]],
      [authority.seal(session), keyOf('packer'), [2]],
      [authority.openContainer(session), keyOf('packer'), [3]],
      [authority.setTime(session, AIR_BASE, time), keyOf('dock', AIR_BASE), [4, 163144800, 1]],
    ] as const;
    for (const [bytes, key, body] of cases) {
      const payload = open(bytes, key, OBJECT_KIND.command, 'command');
      assert.equal(identityText(asBytes(payload.get(2), 'logger')), GIAI);
      assert.deepEqual(payload.get(3), session.nonce);
      assert.deepEqual([...asMap(payload.get(5), 'body').values()], body);
      assert.deepEqual([...payload.keys()], [1, 2, 3, 5]);
    }
  });

  it('signs receipts that read back', () => {
    const receipt = { giai: GIAI, epoch: 2, sequence: 99, chainHash: new Uint8Array(32), wallS: 5 };
    const bytes = authority.receipt(receipt);
    assert.deepEqual(readReceipt(bytes, authority.backendPublicKey), { ...receipt, counter: 1 });
    assert.throws(() => readReceipt(bytes, keyOf('packer')), /receipt: signed by key/);
  });

  it('is the same for the same entropy', async () => {
    const again = await testAuthority();
    assert.equal(hexOf(again.certificate(named)), hexOf(authority.certificate(named)));
    const other = await testAuthority('another seed');
    assert.notEqual(hexOf(other.rootPublicKey), hexOf(authority.rootPublicKey));
  });

  it('has room for four docks, and refuses what is no identity', async () => {
    const docks = [PLAN.docks[0]!, PLAN.docks[0]!, PLAN.docks[0]!, PLAN.docks[0]!, PLAN.docks[0]!];
    const entropy = seededEntropy('x');
    await assert.rejects(Authority.create({ ...PLAN, docks }, entropy), /9 roles, .* at most 8/);
    const packer = PLAN.packer.replace(/.$/, 'x');
    await assert.rejects(Authority.create({ ...PLAN, packer }, entropy), /no GSRN of staff/);
    assert.throws(() => authority.setTime(session, GRAI, { wallS: 0, uncertaintyS: 0 }), /No key/);
  });

  describe('checkpoints, which the container signs', () => {
    const checkpoint = {
      giai: GIAI,
      epoch: 1,
      sequence: 41,
      chainHash: new Uint8Array(32).fill(9),
      boot: 2,
      uptimeS: 600,
      wallS: null,
    };

    it('read back under the certified key, with or without a clock', () => {
      for (const wallS of [null, 163144800]) {
        const bytes = makeCheckpoint(container, { ...checkpoint, wallS });
        assert.deepEqual(readCheckpoint(bytes, named), { ...checkpoint, wallS });
      }
    });

    it('are refused from another container, and as another kind of object', () => {
      const giai = `${GIAI}X`;
      const bytes = makeCheckpoint(container, { ...checkpoint, giai });
      assert.throws(() => readCheckpoint(bytes, named), /of logger .*X, expected/);
      assert.throws(
        () => open(bytes, container.publicKey, OBJECT_KIND.receipt, 'receipt'),
        /an object of kind 2, expected 6/,
      );
    });
  });
});
