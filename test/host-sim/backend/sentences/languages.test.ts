/**
 * The four languages side by side: each has a sentence for everything, none leaves a number out,
 * and none slips back into English.
 */
import assert from 'node:assert/strict';
import { REASON, REASON_COUNT } from '../../../../firmware/core/excursion/reasons.js';
import { CUSTODY, VERDICT } from '../../../../firmware/core/units.js';
import { ProfileLibrary } from '../../../../host-sim/backend/profile.js';
import { budgetWords } from '../../../../host-sim/backend/sentences/budget-text.js';
import { LANGUAGE_CODES, type Language } from '../../../../host-sim/backend/sentences/language.js';
import { languageOf } from '../../../../host-sim/backend/sentences/languages.js';
import { mktText } from '../../../../host-sim/backend/sentences/mkt-text.js';
import { durationText, temperatureText } from '../../../../host-sim/backend/sentences/numbers.js';
import {
  NO_NUMBERS,
  type ReasonNumbers,
  reasonText,
} from '../../../../host-sim/backend/sentences/reason-text.js';
import { kitVerdict } from '../../cli/run-fixture.js';

/** Words that no sentence in Norwegian, Swedish or Danish has. */
const ENGLISH_WORDS =
  'the|of|and|with|without|while|was|were|been|has|its|it|this|that|which|who|where|because|by|' +
  'allowed|total|break|reading|readings|probe|shock|drop|dropped|severe|hit|least|about|limit|' +
  'lid|left|spent|used|clock|set|expiry|expired|past|mixed|never|again|put|back|scanned|' +
  'judged|profile|nothing|hardware|real|lost|journal|above|below|outside|not|available|warm|' +
  'cold|hot|very|label|storage|freezing|chilled|warmest|coldest|days|none|unknown|only|slot|' +
  'discard|quarantine|inspect|usable|taken|wasted|transferred|fate|record|mean|kinetic';
const ENGLISH_WORD = new RegExp(`(?<![\\p{L}])(?:${ENGLISH_WORDS})(?![\\p{L}])`, 'iu');

const OPERATORS = ['above', 'atOrAbove', 'below', 'atOrBelow'] as const;
const ALLOWANCES = ['instant', 'single', 'cumulative'] as const;
const SPENT: ReasonNumbers = { limit: 2510, used: 15_120, allowed: 14_400, extreme: 2711 };
const OPEN: ReasonNumbers = { ...SPENT, used: 11_520, allowed: 28_800 };
const SHOCKS: readonly ReasonNumbers[] = [
  { ...SPENT, shock: { freeFallMs: 286, freeFallLimitMs: 140, isClipped: false } },
  { ...SPENT, shock: { freeFallMs: 20, freeFallLimitMs: 140, isClipped: true } },
  { ...NO_NUMBERS, shock: { freeFallMs: 0, freeFallLimitMs: null, isClipped: true } },
];
const ALL_NUMBERS = [SPENT, OPEN, { ...SPENT, isAway: true }, { ...OPEN, isAway: true }];

/** Every sentence that a language can make of a reason. */
function sentencesOf(language: Language): string[] {
  const texts: string[] = [];
  const add = (bit: number, zone: Parameters<typeof reasonText>[1], numbers: ReasonNumbers): void =>
    void texts.push(reasonText(bit, zone, numbers, language));
  for (const numbers of [NO_NUMBERS, { ...SPENT, used: -1 }, ...ALL_NUMBERS, ...SHOCKS]) {
    for (let bit = REASON.budget; bit < REASON_COUNT; bit++) add(bit, undefined, numbers);
    for (const operator of OPERATORS) {
      for (const allowance of ALLOWANCES) add(0, { name: 'X', operator, allowance }, numbers);
    }
    add(0, undefined, numbers);
  }
  add(31, undefined, NO_NUMBERS);
  return texts;
}

/** Everything else that a language says. */
function wordsOf(language: Language): string[] {
  const { verdicts, meanings, custodies, zoneNames, budgetLeft, table } = language;
  const lists = [verdicts, meanings, custodies, zoneNames, table.heads].flatMap((list) =>
    Object.values(list),
  );
  const days = { stayCentiC: 2245, warmestDaysCentiC: 2360, measuredS: 90_000, missing: null };
  const none = { ...days, stayCentiC: null };
  return [
    ...lists,
    ...[language.noReason, language.noVerdict, table.slot, table.unknownProduct],
    ...[budgetLeft.none, budgetLeft.noneSet, budgetLeft.asOf, budgetLeft.record(7)],
    budgetLeft.days(3, '25'),
    mktText(days, language),
    mktText({ ...none, missing: 'summedUp' }, language),
    mktText({ ...none, missing: 'noReading' }, language),
  ];
}

describe('backend/sentences: every language', () => {
  let zoneNames: string[];
  before(async () => {
    const { all } = await ProfileLibrary.load();
    zoneNames = all.flatMap(({ source }) => source.zones.map(({ name }) => name));
  });

  for (const code of LANGUAGE_CODES) {
    const language = languageOf(code);
    describe(code, () => {
      it('is handed on under its own code', () => assert.equal(language.code, code));

      it('has a sentence of its own for every reason', () => {
        const texts = new Set<string>();
        for (let bit = REASON.budget; bit < REASON_COUNT; bit++) {
          texts.add(reasonText(bit, undefined, SPENT, language));
        }
        assert.equal(texts.size, REASON_COUNT - REASON.budget);
      });

      it('tells operators and allowances of zones apart', () => {
        const texts = OPERATORS.flatMap((operator) =>
          ALLOWANCES.map((allowance) =>
            reasonText(0, { name: 'X', operator, allowance }, SPENT, language),
          ),
        );
        assert.equal(new Set(texts).size, 12);
        for (const text of texts) {
          assert.ok(text.includes(temperatureText(2510, language)), text);
          assert.ok(text.includes(temperatureText(2711, language)), text);
          assert.ok(text.includes('(X)'), text);
        }
      });

      it('leaves no number of a time out, nor what is left of it', () => {
        const zone = { name: 'X', operator: 'above', allowance: 'single' } as const;
        for (const bit of [0, REASON.budget, REASON.gap, REASON.lidOpen]) {
          for (const numbers of ALL_NUMBERS) {
            const text = reasonText(bit, zone, numbers, language);
            const { used, allowed } = numbers;
            const left = allowed! - used!;
            const times = [used!, allowed!, ...(left > 0 ? [left] : [])];
            for (const time of times) assert.ok(text.includes(durationText(time, language)), text);
          }
        }
      });

      it('leaves no number of a shock out', () => {
        const speed = (text: string): string => text.replace('.', language.decimalMark);
        const shock = { freeFallMs: 286, freeFallLimitMs: 140, isClipped: false };
        const numbers = { ...SPENT, limit: 1500, extreme: 2871, shock };
        for (const bit of [REASON.shockDrop, REASON.shockSevere]) {
          const text = reasonText(bit, undefined, numbers, language);
          for (const part of [speed('2.87 m/s'), speed('1.50 m/s'), '286 ms', '140 ms', '40 cm']) {
            assert.ok(text.includes(part), `${part} in ${text}`);
          }
          const clipped = { ...numbers, shock: { ...shock, isClipped: true } };
          assert.notEqual(reasonText(bit, undefined, clipped, language), text);
          const still = { ...numbers, shock: { ...shock, freeFallMs: 0 } };
          assert.doesNotMatch(reasonText(bit, undefined, still, language), /286|140|40 cm/);
        }
      });

      it('has a word for every verdict and every custody, and a meaning for every verdict', () => {
        assert.deepEqual(Object.keys(language.verdicts).sort(), Object.keys(VERDICT).sort());
        assert.deepEqual(Object.keys(language.custodies).sort(), Object.keys(CUSTODY).sort());
        for (const words of [language.verdicts, language.custodies, language.meanings]) {
          assert.equal(new Set(Object.values(words)).size, Object.keys(words).length);
        }
        for (const meaning of Object.values(language.meanings)) assert.match(meaning, /\.$/);
      });

      it('writes whole sentences: no hole, no doubled mark, no full stop at the end', () => {
        for (const text of [...sentencesOf(language), language.noReason, language.noVerdict]) {
          assert.doesNotMatch(text, /null|undefined|NaN|\s\s|\.\.|[.,;: ]$|^[\p{Ll}]/u, text);
        }
      });

      it('tells a budget with its own decimal mark', () => {
        const words = budgetWords(kitVerdict(0), language);
        assert.ok(typeof words === 'object');
        assert.equal(words.share, code === 'en' ? '97.2 %' : '97,2 %');
      });

      if (code === 'en') return;

      it('names every zone of the profiles shipped here, and another as it is', () => {
        for (const name of zoneNames) assert.ok(name in language.zoneNames, name);
        const zone = { name: 'for oss', operator: 'above', allowance: 'instant' } as const;
        assert.match(reasonText(0, zone, SPENT, language), /\(for oss\)/);
      });

      it('leaves no English word, and no decimal point', () => {
        for (const text of [...sentencesOf(language), ...wordsOf(language)]) {
          assert.doesNotMatch(text, ENGLISH_WORD, text);
          assert.doesNotMatch(text, /\d\.\d/, text);
        }
      });
    });
  }

  it('the word list finds English where there is English', () => {
    const english = languageOf('en');
    const plain = sentencesOf(english).filter((text) => !ENGLISH_WORD.test(text));
    assert.deepEqual(plain, []);
  });

  const examples = [
    ['en', 'Above 25.1 °C (hot) for 3 h 12 min in total of 8 h allowed; 4 h 48 min left; warmest'],
    [
      'nb',
      'Over 25,1 °C (hett) i 3 t 12 min til sammen av tillatte 8 t; 4 t 48 min igjen; høyeste',
    ],
    ['sv', 'Över 25,1 °C (hett) i 3 h 12 min sammanlagt av tillåtna 8 h; 4 h 48 min kvar; högsta'],
    [
      'da',
      'Over 25,1 °C (hedt) i 3 timer 12 min i alt af tilladte 8 timer; 4 timer 48 min tilbage;',
    ],
  ] as const;
  for (const [code, start] of examples) {
    it(`in ${code}: ${start} …`, () => {
      const zone = { name: 'hot', operator: 'above', allowance: 'cumulative' } as const;
      const text = reasonText(0, zone, OPEN, languageOf(code));
      assert.equal(text.slice(0, start.length), start);
    });
  }

  it('counts one hour as one in Danish', () => {
    assert.equal(durationText(3660, languageOf('da')), '1 time 1 min');
    assert.equal(durationText(180_000, languageOf('da')), '2 døgn 2 timer');
  });
});
