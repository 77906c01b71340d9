import assert from 'node:assert/strict';
import { FAULT } from '../../firmware/core/faults.js';
import { OBJECT } from '../../firmware/core/handoff/protocol.js';
import { KEY } from '../../firmware/core/ports.js';
import { WALL_SOURCE, WALL_UNKNOWN } from '../../firmware/core/units.js';
import { type CborValue, encodeCbor } from '../../host-sim/backend/cbor.js';
import { decodeBlocks } from '../../host-sim/backend/decode.js';
import { KeyPair, sha256 } from '../../host-sim/backend/keys.js';
import {
  type Checkpoint,
  makeCommand,
  makeProfileObject,
  makeReceipt,
  makeRoles,
  readCertificate,
  readCheckpoint,
  type RoleEntry,
} from '../../host-sim/backend/objects.js';
import { profileMap } from '../core/excursion/support/profiles.js';
import {
  AIR_BASE,
  BLOOD_BANK,
  GIAI,
  PLAN,
  seededEntropy,
  START_WALL_S,
} from '../host-sim/backend/support/fixtures.js';
import { Bench } from './support/bench.js';
import { dockedBench, packedBench, TestDock } from './support/dock.js';

const nameOf = (result: number): string =>
  Object.entries(FAULT).find(([, code]) => code === result)?.[0] ?? `${result}`;
const faultsOf = (bench: Bench): string[] =>
  bench.records('fault').map(({ fields }) => `${nameOf(fields['code']!)} ${fields['a']!}`);

/** The checkpoint as the backend reads it, with the container's certificate. */
function checkpointOf(dock: TestDock): Checkpoint {
  const certificate = dock.get(OBJECT.certificate);
  const verified = readCertificate(certificate, dock.authority.rootPublicKey);
  return readCheckpoint(dock.checkpoint(), verified);
}

function receiptFor(dock: TestDock, changes: Partial<Checkpoint> = {}): Uint8Array {
  const { giai, epoch, sequence, chainHash } = { ...checkpointOf(dock), ...changes };
  return dock.authority.receipt({ giai, epoch, sequence, chainHash, wallS: START_WALL_S });
}

describe('a signed object', () => {
  describe('of roles', () => {
    it('is recorded with its counter and hash, and counts from then on', async () => {
      const bench = await Bench.make();
      const dock = new TestDock(bench.run(1), AIR_BASE).arrive();
      assert.equal(nameOf(dock.setTime(START_WALL_S)), 'notAllowed'); // nobody has a role yet
      assert.equal(dock.roles(), 1);
      assert.equal(dock.setTime(START_WALL_S), 1);
      const { fields, tail } = bench.last('roles');
      assert.ok(fields['counter']! > 0);
      assert.equal(tail.length, 32);
    });

    it('is taken once: again it changes nothing, and an older one is a replay', async () => {
      const { bench, dock } = await dockedBench();
      const older = dock.authority.roles();
      const newer = dock.authority.roles();
      assert.equal(dock.put(OBJECT.roles, newer), 1);
      const count = bench.records('roles').length;
      assert.equal(dock.put(OBJECT.roles, newer), 1);
      assert.equal(nameOf(dock.put(OBJECT.roles, older)), 'replayed');
      assert.equal(bench.records('roles').length, count);
      assert.deepEqual(faultsOf(bench), [`replayed ${OBJECT.roles}`]);
    });

    it('shuts out docks that it does not name', async () => {
      const { bench, dock } = await dockedBench();
      dock.leave();
      bench.inputs.dockId = '4149521141000990';
      bench.inputs.hasExternalPower = true;
      bench.run(2);
      assert.equal(bench.link.isPowered, false);
      bench.inputs.dockId = AIR_BASE;
      bench.run(2);
      assert.equal(bench.link.isPowered, true);
    });
  });

  describe('of a profile', () => {
    it('is recorded with place, version, counter and hash', async () => {
      const { bench, dock } = await dockedBench({ version: 1 });
      assert.equal(dock.profile({ version: 2 }), 1);
      const { fields, tail } = bench.last('profile');
      assert.deepEqual([fields['profile'], fields['version']], [1, 2]);
      assert.deepEqual(tail, sha256(encodeCbor(profileMap({ version: 2 }))));
    });

    it('that is aboard is accepted, whatever its counter, and not recorded again', async () => {
      const { bench, dock } = await dockedBench({ version: 1 });
      const old = dock.authority.profile(encodeCbor(profileMap({ version: 1 })));
      assert.equal(dock.profile({ version: 2 }), 1);
      const count = bench.records('profile').length;
      assert.equal(dock.put(OBJECT.profile, old), 1);
      assert.equal(bench.records('profile').length, count);
    });

    it('with an old counter is a replay', async () => {
      const { bench, dock } = await dockedBench();
      const old = dock.authority.profile(encodeCbor(profileMap({ version: 3 })));
      assert.equal(dock.profile({ version: 4 }), 1);
      assert.equal(nameOf(dock.put(OBJECT.profile, old)), 'replayed');
      assert.deepEqual(faultsOf(bench), [`replayed ${OBJECT.profile}`]);
    });

    it('takes the place of the one brought longest ago that no kit needs', async () => {
      const { bench, dock } = await packedBench(1, { version: 1 });
      for (const version of [2, 3, 4]) assert.equal(dock.profile({ version }), 1);
      assert.equal(dock.profile({ version: 2 }), 1); // again: it is about to be needed
      for (const version of [5, 6]) assert.equal(dock.profile({ version }), 1);
      bench.fill(1).fill(2);
      assert.equal(nameOf(dock.pack(1, 'P3', { version: 3 })), 'profileUnknown');
      assert.equal(nameOf(dock.pack(1, 'P4', { version: 4 })), 'profileUnknown');
      assert.equal(dock.pack(1, 'P2', { version: 2 }), 1);
      assert.equal(dock.pack(2, 'P1', { version: 1 }), 1);
    });

    it('that is malformed is refused, and leaves the ones aboard as they were', async () => {
      const { bench, dock } = await packedBench(1, { version: 1 });
      for (let version = 2; version <= 4; version++) assert.equal(dock.profile({ version }), 1);
      assert.equal(nameOf(dock.profile({ gapAllowanceS: 1, version: 9 })), 'malformed');
      bench.fill(1).fill(2).fill(3);
      for (let version = 2; version <= 4; version++) {
        assert.equal(dock.pack(version - 1, `V${version}`, { version }), 1);
      }
      assert.deepEqual(faultsOf(bench), [`malformed ${OBJECT.profile}`]);
      assert.equal(nameOf(dock.profile({ version: 5 })), 'noRoom');
    });

    it('is nothing when power went before its record: it can be put again', async () => {
      const { bench, dock } = await dockedBench({ version: 1 });
      const object = dock.authority.profile(encodeCbor(profileMap({ version: 2 })));
      const before = bench.journalFlash.image();
      assert.equal(dock.put(OBJECT.profile, object), 1);
      bench.journalFlash.load(before); // the catalogue has it, the journal does not
      bench.reboot();
      const again = new TestDock(bench).arrive();
      bench.fill(0);
      assert.equal(nameOf(again.pack(0, 'S1', { version: 2 })), 'profileUnknown');
      assert.equal(again.put(OBJECT.profile, object), 1);
      assert.equal(bench.last('profile').fields['version'], 2);
      assert.equal(again.pack(0, 'S1', { version: 2 }), 1);
    });
  });

  describe('of the time', () => {
    it('sets the clock, with a CLOCK record of old and new', async () => {
      const { bench, dock } = await dockedBench();
      const first = bench.records('clock')[0]!;
      assert.deepEqual(
        [first.fields['wallSource'], first.fields['oldWallS'], first.fields['newWallS']],
        [WALL_SOURCE.dock, WALL_UNKNOWN, START_WALL_S],
      );
      bench.run(10);
      const oldWallS = bench.clock.wallS;
      assert.equal(dock.setTime(START_WALL_S + 500), 1);
      const { fields } = bench.last('clock');
      assert.ok(fields['oldWallS']! - oldWallS <= 1);
      assert.equal(fields['newWallS'], START_WALL_S + 500);
      bench.run(120);
      assert.equal(bench.records('clock').length, 2); // and is no jump besides
    });
  });

  describe('of a receipt', () => {
    it('is taken for the checkpoint signed last, and lets its records be overwritten', async () => {
      const { bench, dock } = await packedBench(1);
      const receipt = receiptFor(dock);
      const { fields } = bench.last('checkpoint');
      assert.equal(dock.put(OBJECT.receipt, receipt), 1);
      const stored = bench.last('receipt');
      assert.equal(stored.fields['sequence'], fields['sequence']);
      assert.equal(stored.fields['backendWallS'], START_WALL_S);
      assert.deepEqual(stored.tail, bench.last('checkpoint').tail);
      const hello = dock.ask(Uint8Array.of(1, 1));
      assert.equal(hello.type === 'hello' && hello.receiptedSequence, fields['sequence']);
    });

    it('changes nothing when it comes again', async () => {
      const { bench, dock } = await packedBench(1);
      const receipt = receiptFor(dock);
      assert.deepEqual(
        [1, 2].map(() => dock.put(OBJECT.receipt, receipt)),
        [1, 1],
      );
      assert.equal(bench.records('receipt').length, 1);
    });

    it('is refused for an earlier checkpoint', async () => {
      const { bench, dock } = await packedBench(1);
      const earlier = receiptFor(dock);
      dock.checkpoint();
      assert.equal(nameOf(dock.put(OBJECT.receipt, earlier)), 'badState');
      assert.deepEqual(bench.records('receipt'), []);
    });

    const WRONG: readonly (readonly [string, (of: Checkpoint) => Partial<Checkpoint>])[] = [
      ['another epoch', ({ epoch }) => ({ epoch: epoch ^ 1 })],
      ['another sequence', ({ sequence }) => ({ sequence: sequence - 1 })],
      ['another hash', () => ({ chainHash: new Uint8Array(32) })],
    ];
    for (const [what, changes] of WRONG) {
      it(`is refused with ${what}, and says so`, async () => {
        const { bench, dock } = await packedBench(1);
        const checkpoint = checkpointOf(dock);
        const { giai, epoch, sequence, chainHash } = { ...checkpoint, ...changes(checkpoint) };
        const at = { giai, epoch, sequence, chainHash, wallS: START_WALL_S };
        const receipt = dock.authority.receipt(at);
        assert.equal(nameOf(dock.put(OBJECT.receipt, receipt)), 'badState');
        assert.deepEqual(faultsOf(bench), [`badState ${OBJECT.receipt}`]);
      });
    }
  });

  describe('that was given before', () => {
    it('is refused in the next connection: a command lives as long as its nonce', async () => {
      const { bench, dock } = await dockedBench();
      const command = dock.authority.seal(dock.session);
      bench.link.drop();
      bench.run(1);
      dock.connect();
      assert.equal(nameOf(dock.command(command)), 'replayed');
      assert.deepEqual(bench.records('seal'), []);
      assert.equal(dock.seal(), 1);
    });
  });

  it('is refused at most 16 times on record in one stay at a dock', async () => {
    const { bench, dock } = await dockedBench();
    for (let i = 0; i < 20; i++) {
      assert.ok(dock.put(OBJECT.command, Uint8Array.of(0xd2, i)) < 0);
    }
    assert.equal(bench.records('fault').length, 16);
    dock.leave();
    dock.arrive();
    assert.ok(dock.put(OBJECT.command, Uint8Array.of(0xd2)) < 0);
    assert.equal(bench.records('fault').length, 17);
    assert.equal(dock.seal(), 1);
  });
});

describe('who may sign what', () => {
  const ROOT = KeyPair.generate(seededEntropy('root'));
  const ROLES = ['packer', 'dock', 'quality', 'engineer', 'backend'] as const;
  const keyOf = (role: string): KeyPair => KeyPair.generate(seededEntropy(`key of ${role}`));
  const idOf = { ...PLAN, dock: BLOOD_BANK };
  const entries = ROLES.map((role): RoleEntry => {
    const { kid, publicKey } = keyOf(role);
    return { kid, role, publicKey, id: idOf[role] };
  });

  /** A container under this test's own root. */
  async function bench(): Promise<{ bench: Bench; dock: TestDock }> {
    const bench = await Bench.make();
    bench.keyValue.stored.set(KEY.rootPublicKey, ROOT.publicKey);
    const dock = new TestDock(bench.run(1)).arrive();
    assert.equal(dock.put(OBJECT.roles, makeRoles(ROOT, 1, entries)), 1);
    return { bench, dock };
  }

  type Make = (key: KeyPair, nonce: Uint8Array) => Uint8Array;
  const command =
    (...pairs: readonly (readonly [number, CborValue])[]): Make =>
    (key, nonce) =>
      makeCommand(key, GIAI, nonce, new Map(pairs));
  const hash = new Uint8Array(32);
  const at = { giai: GIAI, counter: 1, epoch: 1, sequence: 1, chainHash: hash, wallS: 1 };
  const profile = (): Uint8Array => encodeCbor(profileMap());
  const MAY: readonly (readonly [string, number, Make, readonly (typeof ROLES)[number][]])[] = [
    ['pack', OBJECT.command, command([1, 1]), ['packer', 'engineer']],
    ['seal', OBJECT.command, command([1, 2]), ['packer', 'engineer']],
    ['open', OBJECT.command, command([1, 3]), ['packer', 'engineer']],
    ['set the time', OBJECT.command, command([1, 4], [2, 9], [3, 1]), ['dock', 'backend']],
    ['profile', OBJECT.profile, (key) => makeProfileObject(key, 1, profile()), ['quality']],
    ['receipt', OBJECT.receipt, (key) => makeReceipt(key, at), ['backend']],
    ['roles', OBJECT.roles, (key) => makeRoles(key, 2, entries), []],
  ];
  for (const [what, kind, make, allowed] of MAY) {
    it(`${what}: ${allowed.join(' and ') || 'the root alone'}`, async () => {
      const { bench: box, dock } = await bench();
      const refusal = kind === OBJECT.roles ? 'badSignature' : 'notAllowed';
      for (const role of ROLES) {
        const told = box.records('fault').length + box.records('command').length;
        const result = nameOf(dock.put(kind, make(keyOf(role), dock.nonce)));
        assert.equal(result === refusal, !allowed.includes(role), `${role}: ${result}`);
        if (result !== refusal) continue;
        assert.equal(box.records('fault').length + box.records('command').length, told + 1);
      }
    });
  }

  it('a command that nobody knows is malformed', async () => {
    const { bench: box, dock } = await bench();
    for (const code of [0, 5, 8, 99]) {
      const object = makeCommand(keyOf('engineer'), GIAI, dock.nonce, new Map([[1, code]]));
      assert.equal(nameOf(dock.command(object)), 'malformed');
    }
    assert.equal(faultsOf(box).length, 4);
  });
});

describe('a hand-over', () => {
  it('gives a journal whose chain leads to what the checkpoint states', async () => {
    const { bench, dock } = await packedBench(2);
    bench.run(3600);
    const checkpoint = checkpointOf(dock);
    const log = decodeBlocks(dock.read(1));
    assert.deepEqual(log.problems, []);
    assert.deepEqual(log.chainHashAt(checkpoint.sequence), checkpoint.chainHash);
    assert.equal(log.records.at(-1)?.type, 'checkpoint');
    dock.bye();
  });
});
