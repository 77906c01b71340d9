/**
 * What every key-value, entropy, indicator and watchdog port keeps to.
 */
import assert from 'node:assert/strict';
import { FAULT } from '../../firmware/core/faults.js';
import {
  type EntropyPort,
  INDICATOR_LAYOUT,
  INDICATOR_SLOT,
  type IndicatorPort,
  KEY,
  type KeyValuePort,
  type WatchdogPort,
} from '../../firmware/core/ports.js';

export interface KeyValueRig {
  readonly port: KeyValuePort;
  advance(ms: number): void;
}

const KEY_VALUE_MS_MAX = 500;

export function keyValuePortContract(name: string, make: () => KeyValueRig): void {
  describe(`the key-value port of ${name}`, () => {
    const put = (rig: KeyValueRig, key: number, bytes: Uint8Array, length: number): number => {
      const started = rig.port.startPut(key, bytes, length);
      if (started < 0) return started;
      rig.advance(KEY_VALUE_MS_MAX);
      return rig.port.poll(new Uint8Array(0));
    };
    const get = (rig: KeyValueRig, key: number, into: Uint8Array): number => {
      assert.equal(rig.port.startGet(key), 0);
      rig.advance(KEY_VALUE_MS_MAX);
      return rig.port.poll(into);
    };

    it('keeps what was put under each key, and what was put last', () => {
      const rig = make();
      const into = new Uint8Array(8);
      const keys = Object.values(KEY);
      for (const key of keys) assert.equal(put(rig, key, Uint8Array.of(9, key, 9), 2), 1);
      for (const key of keys) {
        assert.equal(get(rig, key, into), 2);
        assert.deepEqual([...into.subarray(0, 3)], [9, key, 0]);
      }
      assert.equal(put(rig, KEY.certificate, Uint8Array.of(1, 2, 3), 3), 1);
      assert.equal(get(rig, KEY.certificate, into), 3);
      assert.deepEqual([...into.subarray(0, 3)], [1, 2, 3]);
    });

    it('puts the bytes of the call, whatever the caller does to its buffer afterwards', () => {
      const rig = make();
      const bytes = Uint8Array.of(1, 2);
      rig.port.startPut(KEY.certificate, bytes, 2);
      bytes.fill(7);
      rig.advance(KEY_VALUE_MS_MAX);
      assert.equal(rig.port.poll(bytes), 1);
      const into = new Uint8Array(2);
      assert.equal(get(rig, KEY.certificate, into), 2);
      assert.deepEqual([...into], [1, 2]);
    });

    it('has one job at a time, and none that was not started', () => {
      const rig = make();
      assert.equal(rig.port.poll(new Uint8Array(4)), FAULT.absent);
      assert.equal(rig.port.startGet(KEY.loggerGiai), 0);
      assert.equal(rig.port.startGet(KEY.loggerGiai), FAULT.busy);
      assert.equal(rig.port.startPut(KEY.loggerGiai, new Uint8Array(1), 1), FAULT.busy);
    });

    it('says that a key is not there, and that it does not fit', () => {
      const rig = make();
      assert.equal(get(rig, KEY.certificate, new Uint8Array(4)), FAULT.absent);
      put(rig, KEY.certificate, new Uint8Array(5), 5);
      assert.equal(get(rig, KEY.certificate, new Uint8Array(4)), FAULT.overflow);
      assert.equal(get(rig, KEY.certificate, new Uint8Array(5)), 5);
      assert.equal(put(rig, KEY.certificate, new Uint8Array(5), 6), FAULT.overflow);
    });
  });
}

export function entropyPortContract(name: string, make: () => EntropyPort): void {
  describe(`the entropy port of ${name}`, () => {
    it('fills as many bytes as were asked for, and no more', () => {
      const port = make();
      const into = new Uint8Array(64).fill(1);
      assert.equal(port.fill(into, 32), 32);
      assert.ok(into.subarray(0, 32).some((byte) => byte !== 1));
      assert.ok(into.subarray(32).every((byte) => byte === 1));
      assert.equal(port.fill(into, 0), 0);
    });

    it('gives other bytes at every call', () => {
      const port = make();
      const [first, second] = [new Uint8Array(16), new Uint8Array(16)];
      port.fill(first, 16);
      port.fill(second, 16);
      assert.notDeepEqual(first, second);
    });

    it('writes to no byte outside the buffer', () => {
      assert.equal(make().fill(new Uint8Array(4), 5), FAULT.overflow);
      assert.equal(make().fill(new Uint8Array(4), -1), FAULT.overflow);
    });
  });
}

export function indicatorPortContract(
  name: string,
  make: (slotCount: number) => IndicatorPort,
): void {
  describe(`the indicator port of ${name}`, () => {
    it('takes a sign for every slot it has, from the start of a buffer', () => {
      const port = make(4);
      const bytes = new Uint8Array(INDICATOR_LAYOUT.slots + 16).fill(INDICATOR_SLOT.look);
      assert.equal(port.show(bytes, INDICATOR_LAYOUT.slots + 4), 0);
      assert.equal(port.show(bytes, INDICATOR_LAYOUT.slots + 3), FAULT.badLength);
      assert.equal(port.show(bytes, INDICATOR_LAYOUT.slots + 5), FAULT.badLength);
    });
  });
}

export function watchdogPortContract(name: string, make: () => WatchdogPort): void {
  describe(`the watchdog port of ${name}`, () => {
    it('is kicked as often as one likes', () => {
      const port = make();
      assert.deepEqual([port.kick(), port.kick()], [0, 0]);
    });
  });
}
