/**
 * What the command tells at the end of a run, as text: a table with one row for each kit and its
 * reasons in words (a list on a narrow terminal), what the docks received, and where the files are.
 * Every verdict is a word; colour only repeats it, and where none is wanted there is not one
 * control code.
 */
import Table from 'cli-table3';
import pc from 'picocolors';
import { budgetWords } from '../backend/sentences/budget-text.js';
import { DEFAULT_LANGUAGE, type TableHead } from '../backend/sentences/language.js';
import { languageOf } from '../backend/sentences/languages.js';
import type { KitVerdict } from '../backend/verdicts.js';
import { countOf, dayOf, plural } from '../web/format.js';
import { PLAIN_BORDERS } from './borders.js';
import type { HandoffFacts, OutputFile, RunResult } from './run-types.js';

export interface TextOptions {
  readonly useColour: boolean;
  /** Width of the terminal. */
  readonly columns: number;
}

const HEADS: readonly TableHead[] = [
  'kit',
  'product',
  'custody',
  'verdict',
  'reasons',
  'expiry',
  'budgetLeft',
];
const REASONS_AT = HEADS.indexOf('reasons');
const REASONS_MIN = 28;
const REASONS_MAX = 72;

type Cells = [
  kit: string,
  product: string,
  custody: string,
  verdict: string,
  reasons: string,
  expiry: string,
  budget: string,
];
type Row = readonly [verdict: KitVerdict, cells: Readonly<Cells>];

/** All that is told of a finished run, with a line end behind the last line. */
export function resultText(result: RunResult, options: TextOptions): string {
  const { warnings, handoffs, files } = result;
  const parts = [
    verdictsText(result.verdicts, options),
    handoffs.length === 0 ? 'No dock received anything.' : handoffText(handoffs),
    filesText(files),
    runText(result),
    ...(warnings.length > 0 ? [warnings.map((warning) => `warning: ${warning}`).join('\n')] : []),
  ];
  return `\n${parts.join('\n\n')}\n`;
}

/** As a table, or as a list where the terminal is too narrow for one. */
export function verdictsText(verdicts: readonly KitVerdict[], options: TextOptions): string {
  const rows = verdicts.map((verdict): Row => [verdict, cellsOf(verdict)]);
  const fits = widthBesideReasons(rows) + REASONS_MIN <= options.columns;
  if (fits) return verdictTable(verdicts, options);
  return rows.map((row) => kitText(row, options)).join('\n');
}

/** Columns that a table takes without what stands in its reasons. */
function widthBesideReasons(rows: readonly Row[]): number {
  const widths = headsOf(rows).map((head, column) =>
    Math.max(head.length, ...rows.map(([, cells]) => widest(cells[column]!))),
  );
  return widths.reduce((sum, width, i) => sum + (i === REASONS_AT ? 0 : width + 3), 4);
}

/** The heads in the language of the verdicts. */
function headsOf(rows: readonly Row[]): string[] {
  const { heads } = languageOf(rows[0]?.[0].language ?? DEFAULT_LANGUAGE).table;
  return HEADS.map((head) => heads[head]);
}

/** One kit in a few lines: who, where and verdict, then reasons and dates, hung by two. */
function kitText([verdict, cells]: Row, options: TextOptions): string {
  const [kit, product, custody, word, reasons, expiry, budget] = cells;
  const inOneLine = (cell: string): string => cell.replaceAll('\n', ', ');
  const { heads } = languageOf(verdict.language).table;
  const head = `${heads.kit} ${inOneLine(kit)}, ${product}, ${custody}: `;
  const dates = `${heads.expiry} ${expiry}; ${heads.budgetLeft} ${budget.replaceAll('\n', ' ')}`;
  const rest = [reasons, dates];
  const body = wrap(rest.join('\n'), options.columns - 2).replace(/^/gm, '  ');
  return `${head}${paint(verdict.verdict, word, options)}\n${body}`;
}

/** One row for each kit; reasons are wrapped to what the terminal has left. */
export function verdictTable(verdicts: readonly KitVerdict[], options: TextOptions): string {
  const rows = verdicts.map((verdict): Row => [verdict, cellsOf(verdict)]);
  const left = options.columns - widthBesideReasons(rows);
  const room = Math.max(REASONS_MIN, Math.min(REASONS_MAX, left));
  const table = new Table({
    head: headsOf(rows),
    ...PLAIN_BORDERS,
    style: { ...PLAIN_BORDERS.style, compact: false },
  });
  for (const [verdict, cells] of rows) {
    table.push(
      cells.map((cell, column) => {
        if (column === REASONS_AT) return wrap(cell, room);
        return HEADS[column] === 'verdict' ? paint(verdict.verdict, cell, options) : cell;
      }),
    );
  }
  return table.toString();
}

function cellsOf(row: KitVerdict): Cells {
  const { verdicts, custodies, table } = languageOf(row.language);
  const place = row.slot === null ? '' : `\n${table.slot} ${row.slot + 1}`;
  const serial = row.sgtin.replace(/^01\d{14}21/, '');
  return [
    `${row.kit + 1}  ${serial}${place}`,
    row.productName ?? row.product ?? table.unknownProduct,
    custodies[row.custody],
    verdicts[row.verdict],
    reasonsText(row),
    dayOf(row.expiryWallS),
    budgetText(row),
  ];
}

function reasonsText({ reasons, text }: KitVerdict): string {
  if (reasons.length === 0) return text;
  return reasons.map((reason) => `${reasons.length > 1 ? '- ' : ''}${reason.text}`).join('\n');
}

/** "97.2 % as of", the record's time, "352 d at 25 °C", each in a line. */
function budgetText(row: KitVerdict): string {
  const language = languageOf(row.language);
  const words = budgetWords(row, language);
  if (typeof words === 'string') return words;
  const lines = [`${words.share} ${language.budgetLeft.asOf}`, words.asOf, words.days];
  return lines.filter((line) => line !== '').join('\n');
}

function widest(cell: string): number {
  return Math.max(...cell.split('\n').map((line) => line.length));
}

/** Breaks at spaces; a word longer than the room stays whole. Lines of a list hang by two. */
function wrap(text: string, room: number): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    const indent = paragraph.startsWith('- ') ? '  ' : '';
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && `${line} ${word}`.length > room) {
        lines.push(line);
        line = indent + word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines.join('\n');
}

function paint(verdict: KitVerdict['verdict'], text: string, { useColour }: TextOptions): string {
  const { green, yellow, red, bold } = pc.createColors(useColour);
  if (verdict === 'usable') return green(text);
  return verdict === 'inspect' || verdict === 'unknown' ? yellow(text) : bold(red(text));
}

/** One line for each dock; a container is often docked anew at the same one. */
function handoffText(handoffs: readonly HandoffFacts[]): string {
  const docks = new Map<string, HandoffFacts[]>();
  for (const visit of handoffs) {
    const visits = docks.get(visit.dock);
    if (visits === undefined) docks.set(visit.dock, [visit]);
    else visits.push(visit);
  }
  const lines = [...docks].map(([dock, visits]) => `  ${dock}: ${dockText(visits)}`);
  return ['Handed over', ...lines].join('\n');
}

function dockText(visits: readonly HandoffFacts[]): string {
  const sum = (of: (visit: HandoffFacts) => number): number =>
    visits.reduce((total, visit) => total + of(visit), 0);
  const airSeconds = sum((visit) => visit.airSeconds).toFixed(2);
  const receipted = Math.max(...visits.map(({ sequence }) => sequence));
  return (
    `${plural(visits.length, 'visit')}, ${plural(
      sum(({ records }) => records),
      'record',
    )}, ` +
    `${countOf(sum(({ bytes }) => bytes))} bytes in ` +
    `${plural(
      sum(({ messages }) => messages),
      'message',
    )}, ${airSeconds} s of air time; ` +
    (receipted < 0 ? 'no receipt' : `receipt up to record ${receipted}`)
  );
}

function filesText(files: readonly OutputFile[]): string {
  const width = Math.max(0, ...files.map(({ name }) => name.length));
  const lines = files.map(
    ({ name, path, bytes }) =>
      `  ${name.padEnd(width)}  ${countOf(bytes).padStart(11)} bytes  ${path}`,
  );
  return ['Files', ...lines].join('\n');
}

function runText({ simulatedDays, wallSecondsElapsed, records, finalHash }: RunResult): string {
  const days = Number(simulatedDays.toFixed(2));
  return (
    `${days} days simulated in ${wallSecondsElapsed.toFixed(1)} s, ` +
    `${plural(records, 'record')}.\n` +
    `Final hash ${finalHash}`
  );
}
