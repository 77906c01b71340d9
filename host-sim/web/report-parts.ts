/**
 * Hands on the small parts that all sections of the report are made of: times with their zone,
 * record numbers, verdict badges, tables with their captions. They look and read the same wherever
 * they stand.
 */
import { DEFAULT_LANGUAGE, type LanguageCode } from '../backend/sentences/language.js';
import { languageOf } from '../backend/sentences/languages.js';
import type { VerdictReason } from '../backend/verdicts.js';
import { isoOf, minuteOf, plural } from './format.js';
import { type Markup, html } from './html.js';
import type { ReportFacts, ReportMoment } from './report-types.js';
import { verdictShape } from './shapes.js';
import type { VerdictWord } from './words.js';

/** What a crew's indicator says for a verdict. */
export const INDICATOR: Readonly<Record<VerdictWord, 'go' | 'look' | 'no'>> = Object.freeze({
  usable: 'go',
  inspect: 'look',
  unknown: 'look',
  quarantine: 'no',
  expired: 'no',
  discard: 'no',
});

/** A moment in UTC, with local time below where its offset is known. */
export function timeOf(moment: ReportMoment | null, facts: ReportFacts): Markup {
  if (moment === null) return html`<span class="dim">no end</span>`;
  return html`${wallTime(moment.wallS, facts)} ${recordRef(moment.sequence)}`;
}

/** A time without its record. */
export function wallTime(wallS: number | null, facts: ReportFacts): Markup {
  if (wallS === null) return html`<span class="dim">clock not set</span>`;
  const offset = facts.localOffsetMinutes;
  const local =
    offset === null || offset === 0
      ? null
      : html` <span class="local">${minuteOf(wallS, offset).slice(11)} local</span>`;
  return html`<time datetime="${isoOf(wallS)}">${minuteOf(wallS)}</time>${local}`;
}

/** The number of the record that a statement rests on. */
export function recordRef(sequence: number): Markup {
  return html`<span class="rec" title="record ${sequence} of the log">#${sequence}</span>`;
}

export function recordRefs(sequences: readonly number[]): Markup {
  return html`${sequences.map((sequence) => html`${recordRef(sequence)} `)}`;
}

/** A text that breaks at its spaces only: "LyoPlas N-w" and a date stay readable. */
export function wordsOf(text: string): Markup {
  return html`${text.split(' ').map((word) => html`<span class="nowrap">${word}</span> `)}`;
}

/** Shape and word; colour only repeats them. */
export function verdictBadge(verdict: VerdictWord, language: LanguageCode): Markup {
  const word = inLanguage(languageOf(language).verdicts[verdict], language);
  return html`<span class="badge v-${verdict}">${verdictShape(verdict)}${word}</span>`;
}

/** What a reason leads to, and its sentence. */
export function reasonSentence({ verdict, text }: VerdictReason, language: LanguageCode): Markup {
  const word = inLanguage(languageOf(language).verdicts[verdict], language);
  return html`<b class="v-${verdict}">${word}</b> ${inLanguage(text, language)}`;
}

/** Text with its language, where that is not the page's. */
export function inLanguage(text: string | Markup, language: LanguageCode): Markup {
  if (language === DEFAULT_LANGUAGE) return html`${text}`;
  return html`<span${languageMark(language)}>${text}</span>`;
}

/** What an element's tag ends with where its language is not the page's. */
export function languageMark(language: LanguageCode): Markup {
  return language === DEFAULT_LANGUAGE ? html`` : html` lang="${language}"`;
}

export interface Column {
  readonly name: string;
  /** Numbers stand right; tight columns do not wrap; a wide one gets what is left. */
  readonly kind?: 'num' | 'tight' | 'wide';
}

/** Columns from their names, and the kinds of those that have one. */
export function columnsOf(
  names: readonly string[],
  kinds: Readonly<Record<string, Column['kind']>> = {},
): Column[] {
  return names.map((name) => {
    const kind = kinds[name];
    return kind === undefined ? { name } : { name, kind };
  });
}

export interface TableParts {
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (Markup | string)[])[];
  /** Rows beyond are counted, not shown: the log holds them. */
  readonly rowsMax?: number;
  /** What stands there when there is no row. */
  readonly empty: string;
}

/** A table; on narrow screens each row becomes a card in which every cell names its column. */
export function table({ id, caption, columns, rows, rowsMax, empty }: TableParts): Markup {
  if (rows.length === 0) return html`<p class="none" id="${id}">${empty}</p>`;
  const shown = rows.slice(0, rowsMax);
  const rest = rows.length - shown.length;
  return html`<table id="${id}" class="cards">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(
            ({ name, kind }) => html`<th scope="col" class="${kind ?? 'text'}">${name}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          (row) =>
            html`<tr>
              ${row.map((cell, i) => tableCell(cell, columns[i]!, i))}
            </tr> `,
        )}
      </tbody>
    </table>
    ${rest > 0 && html`<p>${plural(rest, 'further row')} stand in log.csv.</p>`}`;
}

function tableCell(cell: Markup | string, { name, kind }: Column, at: number): Markup {
  const body = html`<div>${cell}</div>`;
  const style = kind ?? 'text';
  if (at === 0) return html`<th scope="row" data-label="${name}" class="${style}">${body}</th>`;
  return html`<td data-label="${name}" class="${style}">${body}</td>`;
}

export interface SectionParts {
  readonly id: string;
  readonly title: string;
  readonly lead?: Markup | string;
  readonly body: Markup;
}

export function section({ id, title, lead, body }: SectionParts): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${lead !== undefined && html`<p class="lead">${lead}</p>`} ${body}
  </section> `;
}
