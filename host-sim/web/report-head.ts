/**
 * Hands on the top of the report: which container, which journey, what was proven about the log,
 * and the table of verdicts. Whoever reads only this much knows what happened to each kit, and on
 * which records that rests.
 */
import { budgetWords } from '../backend/sentences/budget-text.js';
import { languageOf } from '../backend/sentences/languages.js';
import {
  countOf,
  celsiusOf,
  dayOf,
  durationOf,
  identityOf,
  minuteOf,
  offsetName,
  plural,
} from './format.js';
import { type Markup, html } from './html.js';
import {
  INDICATOR,
  columnsOf,
  inLanguage,
  languageMark,
  reasonSentence,
  recordRef,
  recordRefs,
  section,
  table,
  timeOf,
  verdictBadge,
  wallTime,
  wordsOf,
} from './report-parts.js';
import type { ReportData, ReportExtreme, ReportFacts, ReportKit } from './report-types.js';
import { VERDICT_WORDS, type VerdictWord } from './words.js';

/** Title, journey, proof and counts. */
export function reportHead(data: ReportData): Markup {
  const { facts } = data;
  const { firstWallS, lastWallS } = facts;
  const span =
    firstWallS === null || lastWallS === null
      ? html`<span class="dim">no clock was set</span>`
      : html`${wallTime(firstWallS, facts)} to ${wallTime(lastWallS, facts)}
          <span class="dim">(${durationOf(lastWallS - firstWallS)})</span>`;
  return html`<header>
      <div class="title">
        <p class="brand">Plasmavakt · journey report</p>
        <h1>Container <span class="id">${identityOf(facts.containerGrai)}</span></h1>
        <p class="span">${span}</p>
        <p class="zone">${zoneText(facts.localOffsetMinutes)}</p>
      </div>
      ${tally(data)}
    </header>
    ${banners(data)} ${proof(data)} `;
}

function zoneText(offset: number | null): string {
  if (offset === null || offset === 0) return 'All times are UTC.';
  return `All times are UTC; local time here is ${offsetName(offset)}.`;
}

/** How many of the kits in the container say go, look or no, as its lamp counts them. */
function tally({ kits, facts }: ReportData): Markup {
  const { language } = facts;
  const lang = languageMark(language);
  const meaning = (...words: VerdictWord[]): string =>
    words.map((word) => languageOf(language).verdicts[word]).join(', ');
  const inside = kitsInside(kits);
  const count = (word: string): number =>
    inside.filter(({ row }) => INDICATOR[row.verdict] === word).length;
  const items = [
    ['go', meaning('usable')],
    ['look', meaning('inspect', 'unknown')],
    ['no', meaning('quarantine', 'expired', 'discard')],
  ] as const;
  const outside = kits.length - inside.length;
  return html`<div>
    <ul class="tally" aria-label="${plural(inside.length, 'kit')} in the container">
      ${items.map(
        ([word, verdicts]) =>
          html`<li class="t-${word}">
            <b>${count(word)}</b> <span>${word}</span><small${lang}>${verdicts}</small>
          </li> `,
      )}
    </ul>
    ${outside > 0 && html`<p class="outside">${outside} out of the container</p>`}
  </div>`;
}

function kitsInside(kits: readonly ReportKit[]): readonly ReportKit[] {
  return kits.filter(({ row }) => row.custody === 'in');
}

/** What a reader must know before anything else. */
function banners({ facts, profiles }: ReportData): Markup {
  const examples = profiles.filter(({ isExample }) => isExample).map(({ name }) => name);
  return html`${
    facts.isSimulated &&
    html`<p class="banner">
      <b>Simulated journey.</b> Made by the simulator; no evidence about any real kit.
    </p> `
  }${
    examples.length > 0 &&
    html`<p class="banner">
      <b>Example rules.</b> The limits for ${examples.join(' and ')} are examples, set by no blood
      establishment. They clear nothing on a real container.
    </p> `
  }${
    facts.problems.length > 0 &&
    html`<div class="banner bad">
      <b>The log is damaged.</b> What could not be read is missing below:
      <ul>
        ${facts.problems.map((problem) => html`<li>${problem}</li>`)}
      </ul>
    </div> `
  }${
    facts.recordsWithoutTime > 0 &&
    html`<p class="banner">
      ${plural(facts.recordsWithoutTime, 'record')} of a start without a set clock have no time.
      They count for the verdicts, but are not drawn.
    </p> `
  }`;
}

/** Facts about the log and how far they are proven. */
function proof({ facts, temperature }: ReportData): Markup {
  const { checkpoint, receiptSequence, samplePeriodS } = facts;
  const every = samplePeriodS === null ? '' : `, one every ${durationOf(samplePeriodS)}`;
  const probes = plural(facts.probeCount, 'probe');
  const summedUp =
    facts.summedUpCount > 0 &&
    html`; ${countOf(facts.summedUpCount)} summed up, because the container's memory was full and no
    receipt came`;
  const rows: (readonly [name: string, value: Markup | string])[] = [
    ['Logger', html`<span class="id">${identityOf(facts.loggerGiai)}</span>`],
    [
      'Log',
      html`epoch ${facts.epoch}, records ${facts.firstSequence} to ${facts.lastSequence}
      (${countOf(facts.recordCount)}), ${plural(facts.bootCount, 'start')}`,
    ],
    ['Readings', html`${countOf(facts.readingCount)} of ${probes}${every}${summedUp}`],
    [
      'Temperature',
      temperature === null
        ? html`<span class="dim">no reading</span>`
        : html`${extreme(temperature.minimumCentiC, temperature.minimum, facts)} to
          ${extreme(temperature.maximumCentiC, temperature.maximum, facts)}`,
    ],
    ['Signature', checkpointText(checkpoint)],
    [
      'Receipt',
      receiptSequence === null
        ? html`<b class="warn">not receipted</b>`
        : html`stored by the backend up to record ${receiptSequence}`,
    ],
    ['Chain hash', html`<span class="hash">${groups(facts.chainHash)}</span>`],
  ];
  return html`<dl class="facts">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div> `,
    )}
  </dl>`;
}

function extreme(centiC: number, moment: ReportExtreme, facts: ReportFacts): Markup {
  const { wallS, untilS, sequence } = moment;
  const time =
    untilS === undefined
      ? timeOf(moment, facts)
      : html`at some time from ${wallTime(wallS, facts)} to ${wallTime(untilS, facts)}
        ${recordRef(sequence)}`;
  return html`${celsiusOf(centiC)} °C (${time})`;
}

function checkpointText(checkpoint: ReportData['facts']['checkpoint']): Markup {
  if (checkpoint === null) return html`<b class="warn">no signed checkpoint</b>`;
  const { isVerified, sequence, detail } = checkpoint;
  return isVerified
    ? html`<b class="good">✓ verified</b> up to record ${sequence} against ${detail}`
    : html`<b class="warn">✗ not verified</b> (record ${sequence}): ${detail}`;
}

/** A long hex number in groups of eight, so that eyes can compare it. */
function groups(hex: string): Markup {
  const parts = hex.match(/.{1,8}/g) ?? [];
  return html`${parts.map((part) => html`<span>${part}</span> `)}`;
}

/** The table that everything else explains. */
export function verdictSection(data: ReportData): Markup {
  const { facts, kits } = data;
  const rows = kits.map(({ name, row }) => [
    html`<a href="#${kitAnchor(row)}">${name}</a><br /><small class="id nowrap"
        >${serialOf(row.sgtin)}</small
      >`,
    wordsOf(row.productName ?? row.product ?? 'unknown product'),
    verdictBadge(row.verdict, row.language),
    whyCell(row),
    custodyCell(row),
    html`<span class="nowrap">${dayOf(row.expiryWallS)}</span>`,
    budgetCell(row),
  ]);
  const columns = ['Kit', 'Product', 'Verdict', 'Why', 'Custody', 'Expires', 'Budget left'];
  const lastTime = facts.lastWallS === null ? '' : `, at ${minuteOf(facts.lastWallS)} UTC`;
  return section({
    id: 'verdicts',
    title: 'Verdicts',
    lead: html`As the container recorded them${lastTime}. ${verdictCounts(data)}`,
    body: table({
      id: 'verdict-table',
      caption: 'Verdict of each kit with all reasons',
      columns: columnsOf(columns, { Kit: 'tight', Why: 'wide', Custody: 'tight' }),
      rows,
      empty: 'No kit was ever packed into this container.',
    }),
  });
}

/** "1 expired, 7 usable; 1 out of the container." */
function verdictCounts({ kits, facts }: ReportData): string {
  const { verdicts } = languageOf(facts.language);
  const inside = kitsInside(kits);
  const counts = VERDICT_WORDS.flatMap((word: VerdictWord) => {
    const count = inside.filter(({ row }) => row.verdict === word).length;
    return count === 0 ? [] : [`${count} ${verdicts[word]}`];
  });
  const outside = kits.length - inside.length;
  const others = outside === 0 ? [] : [`${outside} out of the container`];
  const parts = [...(counts.length === 0 ? [] : [counts.join(', ')]), ...others];
  return parts.length === 0 ? '' : `${parts.join('; ')}.`;
}

function custodyCell({ custody, slot, language }: ReportKit['row']): Markup {
  const word = languageOf(language).custodies[custody];
  const where = slot !== null && html`<br /><small>slot ${slot + 1}</small>`;
  return html`${inLanguage(word, language)}${where}`;
}

function whyCell({ reasons, text, language }: ReportKit['row']): Markup {
  if (reasons.length === 0) return html`<span class="dim">${inLanguage(text, language)}</span>`;
  return html`<ul class="why">
    ${reasons.map(
      (reason) => html`<li>${reasonSentence(reason, language)} ${recordRefs(reason.evidence)}</li>`,
    )}
  </ul>`;
}

/** Share and days of the stability budget, as of when, with a bar; in words first. */
export function budgetCell(row: ReportKit['row']): Markup {
  const language = languageOf(row.language);
  const words = budgetWords(row, language);
  if (typeof words === 'string') {
    return html`<span class="dim">${inLanguage(words, row.language)}</span>`;
  }
  const { share, days, asOf } = words;
  const width = (row.budgetLeftPermille ?? 0) / 10;
  return html`<span class="nowrap">${share}</span>${
      days !== '' &&
      html` <small class="nowrap">${days}</small
        ><span class="bar" aria-hidden="true"><i style="width:${width}%"></i></span>`
    }<small>${language.budgetLeft.asOf} ${wordsOf(asOf)}</small>`;
}

/** The serial number of a kit, which is what its label shows largest. */
export function serialOf(sgtin: string): string {
  return sgtin.replace(/^01\d{14}21/, '');
}

/** Name of a kit's card in the page; its number may have been another kit's before. */
export function kitAnchor(row: ReportKit['row']): string {
  return `kit-${row.packed.sequence}`;
}
