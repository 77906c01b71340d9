/** What the command tells at the end of a run. */
import assert from 'node:assert/strict';
import { resultText, verdictTable, verdictsText } from '../../../host-sim/cli/table.js';
import { CONTROL_CODE, GAP, RESULT, WARM, kitVerdict } from './run-fixture.js';

const PLAIN = { useColour: false, columns: 120 };

/** Cells of the table's lines, without borders. */
function cellsOf(table: string): string[][] {
  return table
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .map((line) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe('the verdict table', () => {
  it('has kit, product, custody, verdict, reasons, expiry and budget of each kit', () => {
    const [head, ...rows] = cellsOf(verdictTable(RESULT.verdicts, PLAIN));
    assert.deepEqual(head, [
      'kit',
      'product',
      'custody',
      'verdict',
      'reasons',
      'expiry',
      'budget left',
    ]);
    const kits = rows.filter(([kit]) => /^\d/.test(kit!));
    assert.deepEqual(
      kits.map(([kit, product, custody, verdict]) => [kit, product, custody, verdict]),
      [
        ['1  KIT1000', 'LyoPlas N-w', 'in', 'usable'],
        ['2  KIT1001', 'LyoPlas N-w', 'in', 'quarantine'],
        ['3  KIT1002', 'LyoPlas N-w', 'fate unknown', 'usable'],
      ],
    );
    assert.deepEqual(
      kits.map((row) => row.slice(5)),
      [
        ['2027-03-31', '97.2 % as of'],
        ['2027-03-31', '97.2 % as of'],
        ['2027-03-31', 'none'],
      ],
    );
  });

  it('says as of when how much of the budget is left, and in days of which warmth', () => {
    const rows = cellsOf(verdictTable([kitVerdict(0)], PLAIN)).slice(1);
    const budget = rows.map((row) => row[6]).filter((line) => line !== '');
    assert.deepEqual(budget, ['97.2 % as of', '2020-01-01 00:00', '443 d at 25 °C']);
  });

  it('gives every reason in full, with limit, used and allowed, wrapped at spaces', () => {
    const verdict = kitVerdict(0, { verdict: 'quarantine', reasons: [WARM, GAP] });
    for (const columns of [60, 100, 200]) {
      const rows = cellsOf(verdictTable([verdict], { ...PLAIN, columns })).slice(1);
      const text = rows
        .map((row) => row[4])
        .join(' ')
        .replace(/\s+/g, ' ')
        .trim();
      assert.equal(text, `- ${WARM.text} - ${GAP.text}`);
    }
  });

  it('says what is left of an allowance while something is', () => {
    const text = 'No reading for 10 min of 15 min allowed; 5 min left';
    const open = { ...GAP, text, used: 600, left: 300 };
    const table = verdictTable([kitVerdict(0, { reasons: [open] })], { ...PLAIN, columns: 200 });
    assert.equal(table.match(/5 min left/g)?.length, 1);
  });

  it('fits the terminal where it can', () => {
    const width = (columns: number): number =>
      Math.max(
        ...verdictTable(RESULT.verdicts, { ...PLAIN, columns })
          .split('\n')
          .map((l) => l.length),
      );
    assert.ok(width(120) <= 120, String(width(120)));
    assert.ok(width(140) <= 140, String(width(140)));
  });

  it('has no control codes unless colours are wanted, and the same words with them', () => {
    const plain = verdictTable(RESULT.verdicts, PLAIN);
    const coloured = verdictTable(RESULT.verdicts, { ...PLAIN, useColour: true });
    assert.doesNotMatch(plain, CONTROL_CODE);
    assert.match(coloured, CONTROL_CODE);
    // eslint-disable-next-line no-control-regex -- colours are taken away
    assert.equal(coloured.replace(/\u001b\[\d+m/g, ''), plain);
  });

  it('is a head alone without kits', () => {
    assert.equal(cellsOf(verdictTable([], PLAIN)).length, 1);
  });
});

describe('the verdicts on a terminal', () => {
  const verdict = kitVerdict(1, { verdict: 'quarantine', reasons: [WARM, GAP] });

  it('are a table where it fits, else a list', () => {
    assert.equal(verdictsText([verdict], PLAIN), verdictTable([verdict], PLAIN));
    const list = verdictsText([verdict, kitVerdict(2)], { ...PLAIN, columns: 80 });
    assert.doesNotMatch(list, /│/);
    const lines = list.split('\n');
    assert.equal(lines[0], 'kit 2  KIT1001, slot 2, LyoPlas N-w, in: quarantine');
    assert.equal(lines.filter((line) => line.startsWith('kit ')).length, 2);
    const text = list.replace(/\s+/g, ' ');
    for (const { text: reason } of [WARM, GAP]) assert.ok(text.includes(reason), reason);
    assert.ok(text.includes('expiry 2027-03-31; budget left 97.2 %'), text);
  });

  it('stay within a narrow terminal, and keep their colour', () => {
    for (const columns of [40, 60, 80]) {
      const list = verdictsText([verdict], { ...PLAIN, columns });
      const [head, ...body] = list.split('\n');
      assert.match(head!, /quarantine$/);
      for (const line of body) assert.ok(line.length <= columns, line);
    }
    assert.match(verdictsText([verdict], { useColour: true, columns: 60 }), CONTROL_CODE);
  });
});

describe('the end of a run', () => {
  it('tells what docks received, where the files are, the final hash, then warnings', () => {
    const text = resultText(RESULT, PLAIN);
    assert.match(
      text,
      /Base: 2 visits, 4\u202f414 records, 12\u202f345 bytes in 61 messages, 0\.17 s of air time/,
    );
    assert.match(text, /Bank: 1 visit, 21 records, 483 bytes in 32 messages, 0\.04 s/);
    assert.match(text, /report\.html +1\u202f404\u202f955 bytes {2}\/tmp\/out\/report\.html/);
    assert.match(text, /3 days simulated in 4\.3 s, 4\u202f435 records\.\nFinal hash (cd){32}\n/);
    assert.match(text, /\nwarning: 2 records are not receipted yet\n$/);
  });

  it('names no receipt where there was none', () => {
    const failed = { ...RESULT.handoffs[0]!, sequence: -1 };
    assert.match(resultText({ ...RESULT, handoffs: [failed] }, PLAIN), /; no receipt\n/);
  });

  it('says so when no dock received anything', () => {
    const text = resultText({ ...RESULT, handoffs: [], warnings: [] }, PLAIN);
    assert.match(text, /No dock received anything\./);
    assert.doesNotMatch(text, /warning/);
  });
});
