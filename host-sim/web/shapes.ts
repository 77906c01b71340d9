/**
 * Hands on the drawing of each verdict: six outlines that differ without colour, on grey paper,
 * and at the size of a letter. Drawn in the current text colour; the word always stands beside
 * it, so the drawing itself is hidden from readers of the page's text.
 */
import { type Markup, trusted } from './html.js';
import type { VerdictWord } from './words.js';

const LINE = 'fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"';
const FULL = 'fill="currentColor"';
const CUT = 'fill="none" stroke="#fff" stroke-width="1.9" stroke-linecap="round"';

const DRAWINGS: Readonly<Record<VerdictWord, string>> = {
  // A full disc with a tick.
  usable: `<circle cx="8" cy="8" r="7.2" ${FULL}/><path d="M4.6 8.3l2.4 2.4 4.6-5" ${CUT}/>`,
  // A diamond with an exclamation mark.
  inspect:
    `<path d="M8 .6L15.4 8 8 15.4.6 8z" ${FULL}/>` +
    `<path d="M8 4.4v4" ${CUT}/><circle cx="8" cy="11.2" r="1.1" fill="#fff"/>`,
  // An open ring with a question mark.
  unknown:
    `<circle cx="8" cy="8" r="6.9" ${LINE} stroke-dasharray="2.6 1.9"/>` +
    `<path d="M5.9 6.2c0-2.6 4.2-2.6 4.2-.1 0 1.7-2 1.6-2.1 3.2" ${LINE}/>` +
    `<circle cx="8" cy="11.6" r="1" ${FULL}/>`,
  // A full square with two bars: stop and hold.
  quarantine:
    `<rect x="1" y="1" width="14" height="14" rx="1.5" ${FULL}/>` +
    `<path d="M6 4.8v6.4M10 4.8v6.4" ${CUT}/>`,
  // An hourglass.
  expired:
    `<path d="M3 1.4h10M3 14.6h10" ${LINE}/>` +
    `<path d="M4 2c0 4 8 8 8 12H4c0-4 8-8 8-12z" ${FULL}/>`,
  // A full octagon with a cross.
  discard:
    `<path d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z" ${FULL}/>` +
    `<path d="M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6" ${CUT}/>`,
};

/** The shape of a verdict as inline SVG. */
export function verdictShape(verdict: VerdictWord): Markup {
  return trusted(
    `<svg class="shape" viewBox="0 0 16 16" aria-hidden="true" focusable="false">` +
      `${DRAWINGS[verdict]}</svg>`,
  );
}
