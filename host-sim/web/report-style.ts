/**
 * The style sheet of the report: for screens from 360 pixels on and for A4. Quiet, because a
 * report is read under stress or years later; colour repeats what words and shapes say. No font,
 * picture or other thing is loaded from anywhere.
 */
import { VERDICT_COLOURS } from './chart-look.js';
import { VERDICT_WORDS } from './words.js';

const PAGE = `
:root { --ink: #1d2a36; --dim: #55636f; --line: #d5dce2; --pale: #f4f7f9; --accent: #0b4f8a;
  --warn: #b23c00; --good: #00795c; color-scheme: light; }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: #fff; color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto,
  "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
main, header, nav, footer, .banner, .facts { max-width: 1180px; margin-inline: auto;
  padding-inline: 24px; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid #f0a500; outline-offset: 2px; }
h1, h2, h3, h4 { line-height: 1.25; margin: 0; }
h1 { font-size: 1.75rem; font-weight: 650; }
h2 { font-size: 1.3rem; padding-bottom: 6px; border-bottom: 2px solid var(--ink); }
h3 { font-size: 1.1rem; } table + h3 { margin-top: 26px; }
h4 { font-size: .8rem; letter-spacing: .05em; text-transform: uppercase; color: var(--dim);
  margin: 16px 0 4px; }
p { margin: 0 0 8px; }
ul, ol { margin: 0; padding-left: 1.1em; }
small { font-size: .83em; color: var(--dim); }
section { margin: 40px 0; }
.lead { color: var(--dim); margin: 8px 0 14px; max-width: 78ch; }
.dim { color: var(--dim); } .warn { color: var(--warn); } .good { color: var(--good); }
.nowrap, time { white-space: nowrap; }
.id, .hash, .rec, code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono",
  monospace; }
.id { overflow-wrap: anywhere; } .hash { font-size: .85em; overflow-wrap: anywhere; }
.hash span { white-space: nowrap; }
.rec { font-size: .78em; color: var(--dim); white-space: nowrap; }
.local { font-size: .83em; color: var(--dim); white-space: nowrap; }
.none { color: var(--dim); font-style: italic; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 8px; top: 8px; background: #fff; }
.tag { border: 1px solid currentColor; border-radius: 3px; padding: 0 5px; }
`;

const HEAD = `
header { display: flex; gap: 24px; justify-content: space-between; align-items: flex-start;
  flex-wrap: wrap; padding-block: 28px 18px; border-top: 6px solid var(--accent); }
header .title { flex: 1 1 480px; min-width: 0; }
.brand { letter-spacing: .08em; text-transform: uppercase; font-size: .8rem; font-weight: 600;
  color: var(--accent); margin-bottom: 4px; }
h1 .id { font-size: .82em; font-weight: 500; }
.span { font-size: 1.05rem; margin: 8px 0 0; } .zone { font-size: .85rem; color: var(--dim); }
.tally { list-style: none; display: flex; gap: 10px; padding: 0; }
.tally li { border: 1.5px solid; border-radius: 8px; padding: 8px 14px 7px; min-width: 112px; }
.tally b { font-size: 1.9rem; line-height: 1; }
.tally span { font-size: 1.15rem; font-weight: 650; }
.tally small { display: block; }
.outside { margin: 5px 2px 0; color: var(--dim); font-size: .87em; }
.t-go { color: var(--good); } .t-look { color: #8a5a00; } .t-no { color: #8c1034; }
.banner { border-left: 5px solid #8a5a00; background: #fdf6e6; padding-block: 8px;
  margin-block: 0 8px; max-width: 1132px; }
.banner.bad { border-color: #8c1034; background: #fbeef1; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(440px, 1fr)); gap: 0 32px;
  margin-block: 14px 0; }
.facts div, .kit dl div { display: flex; gap: 12px; padding: 5px 0;
  border-bottom: 1px solid var(--line); }
.facts div:last-child { grid-column: 1 / -1; }
dt { flex: 0 0 96px; color: var(--dim); font-size: .87em; padding-top: 1px; }
dd { margin: 0; min-width: 0; }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; padding-block: 12px; margin-top: 14px;
  font-size: .9rem; }
footer { border-top: 1px solid var(--line); padding-block: 14px 40px; color: var(--dim);
  font-size: .85rem; }
`;

const TABLES = `
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
caption { text-align: left; font-size: .85em; color: var(--dim); padding-bottom: 4px; }
th, td { text-align: left; vertical-align: top; padding: 7px 12px 7px 0;
  border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { font-size: .83em; font-weight: 600; color: var(--dim); border-bottom-color: var(--ink);
  vertical-align: bottom; }
tbody th { font-weight: 600; } th time, th .local, th .rec, th .dim { font-weight: 400; }
.tight { white-space: nowrap; width: 1%; } .wide { width: 46%; }
.num { text-align: right; padding-right: 20px; }
.badge { display: inline-flex; align-items: center; gap: 6px; border: 1.5px solid;
  border-radius: 5px; padding: 2px 9px 2px 6px; font-weight: 650; white-space: nowrap;
  background: #fff; }
.shape { width: 1.05em; height: 1.05em; flex: none; }
.why, .reasons { list-style: none; padding: 0; } .why li + li { margin-top: 4px; }
.why b, .reasons b { font-weight: 650; } .why b::after, .reasons b::after { content: ":"; }
.bar { display: block; height: 7px; width: 100%; min-width: 84px; max-width: 220px; margin-top: 4px;
  border: 1px solid var(--dim); border-radius: 4px; overflow: hidden; background: #fff; }
.bar i { display: block; height: 100%; background: var(--good); }
.bar.spent i { background: repeating-linear-gradient(45deg, #b23c00 0 4px, #d9773f 4px 7px); }
details > summary { cursor: pointer; padding: 6px 0; color: var(--accent); }
.words, .sign { display: grid; grid-template-columns: repeat(auto-fill, minmax(430px, 1fr));
  gap: 0 32px; margin: 12px 0 0; }
.words div, .sign div { display: flex; gap: 14px; padding: 6px 0;
  border-bottom: 1px solid var(--line); align-items: baseline; }
.words dt, .sign dt { flex: 0 0 138px; color: var(--ink); font-weight: 600; }
.sign div { min-height: 44px; align-items: flex-end; border-color: var(--ink); }
.steps li { margin-bottom: 8px; max-width: 86ch; }
`;

const KITS = `
.kit { border: 1px solid var(--line); border-left: 6px solid var(--edge, var(--line));
  border-radius: 6px; margin: 0 0 18px; background: #fff; color: var(--ink); }
.kit-head { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center;
  justify-content: space-between; padding: 10px 16px; background: var(--pale);
  border-bottom: 1px solid var(--line); border-radius: 0 6px 0 0; }
.kit-head .id { font-size: .85em; font-weight: 500; color: var(--dim); }
.kit-body { display: grid; grid-template-columns: minmax(260px, 350px) 1fr; gap: 8px 36px;
  padding: 6px 16px 14px; }
.kit-body h4:first-child { margin-top: 8px; }
.kit dl { margin: 4px 0 0; } .kit dt { flex-basis: 104px; }
.kit ul { font-size: .92rem; } .kit .reasons li { margin-bottom: 8px; }
.fine { line-height: 1.35; } .fine small { margin-right: 10px; }
.timeline { list-style: none; padding: 0; border-left: 2px solid var(--line); margin-left: 5px; }
.timeline li { position: relative; padding: 2px 0 5px 18px; display: grid; gap: 0 14px;
  grid-template-columns: 212px 1fr; font-size: .92rem; }
.timeline li::before { content: ""; position: absolute; left: -6px; top: 8px; width: 10px;
  height: 10px; border-radius: 50%; background: #fff; border: 2px solid var(--accent); }
.timeline .e-verdict::before { background: var(--accent); }
.timeline .e-excursion::before, .timeline .e-shock::before { border-radius: 1px;
  background: var(--warn); border-color: var(--warn); }
.timeline .e-excursion, .timeline .e-shock { font-weight: 550; } .when { font-weight: 400; }
`;

const FIGURE = `
figure { margin: 0; } figcaption { color: var(--dim); font-size: .87rem; margin-top: 6px; }
.still svg { display: block; width: 100%; height: auto; }
.still { overflow-x: auto; } .has-live .still { display: none; }
.controls { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; margin: 0 0 8px;
  font-size: .9rem; }
.controls[hidden] { display: none; }
.group { display: flex; flex-wrap: wrap; gap: 6px; }
button, select { font: inherit; color: var(--accent); background: #fff; border: 1px solid
  var(--accent); border-radius: 5px; padding: 4px 10px; cursor: pointer; }
button:hover { background: var(--pale); }
.tip { font-size: 12.5px; line-height: 1.45; max-width: 340px; white-space: normal; }
.tip b { font-weight: 650; } .tip p { margin: 0; }
`;

const NARROW = `
@media screen and (max-width: 900px) {
  main, header, nav, footer, .banner, .facts { padding-inline: 14px; }
  h1 { font-size: 1.35rem; } section { margin: 30px 0; }
  .tally { width: 100%; gap: 6px; } .tally li { flex: 1; min-width: 0; padding: 8px 9px; }
  .tally small { font-size: .72em; line-height: 1.3; }
  .facts, .words, .sign { grid-template-columns: minmax(0, 1fr); }
  .words dt, .sign dt { flex-basis: 118px; }
  table.cards thead { position: absolute; left: -9999px; }
  table.cards, .cards tbody, .cards tr, .cards th, .cards td, .cards caption { display: block; }
  .cards tr { border: 1px solid var(--line); border-radius: 6px; padding: 6px 12px;
    margin-bottom: 10px; }
  .cards tbody td, .cards tbody th { border: 0; padding: 3px 0; text-align: left; display: flex;
    gap: 10px; }
  .cards tbody td::before, .cards tbody th::before { content: attr(data-label); flex: 0 0 92px;
    color: var(--dim); font-size: .83em; font-weight: 400; padding-top: 2px; }
  .cards td > div, .cards tbody th > div { min-width: 0; flex: 1; }
  .cards .tight { white-space: normal; width: auto; } .cards .wide { width: auto; }
  .kit-body { grid-template-columns: minmax(0, 1fr); padding-inline: 12px; }
  .timeline li { grid-template-columns: minmax(0, 1fr); }
  .still svg { width: 760px; max-width: none; }
}
`;

const PRINT = `
@page { size: A4; margin: 14mm 12mm 15mm; }
@media print {
  html { font-size: 11.4px; } body { font-size: 9.2pt; line-height: 1.38; }
  main, header, nav, footer, .banner, .facts { max-width: none; padding-inline: 0; }
  .banner { padding-left: 10px; }
  nav, .controls, .live, .skip, #events { display: none !important; }
  .has-live .still { display: block; } .still { overflow: visible; }
  header { padding-block: 6px 10px; flex-wrap: nowrap; }
  h1 { font-size: 15pt; } h2 { font-size: 12pt; }
  header .title { flex-basis: auto; } h3 { font-size: 10.5pt; } .span { font-size: 10.5pt; }
  section { margin: 16px 0; } h2, h3, h4, caption, .lead { break-after: avoid; }
  .lead, thead { break-inside: avoid; }
  #figure { break-inside: avoid; } tbody tr:first-child { break-before: avoid; }
  table { font-size: 8.6pt; } th, td { padding-right: 8px; } .bar { min-width: 56px; }
  .badge { padding: 1px 6px 1px 4px; }
  .facts { grid-template-columns: 1fr 1fr; }
  tr, .kit, figure, li, .sign, dl div { break-inside: avoid; }
  .kit { margin-bottom: 10px; font-size: 8.2pt; line-height: 1.32; } .kit h3 { font-size: 10.5pt; }
  .kit-body { grid-template-columns: 196px 1fr; gap: 4px 20px; padding-bottom: 8px; }
  .kit-head { padding-block: 5px; } .kit dt { flex-basis: 76px; }
  .timeline .local { display: none; }
  .kit h4 { margin-top: 8px; } .kit .reasons li { margin-bottom: 3px; }
  .timeline li { padding-bottom: 1px; }
  .timeline li::before { width: 8px; height: 8px; left: -5px; top: 4px; border-width: 1.5px; }
  .timeline li { grid-template-columns: 116px 1fr; } .words { grid-template-columns: 1fr 1fr; }
  .words dt { flex-basis: 110px; } th, td { padding-block: 4px; } a { color: inherit; }
  .tally { margin-right: 2px; } .tally li { min-width: 74px; padding: 5px 8px; }
  .tally b { font-size: 15pt; }
  .tally span { font-size: 10pt; } .tally small { font-size: 6.6pt; max-width: 80px; }
  .badge, .bar i, .banner, .kit-head, .timeline li::before, .still { print-color-adjust: exact;
    -webkit-print-color-adjust: exact; }
}
`;

/** The whole style sheet; colours of verdicts come from the same table as the figure's. */
export function styleSheet(): string {
  const verdicts = VERDICT_WORDS.map(
    (word) =>
      `.badge.v-${word}, b.v-${word} { color: ${VERDICT_COLOURS[word]}; }\n` +
      `.kit.v-${word} { --edge: ${VERDICT_COLOURS[word]}; }`,
  );
  return [PAGE, HEAD, TABLES, KITS, FIGURE, verdicts.join('\n'), NARROW, PRINT].join('');
}
