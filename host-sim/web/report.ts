/**
 * Hands on `report.html`: one page that holds everything, for the screen, for paper and for the
 * archive. It loads nothing from anywhere; its tables and its figure are there without scripts,
 * and the same data give the same bytes, so that a report can itself be hashed and filed.
 */
import { readFileSync } from 'node:fs';
import { DEFAULT_LANGUAGE, LANGUAGE_NAMES } from '../backend/sentences/language.js';
import { CHART_LOOK } from './chart-look.js';
import { identityOf } from './format.js';
import { type Markup, html, jsonForScript, trusted } from './html.js';
import { pageScript } from './page-script.js';
import { kitSection } from './report-cards.js';
import { figureSection } from './report-figure.js';
import { reportHead, verdictSection } from './report-head.js';
import { reviewSection, ruleSection, verifySection, wordSection } from './report-notes.js';
import { styleSheet } from './report-style.js';
import {
  eventSection,
  excursionSection,
  gapSection,
  journeySection,
  shockSection,
} from './report-tables.js';
import type { ReportData } from './report-types.js';

const CONTENTS: readonly (readonly [id: string, name: string])[] = [
  ['verdicts', 'Verdicts'],
  ['figure', 'Figure'],
  ['excursions', 'Excursions'],
  ['shocks', 'Shocks'],
  ['journey', 'Places'],
  ['gaps', 'Missing data'],
  ['kits', 'Each kit'],
  ['rules', 'Rules'],
  ['verify', 'Verify'],
  ['review', 'Review'],
  ['words', 'Words'],
  ['events', 'All events'],
];

/** Nothing may be loaded; styles and scripts of the page itself may run. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** The whole page as text. */
export function renderReport(data: ReportData): string {
  const title = `Journey report, container ${identityOf(data.facts.containerGrai)}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${trusted(styleSheet())}
        </style>
      </head>
      <body>
        <a class="skip" href="#verdicts">To the verdicts</a>
        ${reportHead(data)}
        <nav aria-label="Contents">
          ${CONTENTS.map(([id, name]) => html`<a href="#${id}">${name}</a> `)}
        </nav>
        <main>${SECTIONS.map((section) => section(data))}</main>
        <footer>
          Made from the log of ${identityOf(data.facts.loggerGiai)}, epoch ${data.facts.epoch},
          records ${data.facts.firstSequence} to ${data.facts.lastSequence}; chain hash
          <span class="hash">${data.facts.chainHash}</span>. Figure drawn with Apache
          ECharts.${languageNote(data)}
        </footer>
        ${scripts(data)}
      </body>
    </html> `.text;
}

/** Which part of a page in two languages is in which. */
function languageNote({ facts }: ReportData): string {
  if (facts.language === DEFAULT_LANGUAGE) return '';
  const name = new Map(LANGUAGE_NAMES).get(facts.language);
  return ` Verdicts and their reasons are told in ${name}; headings, figure and events in English.`;
}

/** What is decided first, then why, then how it was decided and how to check it. */
const SECTIONS: readonly ((data: ReportData) => Markup)[] = [
  verdictSection,
  figureSection,
  excursionSection,
  shockSection,
  journeySection,
  gapSection,
  kitSection,
  ruleSection,
  verifySection,
  reviewSection,
  wordSection,
  eventSection,
];

function scripts(data: ReportData): Markup {
  if (data.facts.firstWallS === null) return html``;
  const payload = { data: data.chart, look: CHART_LOOK };
  return html`<script type="application/json" id="report-data">
      ${jsonForScript(payload)}
    </script>
    <script>
      ${trusted(chartLibrary())};
    </script>
    <script>
      ${trusted(pageScript())};
    </script>`;
}

/** ECharts as it comes from npm; it must not close the element that it stands in. */
function chartLibrary(): string {
  const text = readFileSync(require.resolve('echarts/dist/echarts.min.js'), 'utf8');
  if (/<\/script/i.test(text)) throw new Error('echarts.min.js cannot stand inside a page');
  return text;
}
