import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { Sha256, SHA256_DIGEST_BYTES, SHA256_STATE_WORDS } from '../../firmware/core/sha256.js';

// NIST, "SHA-256 examples" and the short messages of the CAVP byte-oriented vectors.
const VECTORS: readonly (readonly [message: string, digest: string])[] = [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['616263', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    Buffer.from('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq').toString('hex'),
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  ['d3', '28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1'],
  ['11af', '5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98'],
  ['74ba2521', 'b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e'],
  ['c299209682', 'f0887fe961c9cd3beab957e8222494abb969b1ce4c6557976df8b0f6d20e9166'],
];

function digestOf(hash: Sha256): string {
  const into = new Uint8Array(SHA256_DIGEST_BYTES + 2).fill(0xa5);
  hash.digest(into, 1);
  assert.deepEqual([into[0], into[SHA256_DIGEST_BYTES + 1]], [0xa5, 0xa5], 'only 32 bytes written');
  return Buffer.from(into.subarray(1, 1 + SHA256_DIGEST_BYTES)).toString('hex');
}

function nodeDigestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Any bytes, and lengths to cut them into. */
const message = fc.uint8Array({ maxLength: 400, size: 'max' });
const cuts = fc.array(fc.nat(90), { maxLength: 20, size: 'max' });

function* chunksOf(bytes: Uint8Array, lengths: readonly number[]): Generator<[number, number]> {
  let at = 0;
  for (const length of lengths) {
    const end = Math.min(at + length, bytes.length);
    yield [at, end - at];
    at = end;
  }
  yield [at, bytes.length - at];
}

describe('sha256', () => {
  for (const [hex, digest] of VECTORS) {
    it(`gives the NIST digest of ${hex === '' ? 'nothing' : hex.slice(0, 24)}`, () => {
      const bytes = Buffer.from(hex, 'hex');
      const hash = new Sha256();
      hash.update(bytes, 0, bytes.length);
      assert.equal(digestOf(hash), digest);
    });
  }

  it('gives the NIST digest of a million times "a"', () => {
    const hash = new Sha256();
    const bytes = new Uint8Array(1000).fill(0x61);
    for (let i = 0; i < 1000; i++) hash.update(bytes, 0, 1000);
    assert.equal(
      digestOf(hash),
      'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
    );
  });

  it('agrees with node:crypto at every length around the padding, 0..200', () => {
    const bytes = Uint8Array.from({ length: 200 }, (_, i) => (i * 167 + 13) & 255);
    for (let length = 0; length <= bytes.length; length++) {
      const hash = new Sha256();
      hash.update(bytes, 0, length);
      assert.equal(digestOf(hash), nodeDigestOf(bytes.subarray(0, length)), `length ${length}`);
    }
  });

  it('is indifferent to how the message is cut and where it lies', () => {
    fc.assert(
      fc.property(message, cuts, fc.nat(7), (bytes, lengths, offset) => {
        const padded = new Uint8Array(bytes.length + 16).fill(0xee);
        padded.set(bytes, offset);
        const hash = new Sha256();
        for (const [at, length] of chunksOf(bytes, lengths)) {
          hash.update(padded, offset + at, length);
        }
        assert.equal(digestOf(hash), nodeDigestOf(bytes));
      }),
    );
  });

  it('goes on after a digest as if none had been taken', () => {
    fc.assert(
      fc.property(message, cuts, (bytes, lengths) => {
        const hash = new Sha256();
        for (const [at, length] of chunksOf(bytes, lengths)) {
          hash.update(bytes, at, length);
          assert.equal(digestOf(hash), nodeDigestOf(bytes.subarray(0, at + length)));
          assert.equal(digestOf(hash), nodeDigestOf(bytes.subarray(0, at + length)));
        }
      }),
    );
  });

  it('begins anew after reset, whatever was hashed before', () => {
    fc.assert(
      fc.property(message, message, (before, bytes) => {
        const hash = new Sha256();
        hash.update(before, 0, before.length);
        hash.reset();
        hash.update(bytes, 0, bytes.length);
        assert.equal(digestOf(hash), nodeDigestOf(bytes));
      }),
    );
  });

  it('resumes in another object from a saved state, at any point', () => {
    fc.assert(
      fc.property(message, fc.nat(400), message, (bytes, cut, other) => {
        const at = Math.min(cut, bytes.length);
        const first = new Sha256();
        first.update(bytes, 0, at);
        const saved = new Int32Array(SHA256_STATE_WORDS + 2).fill(-1);
        first.saveState(saved, 1);
        assert.deepEqual([saved[0], saved[SHA256_STATE_WORDS + 1]], [-1, -1]);
        const second = new Sha256();
        second.update(other, 0, other.length);
        second.loadState(saved, 1);
        second.update(bytes, at, bytes.length - at);
        assert.equal(digestOf(second), nodeDigestOf(bytes));
        assert.equal(
          digestOf(first),
          nodeDigestOf(bytes.subarray(0, at)),
          'saving changes nothing',
        );
      }),
    );
  });

  it('counts its length beyond 2^29 bytes, where the bit length needs its second word', () => {
    // A state as after 2^29 bytes can be had without hashing them: the length is its last word.
    const saved = new Int32Array(SHA256_STATE_WORDS);
    const hash = new Sha256();
    hash.saveState(saved, 0);
    saved[SHA256_STATE_WORDS - 1] = 2 ** 29;
    hash.loadState(saved, 0);
    const withLength = digestOf(hash);
    // The same chaining value over a block that is the padding of 2^29 bytes, spelt out.
    const block = new Uint8Array(64);
    block[0] = 0x80;
    block[59] = 1; // 2^32 bits, big-endian in the last eight bytes
    const spelt = new Sha256();
    spelt.update(block, 0, 64);
    spelt.saveState(saved, 0);
    const chaining = new DataView(new ArrayBuffer(32));
    for (let i = 0; i < 8; i++) chaining.setInt32(4 * i, saved[16 + i]!);
    assert.equal(withLength, Buffer.from(chaining.buffer).toString('hex'));
  });
});
