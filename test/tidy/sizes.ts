/**
 * How large a file, a function and a line may be, and how a file of the product begins. Small files
 * are what a reader can hold; the numbers are limits, the aim for a core file is 120 lines.
 */
import ts from 'typescript';
import { type Comment, type Finding, type Source, commentsOf, lineOf, walk } from './sources.js';
import { roomOf } from './walls.js';

export const LINE_COLUMNS_MAX = 100;
export const FUNCTION_LINES_MAX = 60;
export const FILE_BYTES_MAX = 256 * 1024;
const HEADER_LINES_MIN = 2;
const HEADER_LINES_MAX = 14;

/** The most lines that a file may have, by the first pattern that fits its path. */
const FILE_LINES_MAX: readonly (readonly [pattern: RegExp, lines: number])[] = [
  [/^firmware\/device\/.*\.ts$/, 200],
  [/^firmware\/decisions\/.*\.md$/, 40],
  [/^(firmware|host-sim)\/.*\.ts$/, 300],
  [/^test\/.*\.ts$/, 400],
  [/^manifests\/.*\.json$/, 80],
];

function countLines(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}

/** Of any file: too many lines for its kind, or too many bytes. */
export function fileSizeFindings(path: string, text: string): Finding[] {
  const findings: Finding[] = [];
  const bytes = Buffer.byteLength(text);
  if (bytes > FILE_BYTES_MAX) {
    findings.push({ file: path, line: 1, message: `${bytes} bytes, at most ${FILE_BYTES_MAX}` });
  }
  const limit = FILE_LINES_MAX.find(([pattern]) => pattern.test(path))?.[1];
  const lines = countLines(text);
  if (limit !== undefined && lines > limit) {
    findings.push({ file: path, line: limit + 1, message: `${lines} lines, at most ${limit}` });
  }
  return findings;
}

/** Lines over 100 columns (web addresses cannot be broken), and functions over 60 lines. */
export function codeSizeFindings(source: Source): Finding[] {
  const findings: Finding[] = [];
  source.text.split('\n').forEach((line, index) => {
    if (line.length > LINE_COLUMNS_MAX && !/https?:\/\//.test(line)) {
      const message = `${line.length} columns, at most ${LINE_COLUMNS_MAX}`;
      findings.push({ file: source.path, line: index + 1, message });
    }
  });
  if (roomOf(source.path) === 'test') return findings; // a `describe` is as long as its cases
  walk(source.tree, (node) => {
    if (!ts.isFunctionLike(node)) return;
    const lines = countLines(node.getText(source.tree));
    if (lines > FUNCTION_LINES_MAX) {
      const message = `function of ${lines} lines, at most ${FUNCTION_LINES_MAX}`;
      findings.push({ file: source.path, line: lineOf(source.tree, node), message });
    }
  });
  return findings;
}

/** A product file begins with 2 to 14 lines on what it hands on; firmware exports are explained. */
export function commentFindings(source: Source): Finding[] {
  const findings: Finding[] = [];
  const report = (line: number, message: string): void => {
    findings.push({ file: source.path, line, message });
  };
  const room = roomOf(source.path);
  for (const { line, message } of exceptionFaults(commentsOf(source.tree))) report(line, message);
  if (room === 'test' || room === undefined) return findings;
  const header = headerLines(source.text);
  if (header < HEADER_LINES_MIN || header > HEADER_LINES_MAX) {
    const expected = `expected ${HEADER_LINES_MIN} to ${HEADER_LINES_MAX}`;
    report(1, `file header of ${header} lines, ${expected}: what it hands on, from what, why`);
  }
  if (room !== 'core' && room !== 'app') return findings;
  for (const statement of source.tree.statements) {
    if (!ts.isFunctionDeclaration(statement) || !isExported(statement)) continue;
    if (ts.getJSDocCommentsAndTags(statement).length > 0) continue;
    report(lineOf(source.tree, statement), 'an exported function is explained in one sentence');
  }
  return findings;
}

/**
 * Comments that silence a tool without saying why. The formatter takes its word only alone in a
 * comment, so there the reason is a comment that touches it; the others carry it after the rule.
 */
function exceptionFaults(comments: readonly Comment[]): { line: number; message: string }[] {
  const faults: { line: number; message: string }[] = [];
  for (const { text, line, lastLine } of comments) {
    const word = text.replace(/^\/[/*]+|\*\/$/g, '').trim();
    if (/^@ts-(ignore|nocheck)/.test(word)) {
      faults.push({ line, message: 'hides errors: repair the type' });
    } else if (/^eslint-disable/.test(word) && !/ -- \S/.test(word)) {
      faults.push({ line, message: 'an exception needs its reason: add " -- why"' });
    } else if (word === '@ts-expect-error') {
      faults.push({ line, message: 'an exception needs its reason behind it' });
    } else if (word === 'prettier-ignore') {
      const reason = comments.some((it) => it.lastLine === line - 1 || it.line === lastLine + 1);
      if (!reason) faults.push({ line, message: 'an exception needs its reason: a comment above' });
    }
  }
  return faults;
}

function isExported(node: ts.FunctionDeclaration): boolean {
  return node.modifiers?.some((word) => word.kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

/** Lines of text in the comment that opens a file, its delimiters not counted. */
function headerLines(text: string): number {
  const first = ts.getLeadingCommentRanges(text, 0) ?? [];
  const block = first[0];
  if (block === undefined) return 0;
  if (block.kind === ts.SyntaxKind.MultiLineCommentTrivia) {
    const body = text.slice(block.pos, block.end).split('\n');
    return body.filter((line) => /[^\s/*]/.test(line)).length;
  }
  const firstBlank = text.search(/^(?!\/\/)/m);
  return countLines(text.slice(0, firstBlank));
}
