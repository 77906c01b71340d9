/**
 * Hands on the end of the report: the rules by which the kits were judged with the source of each
 * number, how anyone can verify the log without us, a place to sign, and the words that the report
 * uses. What a blood bank needs years later stands on the same paper.
 */
import type { LanguageCode } from '../backend/sentences/language.js';
import { languageOf } from '../backend/sentences/languages.js';
import { type Markup, html } from './html.js';
import { columnsOf, inLanguage, section, table, verdictBadge } from './report-parts.js';
import type { ReportData, ReportProfile } from './report-types.js';
import { VERDICT_WORDS } from './words.js';

export function ruleSection({ profiles, facts }: ReportData): Markup {
  return section({
    id: 'rules',
    title: 'Rules',
    lead: html`A kit is judged by the profile that it was packed under. Limits are compared with the
    stored value of 0.01 °C; hot limits with the warmer probe of a slot, cold limits with the
    colder.`,
    body:
      profiles.length === 0
        ? html`<p class="none">The profiles that the log names are not at hand.</p>`
        : html`${profiles.map((profile) => profileTable(profile, facts.language))}`,
  });
}

function profileTable(profile: ReportProfile, language: LanguageCode): Markup {
  const { name, id, version, hash, isExample, rules } = profile;
  return html`<h3>${name}${isExample && html` <small class="tag">example</small>`}</h3>
    <p>
      <small>Profile ${id}, version ${version}, SHA-256 <span class="hash">${hash}</span></small>
    </p>
    ${table({
      id: `rules-${id}`,
      caption: `Rules of ${name}`,
      columns: columnsOf(['Rule', 'Limit', 'Allowed', 'Leads to', 'Source'], { Source: 'wide' }),
      rows: rules.map(({ zone, limit, allowance, verdict, source }) => [
        zone,
        limit,
        allowance,
        verdictBadge(verdict, language),
        html`<small>${source}</small>`,
      ]),
      empty: 'No rules.',
    })}`;
}

export function verifySection({ facts }: ReportData): Markup {
  return section({
    id: 'verify',
    title: 'How to verify this report',
    lead: 'Nobody needs to believe this page or its maker: the files beside it prove what it says.',
    body: html`<ol class="steps">
      <li>
        <b>Look a statement up.</b> A number behind # is a record's sequence number in
        <code>log.csv</code> and <code>log.jsonl</code>, which hold every record. Records count
        kits, slots and probes from 0, this page from 1.
      </li>
      <li>
        <b>Recompute the chain hash.</b> Each record is hashed into a chain: SHA-256 over the hash
        so far, journal epoch, first sequence number and the records' canonical bytes, segment by
        segment (<code>FORMAT.md</code>). One altered, missing or added record changes the hash at
        the top of this page.
      </li>
      <li>
        <b>Check the signatures.</b> <code>handoff.bin</code> holds what the dock received: the
        container's certificate, signed by the root key (<code>root.pub</code>), and checkpoints in
        which the container signs epoch ${facts.epoch}, sequence number and chain hash. All are
        COSE_Sign1 with ES256 (RFC 9052), which many libraries verify.
      </li>
      <li>
        <b>Judge anew.</b> <code>verdicts.json</code> holds the numbers behind each reason. The
        rules are above; the readings are in the log. The same rules on the same readings give the
        same verdicts.
      </li>
    </ol>`,
  });
}

/** Lines for the person who decides; a page cannot. */
export function reviewSection(): Markup {
  const lines = [
    'Reviewed by',
    'Date and time',
    'Kits released',
    'Kits held or discarded',
    'Signature',
  ];
  return section({
    id: 'review',
    title: 'Review',
    lead: 'The container judges by its rules; a person decides. To be filled in on paper.',
    body: html`<dl class="sign">
      ${lines.map(
        (line) =>
          html`<div>
            <dt>${line}</dt>
            <dd></dd>
          </div>`,
      )}
    </dl>`,
  });
}

const WORDS: readonly (readonly [word: string, meaning: string])[] = [
  ['allowance', 'time that a rule permits beyond its limit: none, at a stretch, or in total.'],
  ['chain hash', 'SHA-256 that depends on every record so far; it seals the log.'],
  ['checkpoint', "the container's signed statement of its chain hash at one record."],
  ['custody', 'where a kit is, apart from its verdict: in, taken, mixed, used, wasted.'],
  ['ΔV', 'change of speed during a shock; a fall from 46 cm ends at 3.0 m/s.'],
  ['epoch', 'life of one journal; a new one begins when the memory is formatted.'],
  ['excursion', "a rule's limit passed for longer than it allows."],
  ['gap', 'time without a reading, recorded with its reason.'],
  ['GIAI, GLN, GRAI, SGTIN', "GS1's keys for a device, a place, a returnable container, a kit."],
  ['kit', 'plasma, diluent and transfer set, packed and judged as one.'],
  ['profile', "a product's rules, signed by quality, named by their hash."],
  ['receipt', 'the signed statement of the backend that it has stored all records up to one.'],
  ['stability budget', 'shelf life used up faster in warmth, weighted by the rate of degradation.'],
  [
    'summed up',
    'readings, all judged, of which number, least, greatest and mean are left: memory was full.',
  ],
];

export function wordSection({ facts }: ReportData): Markup {
  const { language } = facts;
  const { meanings } = languageOf(language);
  return section({
    id: 'words',
    title: 'Words',
    body: html`<dl class="words">
      ${VERDICT_WORDS.map(
        (verdict) =>
          html`<div>
            <dt>${verdictBadge(verdict, language)}</dt>
            <dd>${inLanguage(meanings[verdict], language)}</dd>
          </div> `,
      )}${WORDS.map(
        ([word, meaning]) =>
          html`<div>
            <dt>${word}</dt>
            <dd>${meaning}</dd>
          </div> `,
      )}
    </dl>`,
  });
}
