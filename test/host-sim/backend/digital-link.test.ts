import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromDigitalLink, toDigitalLink } from '../../../host-sim/backend/digital-link.js';
import {
  makeGiai,
  makeGln,
  makeGrai,
  makeGsrn,
  makeSgtin,
  makeSscc,
} from '../../../host-sim/world/labels.js';

describe('backend/digital-link: names of things in EPCIS events', () => {
  const pairs = [
    ['010952114100001421K000001', 'https://id.gs1.org/01/09521141000014/21/K000001'],
    ['800309521141000106C0007', 'https://id.gs1.org/8003/09521141000106C0007'],
    ['80049521141LOG0007', 'https://id.gs1.org/8004/9521141LOG0007'],
    ['4149521141000205254HEMS1', 'https://id.gs1.org/414/9521141000205/254/HEMS1'],
    ['4149521141000205', 'https://id.gs1.org/414/9521141000205'],
    ['8017095211410000000120', 'https://id.gs1.org/8017/095211410000000120'],
    ['00106141412345678908', 'https://id.gs1.org/00/106141412345678908'],
    ['010952114100001421A/B%(1)', 'https://id.gs1.org/01/09521141000014/21/A%2FB%25%281%29'],
  ] as const;
  for (const [identity, uri] of pairs) {
    it(`${identity} is ${uri}, and back`, () => {
      assert.equal(toDigitalLink(identity), uri);
      assert.equal(fromDigitalLink(uri), identity);
    });
  }

  it('reads the same name from another domain', () => {
    const uri = 'https://example.org/01/09521141000014/21/K1';
    assert.equal(fromDigitalLink(uri), '010952114100001421K1');
  });

  const nameless = [
    ['=A999917123456', /no GS1 Digital Link/],
    ['10LOT7', /no GS1 Digital Link/],
    ['0109521141000014', /no valid identity: truncated/],
    ['010952114100001521K1', /no valid identity: badCheckDigit/],
    ['8018095211410000000120', /no valid identity: personData/],
    ['010952114100001421\u0131', /more than printable ASCII/],
    ['', /no valid identity/],
  ] as const;
  for (const [identity, message] of nameless) {
    it(`gives no name to "${identity}"`, () => {
      assert.throws(() => toDigitalLink(identity), message);
    });
  }

  const refused = [
    ['urn:epc:id:sgtin:9521141.000001.K1', /no GS1 Digital Link URI/],
    ['https://id.gs1.org/', /no GS1 Digital Link URI/],
    ['https://id.gs1.org/01/09521141000014/21/K1?17=271231', /without query/],
    ['https://id.gs1.org/01/09521141000014/10/LOT', /no key of this product/],
    ['https://id.gs1.org/8018/095211410000000120', /no key of this product/],
    ['https://id.gs1.org/01/09521141000014', /no valid identity: truncated/],
    ['https://id.gs1.org/01/09521141000014/21', /no valid identity: truncated/],
    ['https://id.gs1.org/01/0952114100001421A/21/B', /does not name one thing/],
    ['https://id.gs1.org/414/9521141000205254HEMS1', /does not name one thing/],
    ['https://id.gs1.org/01/09521141000014/21/%E0%A4%A', /broken percent/],
    ['https://id.gs1.org/01/09521141000014/21/%C3%B8', /printable ASCII/],
  ] as const;
  for (const [uri, message] of refused) {
    it(`refuses ${uri}`, () => assert.throws(() => fromDigitalLink(uri), message));
  }

  it('comes back from any identity that has one', () => {
    const unit = fc.constantFrom(...'!"%&\'()*+,-./0159:;<=>?AMZ_amz');
    const text = (maxLength: number) => fc.string({ unit, minLength: 1, maxLength });
    const digits = (length: number) =>
      fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
    const identity = fc.oneof(
      fc.record({ item: digits(13), serial: text(20) }).map(makeSgtin),
      fc.record({ asset: digits(12), serial: text(16) }).map(makeGrai),
      fc.record({ asset: text(30) }).map(makeGiai),
      fc.record({ location: digits(12) }).map(makeGln),
      fc.record({ location: digits(12), extension: text(20) }).map(makeGln),
      fc.record({ person: digits(17) }).map(makeGsrn),
      fc.record({ shipment: digits(17) }).map(makeSscc),
    );
    fc.assert(
      fc.property(identity, (made) => {
        const uri = toDigitalLink(made);
        assert.equal(fromDigitalLink(uri), made);
        assert.match(uri, /^https:\/\/id\.gs1\.org\/[0-9A-Za-z/%._~-]+$/);
        assert.doesNotThrow(() => new URL(uri));
      }),
    );
  });
});
