/**
 * Hands on what is wrong with a scenario as one message that a person can act on: file, line, path
 * in the document, what stands there, what was expected. Problems are found in three places (YAML
 * syntax, shape, meaning); all of them come together here.
 */
import { type Document, LineCounter, isNode, parseDocument } from 'yaml';
import type { z } from 'zod';

export type DocumentPath = readonly (string | number)[];

/** Something wrong at a place in the document; `message` says what was expected. */
export class ScenarioProblem extends Error {
  override readonly name = 'ScenarioProblem';
  readonly path: DocumentPath;

  constructor(path: DocumentPath, message: string) {
    super(message);
    this.path = path;
  }
}

/** What a person reads: every problem with file and line. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

/** The problem of a name that nothing in the scenario bears. */
export function unknownName(
  path: DocumentPath,
  name: string,
  kind: string,
  known: Iterable<string>,
): ScenarioProblem {
  const list = [...known].join(', ');
  return new ScenarioProblem(path, `is '${name}', expected a ${kind} of this scenario: ${list}`);
}

const PROBLEMS_SHOWN = 8;

/** A parsed YAML or JSON text that can tell the line of a path. */
export class SourceText {
  readonly name: string;
  readonly value: unknown;
  private readonly document: Document.Parsed;
  private readonly lines = new LineCounter();

  /** Throws a ScenarioError when the text is no YAML. */
  constructor(text: string, name: string) {
    this.name = name;
    this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false });
    const error = this.document.errors[0];
    if (error !== undefined) {
      const { line } = this.lines.linePos(error.pos[0]);
      throw new ScenarioError(`${name}:${line}: ${error.message}; expected YAML or JSON`);
    }
    this.value = this.document.toJS();
  }

  /** The error for problems in the meaning or the shape. */
  error(problems: readonly { path: DocumentPath; message: string }[]): ScenarioError {
    const shown = problems.slice(0, PROBLEMS_SHOWN).map(({ path, message }) => {
      const where = pathText(path);
      return `${this.name}:${this.lineOf(path)}: ${where}${where === '' ? '' : ': '}${message}`;
    });
    const rest = problems.length - shown.length;
    if (rest > 0) shown.push(`and ${rest} more`);
    return new ScenarioError(shown.join('\n'));
  }

  /** Line of the value at a path, or of the nearest thing around it that exists. */
  private lineOf(path: DocumentPath): number {
    for (let length = path.length; length > 0; length--) {
      const node: unknown = this.document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return this.lines.linePos(node.range[0]).line;
    }
    return 1;
  }
}

/** zod's issues in words like ours: what stands there, what was expected. */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
): { path: DocumentPath; message: string }[] {
  return issues.map((issue) => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    return { path, message: issueText(issue, valueAt(value, path)) };
  });
}

function issueText(issue: z.core.$ZodIssue, found: unknown): string {
  const is = `is ${foundText(found)}`;
  switch (issue.code) {
    case 'invalid_type':
      return `${is}, expected ${issue.expected === 'int' ? 'a whole number' : issue.expected}`;
    case 'too_small':
      return `${is}, expected at least ${issue.minimum}`;
    case 'too_big':
      return `${is}, expected at most ${issue.maximum}`;
    case 'unrecognized_keys':
      return `has the unknown key ${issue.keys.join(', ')}, expected the keys of SCENARIO.md`;
    case 'invalid_value':
      return `${is}, expected ${issue.values.map(String).join(', ')}`;
    case 'invalid_union': {
      const { discriminator, options } = issue as { discriminator?: string; options?: unknown };
      if (discriminator === undefined || !Array.isArray(options)) return `${is}, ${issue.message}`;
      return `${is}, expected ${options.join(', ')}`;
    }
    case 'invalid_key':
      return `has a name that is none: ${issue.issues[0]?.message ?? issue.message}`;
    default:
      return issue.message.startsWith('expected') ? `${is}, ${issue.message}` : issue.message;
  }
}

function foundText(found: unknown): string {
  if (found === undefined) return 'missing';
  if (typeof found === 'string') return `'${found}'`;
  if (Array.isArray(found)) return 'a list';
  return typeof found === 'object' && found !== null ? 'a map' : JSON.stringify(found);
}

function valueAt(value: unknown, path: DocumentPath): unknown {
  let found = value;
  for (const part of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Record<string | number, unknown>)[part];
  }
  return found;
}

/** "journey[3].slot" */
function pathText(path: DocumentPath): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}
