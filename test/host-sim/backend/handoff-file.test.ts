import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CompactBlock } from '../../../host-sim/backend/compact-decode.js';
import { type HandoffSection, decodeHandoff } from '../../../host-sim/backend/handoff-file.js';
import { encodeHandoff, readHandoff, visitsOf } from '../../../host-sim/backend/handoff-file.js';
import { AIR_BASE, BLOOD_BANK, bytesOfHex, hexOf } from './support/fixtures.js';

describe('backend/handoff-file: handoff.bin', () => {
  const sections: HandoffSection[] = [
    { type: 'visit', dockId: BLOOD_BANK },
    { type: 'certificate', bytes: Uint8Array.of(1, 2) },
    { type: 'checkpoint', bytes: Uint8Array.of(3) },
    { type: 'block', block: { segment: -2, offset: 4095, bytes: Uint8Array.of(4, 5) } },
    { type: 'visit', dockId: AIR_BASE },
    { type: 'checkpoint', bytes: Uint8Array.of(6) },
    { type: 'certificate', bytes: Uint8Array.of(7) },
  ];

  it('is PVH1 and sections of type, length and bytes', () => {
    assert.equal(
      hexOf(encodeHandoff(sections.slice(1, 4))),
      '50564831' + '0102000000' + '0102' + '0201000000' + '03' + '0308000000' + 'feffffffff0f0405',
    );
  });

  it('comes back section by section', () => {
    assert.deepEqual(decodeHandoff(encodeHandoff(sections)), sections);
  });

  it('keeps blocks in the compact form apart from verbatim ones', () => {
    const block: CompactBlock = { segment: 7, offset: 36, bytes: Uint8Array.of(9), encoding: 1 };
    const bytes = encodeHandoff([{ type: 'block', block }]);
    assert.equal(hexOf(bytes), '50564831' + '0507000000' + '07000000240009');
    assert.deepEqual(decodeHandoff(bytes), [{ type: 'block', block }]);
  });

  it('falls into visits', () => {
    const visits = visitsOf(sections);
    assert.deepEqual(
      visits.map((visit) => [visit.dockId, visit.blocks.length]),
      [
        [BLOOD_BANK, 1],
        [AIR_BASE, 0],
      ],
    );
    assert.deepEqual(visits[1]?.certificate, Uint8Array.of(7));
    assert.throws(() => visitsOf(sections.slice(1)), /starts with a certificate, no visit/);
    assert.throws(() => visitsOf(sections.slice(0, 2)), /visit 1 at .* has no checkpoint/);
  });

  const broken = [
    ['50564832', /at offset 0: 'PVH2', expected 'PVH1'/],
    ['', /at offset 0: '', expected 'PVH1'/],
    ['50564831 01020000', /at offset 4: 4 bytes, expected a section/],
    ['50564831 0103000000 0102', /at offset 9: 2 bytes, expected 3/],
    ['50564831 0701000000 01', /at offset 4: section of type 7, expected 1 to 6/],
    ['50564831 0501000000 01', /at offset 4: block of 1 bytes, expected at least 6/],
    ['50564831 0301000000 01', /at offset 4: block of 1 bytes, expected at least 6/],
  ] as const;
  for (const [hex, message] of broken) {
    it(`says what is wrong with '${hex}'`, () => {
      assert.throws(() => decodeHandoff(bytesOfHex(hex)), message);
    });
  }

  it('gives what stands before a cut, wherever it is cut', () => {
    const whole = encodeHandoff(sections);
    fc.assert(
      fc.property(fc.integer({ min: 4, max: whole.length - 1 }), (length) => {
        const { sections: found, end, fault } = readHandoff(whole.subarray(0, length));
        assert.deepEqual(found, sections.slice(0, found.length));
        assert.equal(end, encodeHandoff(found).length);
        assert.equal(fault === undefined, end === length, 'a fault unless cut between sections');
      }),
    );
  });
});
