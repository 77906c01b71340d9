import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { FAULT } from '../../../firmware/core/faults.js';
import {
  INDICATOR_LAYOUT,
  INDICATOR_SLOT,
  KEY,
  VERIFY_LAYOUT,
} from '../../../firmware/core/ports.js';
import { BOOT_REASON } from '../../../firmware/core/record/schema.js';
import { createHash } from 'node:crypto';
import { makeRig } from './fixture.js';

const digestOf = (text: string) => new Uint8Array(createHash('sha256').update(text).digest());

describe('the key-value store', () => {
  it('keeps what was put, over a boot; as jobs', () => {
    const rig = makeRig();
    const { keyValue } = rig.ports;
    const into = new Uint8Array(64);
    assert.equal(keyValue.poll(into), FAULT.absent);
    assert.equal(keyValue.startPut(KEY.loggerGiai, Uint8Array.of(1, 2, 3, 4), 3), 0);
    assert.equal(keyValue.startGet(KEY.loggerGiai), FAULT.busy);
    assert.equal(keyValue.poll(into), 0);
    rig.world.advanceTo(50);
    assert.equal(keyValue.poll(into), 1);
    rig.boot(BOOT_REASON.powerOn);
    keyValue.startGet(KEY.loggerGiai);
    rig.world.advanceTo(100);
    assert.equal(keyValue.poll(into), 3);
    assert.deepEqual([...into.subarray(0, 4)], [1, 2, 3, 0]);
    assert.deepEqual(rig.keyValue.peek(KEY.loggerGiai), Uint8Array.of(1, 2, 3));
  });

  it('does not keep a put that was running at a boot', () => {
    const rig = makeRig();
    rig.ports.keyValue.startPut(KEY.loggerGiai, Uint8Array.of(1), 1);
    rig.boot(BOOT_REASON.brownOut);
    assert.equal(rig.keyValue.peek(KEY.loggerGiai), undefined);
  });

  it('has what provisioning put, and nothing under other keys', () => {
    const rig = makeRig();
    rig.keyValue.provision(KEY.rootPublicKey, new Uint8Array(64).fill(7));
    const get = (key: number, into: Uint8Array) => {
      rig.ports.keyValue.startGet(key);
      rig.world.advanceTo(rig.world.nowMs + 10);
      return rig.ports.keyValue.poll(into);
    };
    assert.equal(get(KEY.rootPublicKey, new Uint8Array(64)), 64);
    assert.equal(get(KEY.rootPublicKey, new Uint8Array(63)), FAULT.overflow);
    assert.equal(get(KEY.certificate, new Uint8Array(64)), FAULT.absent);
  });
});

describe('the signer', () => {
  const sign = (seed: number, text: string) => {
    const rig = makeRig({}, { seed });
    assert.equal(rig.ports.signer.startSign(digestOf(text)), 0);
    assert.equal(rig.ports.signer.startSign(digestOf(text)), FAULT.busy);
    const into = new Uint8Array(64);
    assert.equal(rig.ports.signer.poll(into), 0);
    rig.world.advanceTo(1000);
    assert.equal(rig.ports.signer.poll(into), 64);
    assert.equal(rig.ports.signer.poll(into), FAULT.absent);
    return { rig, signature: into };
  };

  it('signs as ES256 does: Node’s crypto agrees', () => {
    const { rig, signature } = sign(1, 'plasma');
    const [x, y] = [0, 32].map((from) =>
      Buffer.from(rig.signer.publicKey.subarray(from, from + 32)).toString('base64url'),
    );
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
    const options = { key, dsaEncoding: 'ieee-p1363' } as const;
    assert.ok(verify('sha256', Buffer.from('plasma'), options, signature));
    assert.ok(!verify('sha256', Buffer.from('plasmb'), options, signature));
  });

  it('signs the same for a seed, otherwise for another', () => {
    assert.deepEqual(sign(1, 'plasma').signature, sign(1, 'plasma').signature);
    assert.notDeepEqual(sign(1, 'plasma').signature, sign(2, 'plasma').signature);
    assert.notDeepEqual(sign(1, 'plasma').signature, sign(1, 'blood').signature);
  });

  it('verifies what was signed, and nothing that differs in one bit', () => {
    const { rig, signature } = sign(3, 'plasma');
    const request = new Uint8Array(VERIFY_LAYOUT.bytes);
    request.set(rig.signer.publicKey, VERIFY_LAYOUT.publicKey);
    request.set(signature, VERIFY_LAYOUT.signature);
    request.set(digestOf('plasma'), VERIFY_LAYOUT.digest);
    const check = (bytes: Uint8Array) => {
      assert.equal(rig.ports.signer.startVerify(bytes), 0);
      rig.world.advanceTo(rig.world.nowMs + 1000);
      return rig.ports.signer.poll(new Uint8Array(64));
    };
    assert.equal(check(request), 1);
    for (let at = 0; at < request.length; at += 9) {
      const other = request.slice();
      other[at]! ^= 0x10;
      assert.equal(check(other), FAULT.badSignature, `byte ${at}`);
    }
    assert.equal(rig.ports.signer.startVerify(request.slice(1)), FAULT.badLength);
  });

  it('keeps its key over a boot', () => {
    const { rig, signature } = sign(1, 'plasma');
    rig.boot(BOOT_REASON.powerOn);
    rig.ports.signer.startSign(digestOf('plasma'));
    rig.world.advanceTo(5000);
    const again = new Uint8Array(64);
    rig.ports.signer.poll(again);
    assert.deepEqual(again, signature);
  });
});

describe('entropy', () => {
  const fill = (seed: number) => {
    const bytes = new Uint8Array(32);
    assert.equal(makeRig({}, { seed }).ports.entropy.fill(bytes, 32), 32);
    return bytes;
  };

  it('follows the seed', () => {
    assert.deepEqual(fill(1), fill(1));
    assert.notDeepEqual(fill(1), fill(2));
  });

  it('does not repeat itself after a boot', () => {
    const rig = makeRig();
    const [before, after] = [new Uint8Array(16), new Uint8Array(16)];
    rig.ports.entropy.fill(before, 16);
    rig.boot(BOOT_REASON.powerOn);
    rig.ports.entropy.fill(after, 16);
    assert.notDeepEqual(before, after);
    assert.equal(rig.ports.entropy.fill(before, 17), FAULT.overflow);
  });
});

describe('indicator and watchdog', () => {
  it('keep what was shown, counted by what slots say', () => {
    const rig = makeRig();
    const bytes = new Uint8Array(INDICATOR_LAYOUT.slots + 2);
    bytes.set([INDICATOR_SLOT.go, INDICATOR_SLOT.no], INDICATOR_LAYOUT.slots);
    assert.deepEqual(rig.indicator.counts(), { empty: 2, go: 0, look: 0, no: 0 });
    assert.equal(rig.ports.indicator.show(bytes, bytes.length), 0);
    bytes.fill(0);
    assert.deepEqual(rig.indicator.counts(), { empty: 0, go: 1, look: 0, no: 1 });
    assert.equal(rig.ports.indicator.show(bytes, 3), FAULT.badLength);
    rig.boot(BOOT_REASON.powerOn);
    assert.deepEqual(rig.indicator.counts(), { empty: 2, go: 0, look: 0, no: 0 });
  });

  it('know the longest silence', () => {
    const rig = makeRig();
    for (const ms of [1000, 9000, 10_000]) {
      rig.world.advanceTo(ms);
      rig.ports.watchdog.kick();
    }
    assert.equal(rig.watchdog.longestSilenceMs, 8000);
    assert.equal(rig.watchdog.kickCount, 3);
  });
});
