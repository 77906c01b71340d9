import assert from 'node:assert/strict';
import sinon from 'sinon';
import { crc32, putI32, putU16 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { OBJECT } from '../../firmware/core/handoff/protocol.js';
import { INDICATOR_LAYOUT, KEY } from '../../firmware/core/ports.js';
import { countZeros } from '../../firmware/core/record/frame.js';
import { FORMAT_VERSION } from '../../firmware/core/record/fields.js';
import { BOOT_REASON } from '../../firmware/core/record/schema.js';
import { WALL_SOURCE, WALL_UNKNOWN } from '../../firmware/core/units.js';
import { decodeCbor, type CborTag } from '../../host-sim/backend/cbor.js';
import { KeyPair } from '../../host-sim/backend/keys.js';
import {
  makeCertificate,
  readCertificate,
  readCheckpoint,
} from '../../host-sim/backend/objects.js';
import { GIAI, GRAI, seededEntropy } from '../host-sim/backend/support/fixtures.js';
import { Bench, sharedAuthority } from './support/bench.js';
import { dockedBench, packedBench, TestDock } from './support/dock.js';

/** The key identifier in the protected header of a COSE_Sign1. */
function kidOf(object: Uint8Array): Uint8Array {
  const { value } = decodeCbor(object, 'object') as unknown as CborTag;
  const [head] = value as unknown as [Uint8Array];
  return (decodeCbor(head, 'header') as ReadonlyMap<number, Uint8Array>).get(4)!;
}

describe('a start', () => {
  it('begins an empty journal with BOOT and CONFIG', async () => {
    const bench = (await Bench.make()).run(1);
    const [boot, config] = bench.records();
    assert.deepEqual(boot?.fields, {
      bootCount: 1,
      reason: BOOT_REASON.powerOn,
      wallSource: WALL_SOURCE.unset,
      wallS: WALL_UNKNOWN,
      wallUncertaintyS: 1,
    });
    const { samplePeriodS, probeCount, slotCount } = bench.limits;
    assert.deepEqual(config?.fields, { samplePeriodS, probeCount, slotCount, isHardware: 0 });
    assert.deepEqual(config.tail, bench.limits.slotProbes);
  });

  it('counts boots, with their reason and the clock that was kept', async () => {
    const { bench } = await dockedBench();
    bench.reboot({ offS: 100, reason: BOOT_REASON.watchdog });
    const { fields } = bench.last('boot');
    assert.deepEqual([fields['bootCount'], fields['reason']], [2, BOOT_REASON.watchdog]);
    assert.equal(fields['wallSource'], WALL_SOURCE.rtc);
    assert.ok(bench.clock.wallS - fields['wallS']! <= 1);
  });

  it('has a new epoch for every new journal, by entropy', async () => {
    const epochs = new Set<number>();
    const { bench, dock } = await dockedBench();
    for (let i = 0; i < 3; i++) {
      const hello = dock.ask(Uint8Array.of(1, 1));
      assert.ok(hello.type === 'hello' && hello.epoch >= 0);
      epochs.add(hello.epoch);
      bench.journalFlash.load(new Uint8Array(bench.limits.journalBytes).fill(0xff));
      bench.reboot();
      dock.arrive();
    }
    assert.equal(epochs.size, 3);
  });

  describe('finds its key’s identifier in the certificate', () => {
    it('whatever stands before and behind the key', async () => {
      const { dock } = await dockedBench();
      const { publicKey } = readCertificate(
        dock.get(OBJECT.certificate),
        dock.authority.rootPublicKey,
      );
      const checkpoint = dock.checkpoint();
      assert.deepEqual([...kidOf(checkpoint)], [...dock.bench.signer.publicKid]);
      assert.equal(readCheckpoint(checkpoint, { giai: GIAI, grai: GRAI, publicKey }).giai, GIAI);
    });

    it('of the longest identities', async () => {
      const root = KeyPair.generate(seededEntropy('root'));
      const giai = `8004${'9'.repeat(30)}`;
      const grai = `${GRAI.slice(0, 18)}${'Z'.repeat(16)}`;
      const publicKey = (await Bench.make()).signer.publicKey;
      const certificate = makeCertificate(root, { giai, grai, publicKey });
      const bench = await Bench.make({ certificate });
      const dock = new TestDock(bench.run(1)).arrive();
      assert.deepEqual(dock.get(OBJECT.certificate), certificate);
      assert.deepEqual([...kidOf(dock.checkpoint())], [...bench.signer.publicKid]);
    });

    it('and hands no certificate out that is none', async () => {
      const authority = await sharedAuthority();
      const good = authority.certificate({
        giai: GIAI,
        grai: GRAI,
        publicKey: KeyPair.generate(seededEntropy('k')).publicKey,
      });
      for (const certificate of [good.subarray(0, 100), authority.roles(), Uint8Array.of(1)]) {
        const bench = await Bench.make({ certificate: certificate.slice(0, 320) });
        const dock = new TestDock(bench.run(1)).arrive();
        const answer = dock.ask(Uint8Array.of(7, OBJECT.certificate, 0, 0));
        assert.equal(answer.type === 'error' && answer.fault, FAULT.absent);
      }
    });
  });

  it('goes on without certificate and root key: it measures, and hands nothing over', async () => {
    const bench = await Bench.make();
    bench.keyValue.stored.delete(KEY.certificate);
    bench.keyValue.stored.delete(KEY.rootPublicKey);
    bench.run(130);
    assert.equal(bench.records('reading').length, 3);
    const dock = new TestDock(bench).arrive();
    assert.equal(dock.roles(), FAULT.badSignature);
  });

  it('waits for slow parts: key-value store, erase, and steps meanwhile', async () => {
    const bench = await Bench.make();
    let steps = 0;
    for (; bench.indicator.showCount === 0 && steps < 1000; steps++) bench.step();
    assert.ok(steps > 1 && steps < 100);
    assert.equal(bench.records('boot').length, 1);
  });

  describe('stops and shows look on every slot, and leaves the flash alone,', () => {
    const STRANGE: readonly (readonly [string, (bench: Bench) => void])[] = [
      [
        'when the journal’s region holds something else',
        (bench) => bench.journalFlash.load(new Uint8Array(bench.limits.journalBytes).fill(0x5a)),
      ],
      [
        'when the journal is of a newer version',
        (bench) => {
          bench.run(1);
          const image = bench.journalFlash.image();
          image[4] = FORMAT_VERSION + 1;
          putU16(image, 68, countZeros(image, 0, 68)); // and whole otherwise (FORMAT.md)
          putI32(image, 72, crc32(image, 0, 68));
          bench.journalFlash.load(image);
          bench.reboot();
        },
      ],
    ];
    for (const [what, prepare] of STRANGE) {
      it(what, async () => {
        const bench = await Bench.make();
        prepare(bench);
        const before = bench.journalFlash.image();
        bench.run(200);
        assert.deepEqual(bench.journalFlash.image(), before);
        assert.deepEqual(bench.shown, ['look', 'look', 'look', 'look']);
        assert.equal(bench.indicator.shown[INDICATOR_LAYOUT.goCount], 0);
      });
    }
  });

  describe('tries again each minute, and shows look meanwhile,', () => {
    const { flashFailed, timeout, busy } = FAULT;
    const PASSING: readonly (readonly [string, number, (bench: Bench) => object, string])[] = [
      ['while the journal cannot be read', flashFailed, (bench) => bench.journalFlash, 'read'],
      ['while the catalogue cannot be read', timeout, (bench) => bench.catalogueFlash, 'read'],
      ['while no key can be asked for', busy, (bench) => bench.keyValue, 'startGet'],
      ['while no key comes', timeout, (bench) => bench.keyValue, 'poll'],
    ];
    for (const [what, fault, port, method] of PASSING) {
      it(what, async () => {
        const { bench } = await packedBench(1);
        bench.run(300);
        const before = bench.journalFlash.image();
        const stub = sinon.stub(port(bench), method as never) as sinon.SinonStub;
        stub.returns(fault);
        bench.reboot().run(150);
        assert.ok(stub.callCount > 1 && stub.callCount < 20, `${stub.callCount} calls`);
        assert.deepEqual(bench.shown, ['look', 'look', 'look', 'look']);
        assert.deepEqual(bench.journalFlash.image(), before);
        stub.restore();
        bench.run(120);
        assert.equal(bench.last('boot').fields['bootCount'], 2);
        assert.ok(bench.last('reading').uptimeS > 100);
        assert.deepEqual(bench.shown, ['go', 'empty', 'empty', 'empty']);
      });
    }

    it('when a read fails in the middle of the recovery: as if it had not begun', async () => {
      const { bench } = await packedBench(2);
      bench.run(2000);
      const { nowMs } = bench.clock;
      const image = bench.journalFlash.image();
      let callCount = 0; // reads before anything is erased: what follows is another matter
      const spy = sinon.spy(bench.journalFlash, 'read');
      const startErase = bench.journalFlash.startErase.bind(bench.journalFlash);
      const erase = sinon.stub(bench.journalFlash, 'startErase').callsFake((sector) => {
        callCount ||= spy.callCount;
        return startErase(sector);
      });
      bench.reboot();
      spy.restore();
      erase.restore();
      assert.ok(callCount > 8);
      for (let call = 0; call < callCount; call++) {
        bench.journalFlash.load(image);
        bench.clock.nowMs = nowMs;
        const read = sinon.stub(bench.journalFlash, 'read').callThrough();
        read.onCall(call).returns(FAULT.flashFailed);
        bench.reboot().run(61);
        read.restore();
        assert.equal(bench.last('boot').fields['bootCount'], 2, `read ${call}`);
        assert.deepEqual(bench.shown, ['go', 'go', 'empty', 'empty'], `read ${call}`);
      }
    });
  });

  it('knows its kits, profiles, roles and clock again', async () => {
    const { bench, dock } = await packedBench(2);
    assert.equal(dock.seal(), 1);
    bench.empty(1);
    bench.reboot({ offS: 10 }).run(60);
    assert.deepEqual([bench.verdict(0), bench.verdict(1)], ['usable', 'usable']);
    assert.deepEqual(bench.shown, ['go', 'empty', 'empty', 'empty']);
    dock.arrive();
    assert.equal(dock.open(), 1);
    bench.fill(1);
    assert.equal(dock.pack(1, 'S1'), 1);
    assert.deepEqual(bench.custody(1), ['taken', 'in', 'in']);
  });
});
