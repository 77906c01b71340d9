import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE_BYTES, COPY_BYTES, ENTRY } from '../../../firmware/core/journal/catalogue.js';
import { HEADER_BYTES } from '../../../firmware/core/journal/layout.js';
import {
  CANONICAL_BYTES_MAX,
  SECTOR_BYTES,
  TAIL_BYTES_MAX,
} from '../../../firmware/core/limits.js';
import { FORMAT_VERSION, RECORD_SCHEMAS } from '../../../firmware/core/record/fields.js';
import { RECORD } from '../../../firmware/core/record/schema.js';

const text = readFileSync(
  join(__dirname, '../../../firmware/core/record/FORMAT.md'),
  'utf8',
).replaceAll('`', '');

/** Cells of every row of the table that begins with these headings. */
function rowsBelow(...headings: readonly string[]): string[][] {
  const lines = text.split('\n').map((line) => line.trim());
  const cellsOf = (line: string): string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const at = lines.findIndex((line) => headings.join('|') === cellsOf(line).join('|'));
  assert.ok(at >= 0, `FORMAT.md has no table of ${headings.join(', ')}`);
  const rows = lines.slice(at + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map(cellsOf);
}

describe('FORMAT.md', () => {
  it('names the version that is written', () => {
    assert.match(text, new RegExp(`^# Journal format, version ${FORMAT_VERSION}\n`));
  });

  it('has a row for every record type: code, fields in order with their widths, tail', () => {
    const expected = RECORD_SCHEMAS.map(({ name, fields, tail }, code) => [
      String(code),
      name,
      fields.map(([field, width]) => `${field} ${typeText(width)}`).join(', '),
      tail === '' ? '-' : tail,
    ]).slice(1);
    assert.deepEqual(rowsBelow('code', 'type', 'fields', 'tail'), expected);
  });

  it('describes types by the codes that the firmware uses', () => {
    const codes = rowsBelow('code', 'type', 'fields', 'tail').map(([code, type]) => [type, code]);
    const expected = Object.entries(RECORD).map(([name, code]) => [name, String(code)]);
    assert.deepEqual(codes, expected);
  });

  it('lays the header out without gap or overlap', () => {
    const rows = rowsBelow('offset', 'field', 'type', 'meaning');
    let at = 0;
    for (const [offset, field, type] of rows) {
      assert.equal(Number(offset), at, field);
      at += /bytes$/.test(type!) ? parseInt(type!) : Number(type!.slice(1)) / 8;
    }
    assert.equal(at, HEADER_BYTES);
  });

  it('states the limits of the code', () => {
    assert.match(text, new RegExp(`sectors of ${SECTOR_BYTES} bytes`));
    assert.match(text, new RegExp(`n ≤ ${CANONICAL_BYTES_MAX}`));
    assert.match(text, new RegExp(`at most ${TAIL_BYTES_MAX} bytes`));
    assert.match(text, new RegExp(`Two copies of ${COPY_BYTES} bytes at 0 and ${COPY_BYTES};`));
    assert.equal(CATALOGUE_BYTES, 2 * COPY_BYTES);
    for (const [name, kind] of Object.entries(ENTRY)) {
      assert.match(text, new RegExp(`${kind} ${name}`));
    }
  });
});

function typeText(width: number): string {
  return `${width < 0 ? 'i' : 'u'}${8 * Math.abs(width)}`;
}
