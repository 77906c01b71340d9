/**
 * The repository's own files, and what a rule wants to know of a TypeScript file: its syntax tree,
 * its imports and its comments. Rules look at the tree and never at the text, so that a word in a
 * comment or in a string is only a word.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

export const CHECKOUT = resolve(__dirname, '..', '..');

/** What tools and editors put beside the sources; .gitignore names the same. */
export const NOT_OURS: readonly string[] = [
  '.DS_Store',
  '.git',
  '.idea',
  '.vscode',
  '.xs',
  'build',
  'coverage',
  'node_modules',
  'out',
];

/** One breach of a rule: where, and what to do instead. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** One module that a file names, in any syntax. */
export interface ImportRef {
  readonly specifier: string;
  readonly line: number;
  /** Whether it vanishes when compiled, so that no code is shared through it. */
  readonly typeOnly: boolean;
}

/** A parsed TypeScript file; `path` is relative to the checkout, with slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly ImportRef[];
}

/** Every file of the repository, relative to its root, in one order on every machine. */
export function repositoryFiles(root: string = CHECKOUT): string[] {
  const found: string[] = [];
  const visit = (folder: string): void => {
    for (const name of readdirSync(join(root, folder)).sort()) {
      if (NOT_OURS.includes(name) || name.endsWith('.tsbuildinfo')) continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      if (statSync(join(root, path)).isDirectory()) visit(path);
      else found.push(path);
    }
  };
  visit('');
  return found;
}

export function readText(path: string): string {
  return readFileSync(join(CHECKOUT, path), 'utf8');
}

export function parse(path: string, text: string): Source {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  return { path, text, tree, imports: importsOf(tree) };
}

/** The 1-based line of a node's first character. */
export function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}

/** Calls `visit` for every node below `node`, parents first. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  ts.forEachChild(node, (child) => {
    visit(child);
    walk(child, visit);
  });
}

/** import, export from, import type, import(), require() and `import x = require()`. */
function importsOf(tree: ts.SourceFile): ImportRef[] {
  const found: ImportRef[] = [];
  const add = (node: ts.Node | undefined, typeOnly = false): void => {
    if (node !== undefined && ts.isStringLiteralLike(node)) {
      found.push({ specifier: node.text, line: lineOf(tree, node), typeOnly });
    }
  };
  walk(tree, (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true);
    } else if (ts.isCallExpression(node) && isModuleLoad(node.expression)) add(node.arguments[0]);
  });
  return found;
}

/** `import type { A }` and `import { type A }`, but not `import 'a'`. */
function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  if (clause.name !== undefined || names === undefined || !ts.isNamedImports(names)) return false;
  return names.elements.length > 0 && names.elements.every((element) => element.isTypeOnly);
}

function isModuleLoad(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(callee) && callee.text === 'require';
}

/** A comment as written, with its first and last line, counted from 1. */
export interface Comment {
  readonly text: string;
  readonly line: number;
  readonly lastLine: number;
}

/** Every comment of a file, in its order. */
export function commentsOf(tree: ts.SourceFile): Comment[] {
  const starts = new Map<number, number>();
  const collect = (ranges: readonly ts.CommentRange[] | undefined): void => {
    for (const range of ranges ?? []) starts.set(range.pos, range.end);
  };
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(tree);
    if (children.length === 0) {
      collect(ts.getLeadingCommentRanges(tree.text, node.getFullStart()));
      collect(ts.getTrailingCommentRanges(tree.text, node.getEnd()));
    }
    children.forEach(visit);
  };
  visit(tree);
  return [...starts].map(([pos, end]) => ({
    text: tree.text.slice(pos, end),
    line: tree.getLineAndCharacterOfPosition(pos).line + 1,
    lastLine: tree.getLineAndCharacterOfPosition(end).line + 1,
  }));
}
