import assert from 'node:assert/strict';
import { decodeCbor, encodeCbor, loadCbor } from '../../../host-sim/backend/cbor.js';
import { makeSign1, openSign1, parseSign1 } from '../../../host-sim/backend/cose-host.js';
import { KeyPair } from '../../../host-sim/backend/keys.js';
import { bytesOfHex, hexOf, seededEntropy } from './support/fixtures.js';

describe('backend/cose-host: COSE_Sign1 and the CBOR beneath', () => {
  before(loadCbor);
  const key = KeyPair.generate(seededEntropy('signer'));
  const stranger = KeyPair.generate(seededEntropy('stranger'));
  const payload = () =>
    encodeCbor(
      new Map<number, number | null>([
        [1, 2],
        [11, null],
      ]),
    );

  it('writes maps in ascending order of their keys, whatever order they were made in', () => {
    const map = new Map<number, number | null | Uint8Array>([
      [24, null],
      [4, Uint8Array.of(10)],
      [1, -7],
    ]);
    assert.equal(hexOf(encodeCbor(map)), 'a3' + '0126' + '04410a' + '1818f6');
  });

  const loose = [
    ['a2040a0126', /not deterministic CBOR/, 'keys that descend'],
    ['a10118 07', /no CBOR/, 'a number longer than it need be'],
    ['9f01ff', /no CBOR/, 'a length that is not told'],
    ['a201010102', /no CBOR/, 'the same key twice'],
    ['0101', /no CBOR/, 'more than one value'],
    ['f7', /no CBOR/, 'undefined'],
    ['fb3ff8000000000000', /expected an integer/, 'a fraction'],
    ['a1616101', /map key that is no integer/, 'a key in words'],
    ['1b0020000000000000', /no CBOR|expected an integer/, 'a number beyond 2^53'],
  ] as const;
  for (const [hex, message, what] of loose) {
    it(`refuses ${what}`, () => {
      assert.throws(() => decodeCbor(bytesOfHex(hex), 'input'), message);
    });
  }

  it('is tag 18 around protected header, empty map, payload and signature', () => {
    const bytes = makeSign1(key, payload());
    assert.equal(
      hexOf(bytes).slice(0, -128),
      'd284' + '4d' + 'a2012604' + '48' + hexOf(key.kid) + 'a0' + '45a201020bf6' + '5840',
    );
    assert.equal(bytes.length, 1 + 1 + 14 + 1 + 6 + 66);
  });

  it('opens under the key that signed it', () => {
    assert.equal(openSign1(makeSign1(key, payload()), key.publicKey, 'object').get(1), 2);
  });

  it('opens under no other key, and after no change of any byte', () => {
    const bytes = makeSign1(key, payload());
    assert.throws(() => openSign1(bytes, stranger.publicKey, 'receipt'), /receipt: signed by key/);
    for (let at = 0; at < bytes.length; at++) {
      const altered = Uint8Array.from(bytes);
      altered[at]! ^= 0x01;
      assert.throws(() => openSign1(altered, key.publicKey, 'receipt'), /^Error: receipt/, `${at}`);
    }
  });

  const kid = hexOf(key.kid);
  const signature = '5840' + '00'.repeat(64);
  const foreign = [
    [`8443a10126a040${signature}`, /expected tag 18/, 'without its tag'],
    [`d2834da2012604 48${kid}a040`, /3 parts, expected 4/, 'without a signature'],
    [`d28443a10126a040${signature}`, /key id alone/, 'without a key id'],
    [`d2844ea2013822 0448${kid}a040${signature}`, /ES256/, 'with another algorithm'],
    [`d2844da2012604 48${kid}a1040140${signature}`, /unprotected header must be/, 'with more'],
    [`d2844da2012604 48${kid}a040 41 00`, /1 bytes, expected 64/, 'with a short signature'],
  ] as const;
  for (const [hex, message, what] of foreign) {
    it(`refuses an object ${what}`, () => {
      assert.throws(() => parseSign1(bytesOfHex(hex), 'object'), message);
    });
  }
});
