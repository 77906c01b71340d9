/**
 * Hands on the rows of a measured table (CSV with comma, semicolon or tab; decimal comma where the
 * delimiter is none) one by one, with their line numbers, so that a file may be longer than the
 * memory. What is wrong with the file as a whole is one Error that names file, line and what was
 * expected; what is wrong with a row is for the reader of the rows to count.
 */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';

/** Text of a file with its name, for messages. */
export interface TableSource {
  readonly name: string;
  /** The first bytes, to tell the delimiter. */
  readonly head: string;
  open(): Readable;
}

export interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
}

const HEAD_BYTES = 4096;
const DELIMITERS = [',', ';', '\t'] as const;

/** A table on disk; throws when it cannot be read or holds no text. */
export function fileSource(path: string): TableSource {
  const bytes = new Uint8Array(HEAD_BYTES);
  let length: number;
  try {
    const file = openSync(path, 'r');
    try {
      length = readSync(file, bytes, 0, HEAD_BYTES, 0);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Error(`${path}: cannot be read (${code}), expected a CSV file`, { cause: error });
  }
  const head = Buffer.from(bytes.subarray(0, length)).toString('utf8');
  return { name: path, head, open: () => createReadStream(path) };
}

/** A table in memory. */
export function textSource(text: string, name: string): TableSource {
  return { name, head: text.slice(0, HEAD_BYTES), open: () => Readable.from([Buffer.from(text)]) };
}

/** Every row that is no comment (#) and not empty, the header included; in the file's order. */
export async function* rowsOf(source: TableSource): AsyncGenerator<TableRow> {
  if (source.head.trim() === '') {
    throw new Error(`${source.name}:1: is empty, expected a header and rows of values`);
  }
  if (source.head.includes('\u0000')) {
    throw new Error(`${source.name}:1: is no text, expected a CSV file`);
  }
  const delimiter = delimiterOf(source.head);
  const parser = parse({
    bom: true,
    comment: '#',
    comment_no_infix: true,
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  const input = source.open();
  input.on('error', (error) => parser.destroy(error));
  try {
    for await (const entry of input.pipe(parser)) {
      const { record, info } = entry as { record: string[]; info: { lines: number } };
      yield { line: info.lines, cells: record };
    }
  } catch (error) {
    throw malformed(source.name, error);
  } finally {
    input.destroy();
  }
}

function malformed(name: string, error: unknown): Error {
  const { code, lines, message } = error as Partial<CsvError> & { message: string };
  const line = typeof lines === 'number' ? lines : 1;
  if (code?.startsWith('CSV_') !== true) return error as Error;
  const what = message.replace(/\s+/g, ' ');
  return new Error(`${name}:${line}: ${what}; expected CSV with balanced quotes`, { cause: error });
}

/** The delimiter that is in the first line most often; a comma when none is. */
export function delimiterOf(head: string): string {
  const line =
    head.split(/\r?\n/).find((text) => text.trim() !== '' && !text.startsWith('#')) ?? '';
  let best: string = DELIMITERS[0];
  for (const delimiter of DELIMITERS) {
    if (line.split(delimiter).length > line.split(best).length) best = delimiter;
  }
  return best;
}

/** The number in a cell, decimal comma allowed; NaN when there is none. */
export function numberOf(cell: string | undefined): number {
  if (cell === undefined || cell === '') return Number.NaN;
  if (/^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?$/.test(cell)) {
    return Number(cell.replace(',', '.'));
  }
  return Number.NaN;
}

/** Position of the column with this name, whatever its case; an Error lists what there is. */
export function columnNamed(header: readonly string[], wanted: string, name: string): number {
  const index = header.findIndex((title) => title.toLowerCase() === wanted.trim().toLowerCase());
  if (index >= 0) return index;
  throw new Error(`${name}:1: has no column "${wanted}", expected one of: ${header.join(', ')}`);
}

/** The middle value of a list, the lower one of two; undefined for an empty list. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = Float64Array.from(values).sort();
  return sorted[(sorted.length - 1) >> 1];
}
