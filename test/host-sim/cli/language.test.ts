/** What a user reads in the chosen language: the table of kits, verdicts.json, the report. */
import assert from 'node:assert/strict';
import { LANGUAGE_CODES } from '../../../host-sim/backend/sentences/language.js';
import { languageOf } from '../../../host-sim/backend/sentences/languages.js';
import { ProfileLibrary } from '../../../host-sim/backend/profile.js';
import { type KitVerdict, kitVerdicts } from '../../../host-sim/backend/verdicts.js';
import { verdictsText } from '../../../host-sim/cli/table.js';
import { runStart } from '../../../host-sim/cli/start-run.js';
import { buildReportData } from '../../../host-sim/web/report-data.js';
import { renderReport } from '../../../host-sim/web/report.js';
import { reportFixture } from '../web/report-fixture.js';
import { FakeTerminal, RESULT } from './run-fixture.js';

describe('the language of a run', () => {
  const verdicts = new Map<string, readonly KitVerdict[]>();
  const pages = new Map<string, string>();
  before(async function () {
    this.timeout(20_000);
    const library = await ProfileLibrary.load();
    const { input, log } = await reportFixture();
    for (const code of LANGUAGE_CODES) {
      const told = kitVerdicts(log, library, undefined, code);
      verdicts.set(code, told);
      const data = buildReportData({ ...input, verdicts: told, language: code });
      pages.set(code, renderReport(data));
      assert.ok(told.some(({ reasons }) => reasons.length > 0));
    }
  });
  const withoutWords = (kits: readonly KitVerdict[]) =>
    kits.map(({ language: _, text: _text, mkt, reasons, ...kit }) => ({
      ...kit,
      mkt: { ...mkt, text: '' },
      reasons: reasons.map((reason) => ({ ...reason, text: '' })),
    }));

  it('is handed to the run, and to nothing where nobody asks', async () => {
    const asked: unknown[] = [];
    const io = () => {
      const [stdout, stderr] = [new FakeTerminal(), new FakeTerminal()];
      return { stdout, stderr, env: {}, nowMs: () => 0 };
    };
    const run = (args: string[], terminal = io()) =>
      runStart(
        args,
        async ({ language }) => (asked.push(language), Promise.resolve(RESULT)),
        terminal,
      );
    assert.equal(await run([]), 0);
    assert.equal(await run(['--language', 'sv']), 0);
    const terminal = io();
    assert.equal(await run(['--language', 'fi'], terminal), 2);
    assert.match(terminal.stderr.text, /'--language <CODE>'.*'fi'.*en, nb, sv, da/);
    assert.deepEqual(asked, [undefined, 'sv']);
  });

  it('changes words alone: every code and number is the same', () => {
    for (const code of LANGUAGE_CODES) {
      assert.deepEqual(withoutWords(verdicts.get(code)!), withoutWords(verdicts.get('en')!));
      for (const kit of verdicts.get(code)!) assert.equal(kit.language, code);
    }
  });

  it('is English where nobody asks', async () => {
    const { log } = await reportFixture();
    assert.deepEqual(kitVerdicts(log, await ProfileLibrary.load()), verdicts.get('en'));
  });

  for (const code of LANGUAGE_CODES) {
    const language = languageOf(code);

    for (const columns of [60, 160]) {
      it(`${code}: the table of kits on ${columns} columns`, () => {
        const kits = verdicts.get(code)!;
        const text = verdictsText(kits, { useColour: false, columns });
        const words = text.replace(/[\s│]+/g, ' ');
        const { table, verdicts: verdictWords, custodies } = language;
        const heads = [table.heads.kit, table.heads.expiry, table.heads.budgetLeft];
        for (const head of heads) assert.ok(words.includes(head), head);
        for (const kit of kits) {
          assert.ok(words.includes(verdictWords[kit.verdict]), verdictWords[kit.verdict]);
          assert.ok(words.includes(custodies[kit.custody]), custodies[kit.custody]);
        }
        if (code === 'en') return;
        assert.doesNotMatch(words, /budget left|as of|quarantine|allowed|slot|none|\d\.\d %/);
      });
    }

    it(`${code}: the report tells reasons in it, marks them, and says what is in which`, () => {
      const page = pages.get(code)!;
      const marks = page.split(`<span lang="${code}">`).length - 1;
      if (code === 'en') {
        assert.equal(marks, 0);
        assert.doesNotMatch(page, /are told in/);
        return;
      }
      const [kit] = verdicts.get(code)!.filter(({ reasons }) => reasons.length > 0);
      const sentence = kit!.reasons[0]!.text;
      assert.ok(page.includes(`<span lang="${code}">${sentence}</span>`), sentence);
      assert.ok(page.includes(`<span lang="${code}">${language.meanings.quarantine}</span>`));
      assert.ok(page.includes(`<span lang="${code}">${kit!.mkt.text}</span>`));
      assert.match(page, /Verdicts and their reasons are told in \w+.*headings.*in English/);
      assert.match(page, /<html lang="en">/);
    });
  }

  it('mean kinetic temperature stands on the card as information, not among the reasons', () => {
    const page = pages.get('en')!;
    for (const { mkt, reasons, verdict } of verdicts.get('en')!) {
      assert.equal(mkt.isInformative, true);
      assert.ok(mkt.stayCentiC !== null && page.includes(mkt.text), mkt.text);
      assert.match(mkt.text, /informative only, it never clears a kit$/);
      assert.ok(
        reasons.every(({ text }) => !text.includes('kinetic')),
        verdict,
      );
    }
  });
});
