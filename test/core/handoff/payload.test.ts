import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CborReader } from '../../../firmware/core/cbor/cbor.js';
import { FAULT } from '../../../firmware/core/faults.js';
import { parsePayload, PayloadView } from '../../../firmware/core/handoff/payload.js';
import { PAYLOAD } from '../../../firmware/core/handoff/protocol.js';
import { WALL_UNKNOWN } from '../../../firmware/core/units.js';
import { type CborValue, encodeCbor, loadCbor } from '../../../host-sim/backend/cbor.js';
import { bytesOf, textOf } from '../../../host-sim/world/labels.js';
import { GIAI } from '../../host-sim/backend/support/fixtures.js';

const NONCE = Uint8Array.from({ length: 16 }, (_, i) => 100 + i);
const HASH = Uint8Array.from({ length: 32 }, (_, i) => i);

const all = (): Map<number, CborValue> =>
  new Map<number, CborValue>([
    [PAYLOAD.kind, 6],
    [PAYLOAD.giai, bytesOf(GIAI)],
    [PAYLOAD.nonce, NONCE],
    [PAYLOAD.counter, 12],
    [PAYLOAD.body, new Map<number, CborValue>([[1, 2]])],
    [PAYLOAD.epoch, -7],
    [PAYLOAD.sequence, 4711],
    [PAYLOAD.chainHash, HASH],
    [PAYLOAD.boot, 3],
    [PAYLOAD.uptimeS, 86400],
    [PAYLOAD.wallS, 163144800],
  ]);

function parse(bytes: Uint8Array, view = new PayloadView()): number {
  return parsePayload(new CborReader(), bytes, 0, bytes.length, view);
}

describe('a signed payload', () => {
  before(loadCbor);

  it('is taken apart by its keys, without copying', () => {
    const bytes = encodeCbor(all());
    const view = new PayloadView();
    assert.equal(parse(bytes, view), 0);
    assert.deepEqual([view.kind, view.counter, view.epoch, view.sequence], [6, 12, -7, 4711]);
    assert.equal(textOf(bytes, view.giaiAt, view.giaiLength), GIAI);
    assert.deepEqual(bytes.subarray(view.nonceAt, view.nonceAt + view.nonceLength), NONCE);
    assert.deepEqual(bytes.subarray(view.hashAt, view.hashAt + view.hashLength), HASH);
    assert.equal(view.wallS, 163144800);
  });

  it('gives a body as the item that it is, and a wrapped one as what is wrapped', () => {
    const bodyOf = (body: CborValue): Uint8Array => {
      const bytes = encodeCbor(all().set(PAYLOAD.body, body));
      const view = new PayloadView();
      assert.equal(parse(bytes, view), 0);
      return bytes.slice(view.bodyAt, view.bodyAt + view.bodyLength);
    };
    const list: CborValue = [[1, [2, 'three']], new Map([[4, true]])];
    assert.deepEqual(bodyOf(list), encodeCbor(list));
    assert.deepEqual(bodyOf(Uint8Array.of(9, 8, 7)), Uint8Array.of(9, 8, 7));
  });

  it('may have any of the keys, and says which were missing', () => {
    const view = new PayloadView();
    parse(encodeCbor(all()), view);
    assert.equal(parse(encodeCbor(new Map([[PAYLOAD.kind, 3]])), view), 0);
    assert.deepEqual([view.kind, view.counter, view.epoch, view.sequence], [3, 0, 0, 0]);
    assert.deepEqual([view.giaiLength, view.nonceLength], [0, 0]);
    assert.deepEqual([view.bodyLength, view.hashLength, view.wallS], [0, 0, WALL_UNKNOWN]);
  });

  it('has no wall time where that is null', () => {
    const view = new PayloadView();
    assert.equal(parse(encodeCbor(all().set(PAYLOAD.wallS, null)), view), 0);
    assert.equal(view.wallS, WALL_UNKNOWN);
  });

  it('passes over keys that a later version adds', () => {
    assert.equal(parse(encodeCbor(all().set(12, [1, new Map([[1, 'x']])]))), 0);
  });

  const WRONG: readonly (readonly [string, number, CborValue])[] = [
    ['a kind in words', PAYLOAD.kind, 'receipt'],
    ['a logger in text', PAYLOAD.giai, GIAI],
    ['a number for a nonce', PAYLOAD.nonce, 1],
    ['a negative counter', PAYLOAD.counter, -1],
    ['a fractional counter', PAYLOAD.counter, 1.5],
    ['a hash in text', PAYLOAD.chainHash, 'hash'],
    ['a wall time in bytes', PAYLOAD.wallS, Uint8Array.of(1)],
  ];
  for (const [what, key, value] of WRONG) {
    it(`is malformed with ${what}`, () => {
      assert.equal(parse(encodeCbor(all().set(key, value))), FAULT.malformed);
    });
  }

  it('is refused where a key comes twice or out of order', () => {
    assert.equal(parse(Uint8Array.of(0xa2, 1, 6, 1, 6)), FAULT.malformed);
    assert.equal(parse(Uint8Array.of(0xa2, 4, 1, 1, 6)), FAULT.malformed);
  });

  it('is refused where a counter leaves the int32 range', () => {
    assert.equal(parse(encodeCbor(all().set(PAYLOAD.counter, 2 ** 31))), FAULT.overflow);
  });

  it('is refused where it is cut off, and with a byte more', () => {
    const bytes = encodeCbor(all());
    for (let length = 0; length < bytes.length; length++) {
      assert.ok(parse(bytes.subarray(0, length)) < 0, `${length} bytes`);
    }
    assert.ok(parse(Uint8Array.from([...bytes, 0])) < 0);
  });

  it('throws at no bytes whatever, and points at nothing outside them', () => {
    const bytes = encodeCbor(all());
    const change = fc.record({ at: fc.nat(bytes.length - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = bytes.slice();
        for (const { at, value } of changes) changed[at] = value;
        const view = new PayloadView();
        if (parse(changed, view) < 0) return;
        assert.ok(view.giaiAt + view.giaiLength <= changed.length);
        assert.ok(view.bodyAt + view.bodyLength <= changed.length);
        assert.ok(view.hashAt + view.hashLength <= changed.length);
      }),
    );
    fc.assert(fc.property(fc.uint8Array(), (any) => assert.ok(parse(any) <= 0)));
  });
});
