/**
 * Hands on one card for each kit: what it is made of, its verdict with each reason's numbers, and
 * everything that happened to it, with the records as evidence. A card can be printed, cut out and
 * filed with the kit.
 */
import type { LanguageCode } from '../backend/sentences/language.js';
import { languageOf } from '../backend/sentences/languages.js';
import { dayOf, durationOf, identityOf } from './format.js';
import { type Markup, html } from './html.js';
import { budgetCell, kitAnchor, serialOf } from './report-head.js';
import {
  inLanguage,
  reasonSentence,
  recordRef,
  recordRefs,
  section,
  verdictBadge,
  wallTime,
} from './report-parts.js';
import type { ReportData, ReportFacts, ReportKit } from './report-types.js';
import { spaced } from './words.js';

type Reason = ReportKit['row']['reasons'][number];

export function kitSection({ kits, facts }: ReportData): Markup {
  return section({
    id: 'kits',
    title: 'Each kit',
    lead: 'Numbers behind # name records of the log, so that every statement can be looked up.',
    body: html`${kits.map((kit) => kitCard(kit, facts))}`,
  });
}

function kitCard(kit: ReportKit, facts: ReportFacts): Markup {
  const { name, row, timeline } = kit;
  const anchor = kitAnchor(row);
  return html`<article
    class="kit v-${row.verdict}"
    id="${anchor}"
    aria-labelledby="${anchor}-title"
  >
    <div class="kit-head">
      <h3 id="${anchor}-title">${name} <span class="id">${serialOf(row.sgtin)}</span></h3>
      ${verdictBadge(row.verdict, row.language)}
    </div>
    <div class="kit-body">
      <div>${contents(kit)}</div>
      <div>
        <h4>Why</h4>
        ${reasonList(row, facts)}
        <h4>What happened</h4>
        <ol class="timeline">
          ${timeline.map(
            ({ sequence, wallS, kind, text }) =>
              html`<li class="e-${kind}">
                <span class="when">${wallTime(wallS, facts)}</span>
                <span>${withoutName(text, name)} ${recordRef(sequence)}</span>
              </li> `,
          )}
        </ol>
        ${timeline.length === 0 && html`<p class="none">The log holds no event of this kit.</p>`}
      </div>
    </div>
  </article> `;
}

/** "Kit 3 is usable" as "Is usable": the card has said whose it is. */
function withoutName(text: string, name: string): string {
  if (!text.startsWith(name)) return text;
  const rest = text.slice(name.length).replace(/^:?\s+/, '');
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

function contents({ row, profile }: ReportKit): Markup {
  const place = row.slot === null ? '' : `, slot ${row.slot + 1}`;
  const custody = languageOf(row.language).custodies[row.custody];
  const facts: (readonly [name: string, value: Markup | string | false])[] = [
    ['Product', row.productName ?? row.product ?? 'unknown'],
    ['Kit', html`<span class="id">${identityOf(row.sgtin)}</span>`],
    ['Custody', html`${inLanguage(custody, row.language)}${place}`],
    ['Blood group', row.bloodGroup ?? false],
    ['Expires', dayOf(row.expiryWallS)],
    ['Stability budget left', budgetCell(row)],
    ['For information', inLanguage(row.mkt.text, row.language)],
    ['Rules', profile],
  ];
  return html`<dl>
      ${facts.map(
        ([name, value]) =>
          value !== false &&
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    ${
      row.units.length > 0 &&
      html`<h4>Donations</h4>
        <ul>
          ${row.units.map(({ din, productCode }) => unit(din, productCode))}
        </ul>`
    }
    ${
      row.components.length > 0 &&
      html`<h4>Components</h4>
        <ul>
          ${row.components.map(
            ({ kind, lot, expiryWallS }) =>
              html`<li>
                ${spaced(kind)}, lot <span class="id">${lot.slice(2)}</span>, expires
                ${dayOf(expiryWallS)}
              </li>`,
          )}
        </ul>`
    }`;
}

/** A DIN as people read it (without its data identifier) and the product code. */
function unit(din: string, productCode: string): Markup {
  const digits = din.replace(/^=/, '');
  const grouped = `${digits.slice(0, 5)} ${digits.slice(5, 7)} ${digits.slice(7)}`;
  return html`<li>
    <span class="id">${grouped}</span>, product
    <span class="id">${productCode.replace(/^=</, '')}</span>
  </li>`;
}

function reasonList({ reasons, text, language }: ReportKit['row'], facts: ReportFacts): Markup {
  if (reasons.length === 0) return html`<p>${inLanguage(`${text}.`, language)}</p>`;
  return html`<ul class="reasons">
    ${reasons.map((reason) => reasonItem(reason, facts, language))}
  </ul>`;
}

function spentBar(share: number): Markup {
  const percent = Math.min(100, Math.round(share * 100));
  return html`<span class="bar spent" aria-hidden="true"><i style="width:${percent}%"></i></span>`;
}

function usedText(usedS: number, allowedS: number, leftS: number): string {
  return `${durationOf(usedS)} of ${durationOf(allowedS)} used, ${durationOf(leftS)} left`;
}

function reasonItem(reason: Reason, facts: ReportFacts, language: LanguageCode): Markup {
  const { used, allowed, left, evidence, extreme } = reason;
  const isTimed = used !== null && allowed !== null && used >= 0 && allowed > 0;
  return html`<li>
    ${reasonSentence(reason, language)}. ${isTimed && spentBar(used / allowed)}
    <div class="fine">
      ${isTimed && html`<small>${usedText(used, allowed, left ?? 0)}</small>`}
      ${extreme !== null && html`<small>extreme at ${wallTime(extreme.wallS, facts)}</small>`}
      <small>evidence ${recordRefs(evidence)}</small>
    </div>
  </li>`;
}
