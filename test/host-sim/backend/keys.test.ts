import assert from 'node:assert/strict';
import { sign, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { KeyPair, kidOf, sha256, verifySignature } from '../../../host-sim/backend/keys.js';
import { bytesOfHex, hexOf, seededEntropy } from './support/fixtures.js';

describe('backend/keys: P-256 keys and ES256 signatures', () => {
  // RFC 6979 A.2.5: the key, and the signatures with SHA-256.
  const key = KeyPair.fromSecret(
    bytesOfHex('C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721'),
  );
  const vectors = [
    [
      'sample',
      'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716',
      'F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8',
    ],
    [
      'test',
      'F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367',
      '019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083',
    ],
  ] as const;

  it('has the public key of RFC 6979 A.2.5', () => {
    assert.equal(
      hexOf(key.publicKey),
      '60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6' +
        '7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
    );
  });

  for (const [message, r, s] of vectors) {
    it(`signs '${message}' as RFC 6979 A.2.5 says, s not lowered`, () => {
      assert.equal(hexOf(key.sign(Buffer.from(message))).toUpperCase(), r + s);
    });
  }

  it('names a key by the first 8 bytes of the hash of x and y', () => {
    assert.deepEqual(key.kid, sha256(key.publicKey).subarray(0, 8));
    assert.deepEqual(kidOf(key.publicKey), key.kid);
  });

  it('makes the same keys from the same entropy, and others from other', () => {
    const make = (seed: string) => hexOf(KeyPair.generate(seededEntropy(seed)).publicKey);
    assert.equal(make('a'), make('a'));
    assert.notEqual(make('a'), make('b'));
  });

  it('verifies what it signed, and nothing that was altered by one bit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(511), (message, bit) => {
        const signature = key.sign(message);
        assert.ok(verifySignature(key.publicKey, message, signature));
        signature[bit >> 3]! ^= 1 << (bit & 7);
        assert.ok(!verifySignature(key.publicKey, message, signature));
      }),
      { numRuns: 30 },
    );
  });

  it("verifies what Node's own crypto signed", () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const point = Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
    const message = Buffer.from('checkpoint');
    const signature = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    assert.ok(verifySignature(point, message, signature));
  });

  it('refuses what is no key, no digest, no entropy', () => {
    assert.throws(() => KeyPair.fromSecret(new Uint8Array(32)), /No secret key of P-256/);
    assert.throws(() => KeyPair.generate(() => new Uint8Array(3)), /gave 3 bytes, expected 48/);
    assert.throws(() => key.signDigest(new Uint8Array(31)), /31 bytes, expected 32/);
    const signature = new Uint8Array(64);
    const noPoint = new Uint8Array(64).fill(1);
    assert.throws(() => verifySignature(noPoint, signature, signature), /no point of P-256/);
    assert.throws(() => verifySignature(new Uint8Array(65), signature, signature), /65 bytes/);
    assert.equal(verifySignature(key.publicKey, signature, new Uint8Array(63)), false);
  });
});
