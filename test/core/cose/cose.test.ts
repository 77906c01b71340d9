import assert from 'node:assert/strict';
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import {
  CoseSign1,
  KID_BYTES_MAX,
  SIGN1_OVERHEAD_BYTES_MAX,
  Sign1View,
  SIGNATURE_BYTES,
} from '../../../firmware/core/cose/cose.js';
import { FAULT } from '../../../firmware/core/faults.js';
import { loadEncoder, Tagged, type Tree } from '../cbor/tree.js';

const SECRET_KEY = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
const PUBLIC_KEY = keyObject(p256.getPublicKey(SECRET_KEY, false).subarray(1));
const KID = Buffer.from('8004:735005385logger-7');
const PAYLOAD = Buffer.from('a3010102190400035820', 'hex');

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const kidArbitrary = fc.option(
  fc.uint8Array({ minLength: 1, maxLength: KID_BYTES_MAX, size: 'max' }),
);
const payloadArbitrary = fc.uint8Array({ maxLength: 400, size: 'max' });

function keyObject(xy: Uint8Array): KeyObject {
  const part = (at: number): string => Buffer.from(xy.subarray(at, at + 32)).toString('base64url');
  return createPublicKey({
    key: { kty: 'EC', crv: 'P-256', x: part(0), y: part(32) },
    format: 'jwk',
  });
}

function digestOf(cose: CoseSign1, view: Sign1View, message: Uint8Array): Uint8Array {
  const digest = new Uint8Array(32);
  cose.digestOf(view, message, digest, 0);
  return digest;
}

/** A signed message, as the container makes one: core, signature port, then the hole is filled. */
function signed(kid: Uint8Array | null, payload: Uint8Array): Uint8Array {
  const cose = new CoseSign1();
  const view = new Sign1View();
  const into = new Uint8Array(payload.length + SIGN1_OVERHEAD_BYTES_MAX);
  const length = cose.beginSign1(into, 0, kid, payload, payload.length, view);
  assert.ok(length > 0, `fault ${length}`);
  const digest = digestOf(cose, view, into);
  into.set(p256.sign(digest, SECRET_KEY, { prehash: false }), view.signatureAt);
  return into.subarray(0, length);
}

/** What a receiver says of bytes: the core finds the parts, the other library verifies. */
function isGenuine(message: Uint8Array, key = PUBLIC_KEY): boolean {
  const view = new Sign1View();
  if (new CoseSign1().parseSign1(message, 0, message.length, view) !== 0) return false;
  return verify(
    'sha256',
    sigStructureOf(message, view),
    { key, dsaEncoding: 'ieee-p1363' },
    message.subarray(view.signatureAt, view.signatureAt + SIGNATURE_BYTES),
  );
}

/** Sig_structure put together by hand (RFC 9052 §4.4) from the parts that the view names. */
function sigStructureOf(message: Uint8Array, view: Sign1View): Uint8Array {
  const protectedLength = message[view.protectedAt]! - 0x40;
  const isLong = protectedLength === 0x18; // 0x58: the length is the byte that follows
  const headerAt = view.protectedAt + (isLong ? 2 : 1);
  const headerLength = isLong ? message[view.protectedAt + 1]! : protectedLength;
  const payload = message.subarray(view.payloadAt, view.payloadAt + view.payloadLength);
  return Buffer.concat([
    bytesOf('846a5369676e617475726531'),
    isLong ? Uint8Array.of(0x58, headerLength) : Uint8Array.of(0x40 + headerLength),
    message.subarray(headerAt, headerAt + headerLength),
    bytesOf('40'),
    bytesOf(
      payload.length < 24
        ? (0x40 + payload.length).toString(16)
        : payload.length < 256
          ? '58' + payload.length.toString(16).padStart(2, '0')
          : '59' + payload.length.toString(16).padStart(4, '0'),
    ),
    payload,
  ]);
}

describe('cose: a message against cborg, noble and node:crypto', () => {
  let encode: (tree: Tree) => Uint8Array;

  before(async () => {
    encode = await loadEncoder();
  });

  function protectedOf(kid: Uint8Array | null): Uint8Array {
    const header = new Map<number, Tree>([[1, -7]]);
    if (kid !== null) header.set(4, kid);
    return encode(header);
  }

  it('has the bytes, the view and the digest that the RFC prescribes', () => {
    fc.assert(
      fc.property(kidArbitrary, payloadArbitrary, fc.nat(9), (kid, payload, at) => {
        const cose = new CoseSign1();
        const view = new Sign1View();
        const into = new Uint8Array(at + payload.length + SIGN1_OVERHEAD_BYTES_MAX).fill(0xa5);
        const length = cose.beginSign1(into, at, kid, payload, payload.length, view);
        const header = protectedOf(kid);
        const signature = new Uint8Array(SIGNATURE_BYTES);
        const expected = encode(new Tagged(18, [header, new Map(), payload, signature]));
        assert.equal(hexOf(into.subarray(at, at + length)), hexOf(expected));
        assert.equal(view.signatureAt, at + length - SIGNATURE_BYTES);
        const toBeSigned = encode(['Signature1', header, new Uint8Array(0), payload]);
        const digest = createHash('sha256').update(toBeSigned).digest();
        assert.equal(hexOf(digestOf(cose, view, into)), hexOf(digest));

        const parsed = new Sign1View();
        assert.equal(cose.parseSign1(into, at, length, parsed), 0);
        if (kid === null) parsed.kidAt = view.kidAt; // where no key is named, there is no place
        assert.deepEqual(parsed, view);
        assert.equal(hexOf(digestOf(cose, parsed, into)), hexOf(digest));
      }),
    );
  });

  it('signed by noble over the digest, is verified by node over the structure', () => {
    fc.assert(
      fc.property(kidArbitrary, payloadArbitrary, (kid, payload) => {
        assert.equal(isGenuine(signed(kid, payload)), true);
      }),
      { numRuns: 25 },
    );
  });

  it('names the key and the payload', () => {
    const message = signed(KID, PAYLOAD);
    const view = new Sign1View();
    assert.equal(new CoseSign1().parseSign1(message, 0, message.length, view), 0);
    assert.equal(hexOf(message.subarray(view.kidAt, view.kidAt + view.kidLength)), hexOf(KID));
    const payload = message.subarray(view.payloadAt, view.payloadAt + view.payloadLength);
    assert.equal(hexOf(payload), hexOf(PAYLOAD));
  });

  const refused: readonly (readonly [why: string, tree: () => Tree, fault: number])[] = [
    ['no tag', () => parts(), FAULT.malformed],
    ['the tag of COSE_Sign', () => new Tagged(98, parts()), FAULT.malformed],
    ['three parts', () => new Tagged(18, parts().slice(0, 3)), FAULT.malformed],
    ['five parts', () => new Tagged(18, [...parts(), 0]), FAULT.malformed],
    ['another algorithm (ES384)', () => changed(0, encode(new Map([[1, -35]]))), FAULT.malformed],
    ['no algorithm', () => changed(0, new Uint8Array(0)), FAULT.truncated],
    ['only a key identifier', () => changed(0, encode(new Map([[4, KID]]))), FAULT.malformed],
    ['-7 under another header', () => changed(0, encode(new Map([[2, -7]]))), FAULT.malformed],
    ['bytes under another header than kid', () => withHeader([5, KID]), FAULT.malformed],
    ['another protected header (3)', () => withHeader([3, 0]), FAULT.malformed],
    ['a key identifier that is text', () => withHeader([4, 'key']), FAULT.malformed],
    ['an empty key identifier', () => withHeader([4, new Uint8Array(0)]), FAULT.malformed],
    ['a key identifier too long', () => withHeader([4, new Uint8Array(33)]), FAULT.malformed],
    ['three protected headers', () => withHeader([3, 0], [4, KID]), FAULT.malformed],
    ['a protected header that is no map', () => changed(0, encode([1, -7])), FAULT.malformed],
    ['an unprotected header', () => changed(1, new Map([[4, KID]])), FAULT.malformed],
    ['a detached payload', () => changed(2, null), FAULT.malformed],
    ['a payload of text', () => changed(2, 'text'), FAULT.malformed],
    ['a signature of 63 bytes', () => changed(3, new Uint8Array(63)), FAULT.malformed],
    ['a signature of 65 bytes', () => changed(3, new Uint8Array(65)), FAULT.malformed],
  ];
  const parts = (): Tree[] => [
    protectedOf(KID),
    new Map(),
    PAYLOAD,
    new Uint8Array(SIGNATURE_BYTES),
  ];
  const changed = (index: number, part: Tree): Tree =>
    new Tagged(
      18,
      parts().map((old, i) => (i === index ? part : old)),
    );
  const withHeader = (...pairs: [number, Tree][]): Tree =>
    changed(0, encode(new Map<number, Tree>([[1, -7], ...pairs])));

  it('is accepted in the form that the refused ones depart from', () => {
    const bytes = encode(new Tagged(18, parts()));
    assert.equal(new CoseSign1().parseSign1(bytes, 0, bytes.length, new Sign1View()), 0);
  });
  for (const [why, tree, fault] of refused) {
    it(`is refused with ${why}`, () => {
      const bytes = encode(tree());
      assert.equal(new CoseSign1().parseSign1(bytes, 0, bytes.length, new Sign1View()), fault);
    });
  }
});

describe('cose: RFC 9052 Appendix C.2.1', () => {
  it('verifies: same header and payload, hence the same signature (its kid is unprotected)', () => {
    const payload = Buffer.from('This is the content.');
    const cose = new CoseSign1();
    const view = new Sign1View();
    const message = new Uint8Array(payload.length + SIGN1_OVERHEAD_BYTES_MAX);
    const length = cose.beginSign1(message, 0, null, payload, payload.length, view);
    const signature = bytesOf(
      '8eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4d25a91aef0b0117e' +
        '2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36',
    );
    message.set(signature, view.signatureAt);
    const key = bytesOf(
      'bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff' +
        '20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e',
    );
    assert.equal(isGenuine(message.subarray(0, length), keyObject(key)), true);
    const publicKey = Uint8Array.of(4, ...key);
    const options = { prehash: false, lowS: false };
    assert.equal(p256.verify(signature, digestOf(cose, view, message), publicKey, options), true);
  });
});

describe('cose: tampering', () => {
  const message = signed(KID, PAYLOAD);

  it('is found at every bit of a message', () => {
    assert.equal(isGenuine(message), true);
    for (let bit = 0; bit < 8 * message.length; bit++) {
      const tampered = Uint8Array.from(message);
      tampered[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(isGenuine(tampered), false, `byte ${bit >> 3}, bit ${bit & 7}`);
    }
  });

  it('is found when a byte is cut off or added, at either end', () => {
    assert.equal(isGenuine(message.subarray(1)), false);
    assert.equal(isGenuine(message.subarray(0, -1)), false);
    assert.equal(isGenuine(Uint8Array.of(...message, 0)), false);
    assert.equal(isGenuine(Uint8Array.of(0, ...message)), false);
  });

  it('is found when the key identifier or the payload of another message is put in', () => {
    const other = signed(Buffer.from('8004:735005385logger-8'), PAYLOAD);
    const mixed = Uint8Array.from(message);
    mixed.set(other.subarray(0, -SIGNATURE_BYTES));
    assert.equal(isGenuine(mixed), false);
  });

  it('of a random kind is never taken for genuine, and never makes the parser throw', () => {
    const edits = fc.array(fc.tuple(fc.nat(message.length - 1), fc.nat(255)), { minLength: 1 });
    fc.assert(
      fc.property(edits, (changes) => {
        const tampered = Uint8Array.from(message);
        for (const [at, byte] of changes) tampered[at] = byte;
        assert.equal(isGenuine(tampered), hexOf(tampered) === hexOf(message));
      }),
    );
  });
});

describe('cose: limits', () => {
  it('an overhead of SIGN1_OVERHEAD_BYTES_MAX is reached and not passed', () => {
    const payload = new Uint8Array(65536);
    const into = new Uint8Array(payload.length + SIGN1_OVERHEAD_BYTES_MAX);
    const kid = new Uint8Array(KID_BYTES_MAX);
    const cose = new CoseSign1();
    const length = cose.beginSign1(into, 0, kid, payload, payload.length, new Sign1View());
    assert.equal(length, into.length);
  });

  it('a buffer too small is an overflow, at every size', () => {
    const whole = signed(KID, PAYLOAD).length;
    const cose = new CoseSign1();
    for (let size = 0; size < whole; size++) {
      const into = new Uint8Array(size);
      const answer = cose.beginSign1(into, 0, KID, PAYLOAD, PAYLOAD.length, new Sign1View());
      assert.equal(answer, FAULT.overflow, `size ${size}`);
    }
  });

  it('a key identifier is 1 to KID_BYTES_MAX bytes', () => {
    const into = new Uint8Array(400);
    const cose = new CoseSign1();
    for (const length of [0, KID_BYTES_MAX + 1]) {
      const kid = new Uint8Array(length);
      assert.equal(cose.beginSign1(into, 0, kid, PAYLOAD, 4, new Sign1View()), FAULT.malformed);
    }
  });

  it('one object serves one message after the other', () => {
    const cose = new CoseSign1();
    const view = new Sign1View();
    const first = signed(KID, PAYLOAD);
    const second = signed(null, new Uint8Array(300));
    assert.equal(cose.parseSign1(first, 0, first.length, view), 0);
    const digest = hexOf(digestOf(cose, view, first));
    assert.equal(cose.parseSign1(second, 0, second.length, view), 0);
    assert.equal(view.kidLength, 0);
    assert.equal(cose.parseSign1(second, 0, 9, view), FAULT.truncated);
    assert.equal(cose.parseSign1(first, 0, first.length, view), 0);
    assert.equal(hexOf(digestOf(cose, view, first)), digest);
  });
});
