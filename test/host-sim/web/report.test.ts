/**
 * The report page: everything that a reader needs is in it as text, nothing in it comes from
 * elsewhere, no text of a log becomes markup, and the same log gives the same bytes.
 */
import assert from 'node:assert/strict';
import type { ReportData } from '../../../host-sim/web/report-types.js';
import { buildReportData } from '../../../host-sim/web/report-data.js';
import { stillFigure } from '../../../host-sim/web/report-figure.js';
import { renderReport } from '../../../host-sim/web/report.js';
import { BANK, reportFixture } from './report-fixture.js';

/** Text as a reader sees it: no scripts, styles and tags. */
function visibleText(page: string): string {
  return page
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');
}

/** Like `assert.doesNotMatch`, without printing a megabyte. */
function assertLacks(page: string, pattern: RegExp): void {
  const match = pattern.exec(page);
  const around = match === null ? '' : page.slice(Math.max(0, match.index - 60), match.index + 60);
  assert.equal(match, null, `found ${String(pattern)} in: ${around}`);
}

function element(page: string, pattern: RegExp): string {
  const match = pattern.exec(page);
  assert.ok(match, `the page has no ${String(pattern)}`);
  return match[0];
}

describe('the report page', () => {
  let data: ReportData;
  let page: string;
  before(async () => {
    data = buildReportData((await reportFixture()).input);
    page = renderReport(data);
  });

  it('names the container, the journey in UTC and local time, and the hash', () => {
    const text = visibleText(page);
    assert.match(text, /Container \(8003\) 07350001000039BOX0007/);
    assert.match(text, /2026-07-14 05:58 07:58 local to 2026-07-17 06:00 08:00 local \(3 d\)/);
    assert.match(text, /All times are UTC; local time here is UTC\+02:00/);
    assert.ok(text.replaceAll(' ', '').includes(data.facts.chainHash));
    assert.match(text, /verified up to record \d+ against the container's certificate/);
    assert.match(text, /stored by the backend up to record \d+/);
  });

  it('counts the kits in the container as its lamp does, and the others apart', () => {
    const tally = visibleText(element(page, /<ul class="tally"[\s\S]*?<\/div>/));
    assert.match(tally, /0 go .* 3 look .* 4 no .* 1 out of the container/);
    assert.match(visibleText(page), /4 quarantine, 1 unknown, 2 inspect; 1 out of the container\./);
  });

  it('tells what is left of a budget as of when, and none of a kit that is mixed', () => {
    const table = element(page, /<table id="verdict-table"[\s\S]*?<\/table>/);
    const rows = table.match(/<tr>[\s\S]*?<\/tr>/g)!.map(visibleText);
    assert.match(rows[1]!, /\d\d\.\d % \d+ d at 25 °C as of 2026-07-17 02:09 $/);
    assert.match(rows[3]!, /mixed 2027-03-31 none $/);
  });

  it('says that it is simulated and that its rules are examples', () => {
    const text = visibleText(page);
    assert.match(text, /Simulated journey\./);
    assert.match(text, /The limits for LyoPlas N-w and FLyP are examples/);
  });

  it('has one row of the verdict table for each kit, with word, reasons and records', () => {
    const table = element(page, /<table id="verdict-table"[\s\S]*?<\/table>/);
    const rows = table.match(/<tr>[\s\S]*?<\/tr>/g)!.slice(1);
    assert.equal(rows.length, data.kits.length);
    rows.forEach((row, i) => {
      const text = visibleText(row);
      const { row: kit } = data.kits[i]!;
      assert.ok(text.includes(kit.verdict), text);
      for (const reason of kit.reasons) {
        assert.ok(text.includes(reason.text), `${text} lacks ${reason.text}`);
        for (const sequence of reason.evidence) assert.ok(text.includes(`#${sequence}`));
      }
      assert.match(row, /<svg class="shape"/, 'a shape stands beside the word');
    });
  });

  it('tells of each excursion when it began, counted and ended', () => {
    const table = element(page, /<table id="excursion-table"[\s\S]*?<\/table>/);
    const rows = table
      .match(/<tr>[\s\S]*?<\/tr>/g)!
      .slice(1)
      .map(visibleText);
    const warm = rows.find((row) => row.includes('label, warm'))!;
    assert.match(
      warm,
      /Kits 1, 2, 4 label, warm limit 25\.0 °C .*5 h 22 min of 4 h as of 2026-07-15 17:42/,
    );
    assert.match(warm, /37\.04 °C #\d+/);
    assert.match(warm, /adds up, no end/);
    const cold = rows.find((row) => row.includes('label, cold'))!;
    assert.match(cold, /2026-07-17 01:39.*2026-07-17 02:09.*2026-07-17 02:48.*1 h 9 min of 30 min/);
  });

  it('says of each excursion and of each shock where it was', () => {
    const excursions = visibleText(element(page, /<table id="excursion-table"[\s\S]*?<\/table>/));
    for (const { where } of data.excursions) assert.ok(excursions.includes(where), where);
    const shocks = visibleText(element(page, /<table id="shock-table"[\s\S]*?<\/table>/));
    for (const { where } of data.shocks) assert.ok(shocks.includes(where), where);
    const all = [...data.excursions, ...data.shocks].map(({ where }) => where);
    assert.ok(all.some((where) => where.startsWith('under way from ')));
    assert.ok(all.some((where) => !where.startsWith('under way')));
  });

  it('has a card for each kit with donations, components and what happened', () => {
    const card = visibleText(
      element(page, /<article[^>]*>(?:(?!<\/article>)[\s\S])*KIT1003[\s\S]*?<\/article>/),
    );
    assert.match(card, /G1234 26 004713 ?, product E0701V00/);
    assert.match(card, /plasma, lot LP262/);
    assert.match(card, /Taken out \(told by the slot\); shown usable #\d+/);
    assert.match(card, /Mixed/);
  });

  it('gives every rule with the source of its numbers', () => {
    const text = visibleText(page);
    for (const { rules } of data.profiles) {
      for (const { zone, source } of rules) {
        assert.ok(text.includes(zone), zone);
        assert.ok(text.includes(source.replace(/\s+/g, ' ')), source);
      }
    }
  });

  it('escapes names, wherever they come from', () => {
    assert.ok(!page.includes('<Nord>'), 'a place name became markup');
    assert.ok(page.includes('Blood bank &lt;Nord&gt; &amp; &quot;Sons&quot;'));
    const evil = '</script><img src=x onerror=alert(1)>';
    const kits = data.kits.map((kit) => ({ ...kit, row: { ...kit.row, productName: evil } }));
    const lanes = data.chart.lanes.map((lane) => ({ ...lane, name: evil }));
    const facts = { ...data.facts, problems: [evil] };
    const attacked = renderReport({ ...data, facts, kits, chart: { ...data.chart, lanes } });
    assert.ok(!attacked.includes(evil));
    assert.equal(attacked.match(/<script/g)!.length, page.match(/<script/g)!.length);
  });

  it('loads nothing: no address in any source, link or style, and a policy that forbids it', () => {
    const own = page.replace(/<script>[\s\S]*?<\/script>/g, '');
    assertLacks(own, /\s(src|href|action|data)\s*=\s*["']?(https?:)?\/\//i);
    assertLacks(own, /url\((?!#)|@import/i);
    assert.ok(page.includes('Content-Security-Policy" content="default-src &#39;none&#39;'));
  });

  it('is the same text every time, and names no day of its making', () => {
    assert.equal(renderReport(data), page);
    assert.ok(!page.includes(new Date().toISOString().slice(0, 10)));
  });

  it('has unique ids, and every inner link leads somewhere', () => {
    const own = page.replace(/<script>[\s\S]*?<\/script>/g, '');
    const ids = [...own.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]!);
    assert.deepEqual([...new Set(ids)].sort(), [...ids].sort());
    for (const [, target] of own.matchAll(/href="#([^"]+)"/g)) {
      assert.ok(ids.includes(target!), target);
    }
  });

  it('draws a still picture that shows without scripts', () => {
    const still = element(page, /<div class="still"[\s\S]*?<\/svg>/);
    assert.ok(still.match(/<path/g)!.length > 50);
    for (const text of ['Kit 8', 'quarantine', 'Probe 1', 'Air ambulance base']) {
      assert.ok(still.includes(`>${text}`), text);
    }
    assert.equal(stillFigure(data.chart), stillFigure(data.chart));
  });
});

describe('the report of a log that knows little', () => {
  it('is complete without a clock, without kits and without a receipt', async () => {
    const { input } = await reportFixture();
    const records = input.records
      .filter(({ type }) => type === 'reading' || type === 'boot')
      .map((record) => ({ ...record, wallS: null }));
    const data = buildReportData({
      ...input,
      records,
      verdicts: [],
      checkpoint: null,
      receiptSequence: null,
      localOffsetMinutes: null,
      problems: ['segment 3, offset 40: a frame that no check accepts'],
    });
    const page = renderReport(data);
    const text = visibleText(page);
    assert.match(text, /No kit was ever packed into this container/);
    assert.match(text, /No clock was set, so nothing can be drawn over time/);
    assert.match(text, /not receipted/);
    assert.match(text, /no signed checkpoint/);
    assert.match(text, /segment 3, offset 40/);
    assertLacks(page, /NaN|undefined|null</);
  });

  it('is complete for an empty log', async () => {
    const { input } = await reportFixture();
    const page = renderReport(buildReportData({ ...input, records: [], verdicts: [] }));
    assert.match(visibleText(page), /records 0 to 0/);
    assertLacks(page, /NaN|Infinity/);
  });

  it('shows a GLN where nobody gave a name', async () => {
    const { input } = await reportFixture();
    const page = renderReport(buildReportData({ ...input, placeNames: new Map() }));
    assert.ok(visibleText(page).includes(`(414) ${BANK.slice(3)}`));
  });

  it('counts what a table does not hold', async () => {
    const { input } = await reportFixture();
    const data = buildReportData(input);
    const [gap] = data.gaps;
    const gaps = Array.from({ length: 260 }, () => gap!);
    assert.match(visibleText(renderReport({ ...data, gaps })), /60 further rows stand in log\.csv/);
  });
});
