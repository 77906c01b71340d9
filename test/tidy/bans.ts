/**
 * What firmware/core and firmware/app may not say, because it allocates per sample, differs between
 * engines, knows a platform or writes to what is ROM on the device. The linter says the same while
 * one types; this is the copy that no `eslint-disable` switches off.
 */
import ts from 'typescript';
import { type Finding, type Source, lineOf, walk } from './sources.js';

const PLATFORM = 'the core knows no platform: ask a port';
const ALLOCATES = 'allocates on the device: use typed arrays of the caller';

const BANNED_NAMES: ReadonlyMap<string, string> = new Map([
  ['BigInt', 'integers are int32'],
  ['Buffer', PLATFORM],
  ['Date', 'time arrives as an argument or from the clock port'],
  ['Intl', 'missing on the device'],
  ['Map', ALLOCATES],
  ['Promise', 'jobs are started and polled'],
  ['Set', ALLOCATES],
  ['TextDecoder', PLATFORM],
  ['TextEncoder', PLATFORM],
  ['WeakMap', ALLOCATES],
  ['WeakSet', ALLOCATES],
  ['clearInterval', PLATFORM],
  ['clearTimeout', PLATFORM],
  ['console', PLATFORM],
  ['crypto', PLATFORM],
  ['eval', 'code is linked when the firmware is built'],
  ['globalThis', PLATFORM],
  ['parseFloat', 'the core has integers only'],
  ['performance', PLATFORM],
  ['process', PLATFORM],
  ['queueMicrotask', PLATFORM],
  ['require', 'code is linked when the firmware is built'],
  ['setImmediate', PLATFORM],
  ['setInterval', PLATFORM],
  ['setTimeout', PLATFORM],
]);

/** The functions of Math that are exact, hence equal on every engine. */
const EXACT_MATH: readonly string[] = [
  'abs',
  'ceil',
  'clz32',
  'floor',
  'imul',
  'max',
  'min',
  'round',
  'sign',
  'sqrt',
  'trunc',
];

/** Every banned word of a firmware file that is really code. */
export function banFindings(source: Source): Finding[] {
  const findings: Finding[] = [];
  walk(source.tree, (node) => {
    const message = wordBan(node) ?? syntaxBan(node) ?? stateBan(node, source.tree);
    if (message !== undefined) {
      findings.push({ file: source.path, line: lineOf(source.tree, node), message });
    }
  });
  return findings;
}

function wordBan(node: ts.Node): string | undefined {
  if (!ts.isIdentifier(node) || !isReference(node)) return undefined;
  const reason = BANNED_NAMES.get(node.text);
  if (reason !== undefined) return `${node.text}: ${reason}`;
  if (node.text !== 'Math') return undefined;
  const parent = node.parent;
  const exact = ts.isPropertyAccessExpression(parent) && EXACT_MATH.includes(parent.name.text);
  if (exact) return undefined;
  return `${parent.getText()}: random, or its last bits differ between engines`;
}

/** Whether an identifier names a value or type in scope, and not a member of something. */
function isReference(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  const named =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isGetAccessor(parent) ||
    ts.isSetAccessor(parent);
  return !(named && parent.name === node);
}

function syntaxBan(node: ts.Node): string | undefined {
  switch (node.kind) {
    case ts.SyntaxKind.AsyncKeyword:
    case ts.SyntaxKind.AwaitKeyword:
    case ts.SyntaxKind.AwaitExpression:
      return 'async, await: the core never waits, jobs are started and polled';
    case ts.SyntaxKind.YieldExpression:
      return 'yield: a generator allocates at every call';
    case ts.SyntaxKind.EnumDeclaration:
      return 'enum: use a frozen object with `as const`';
    case ts.SyntaxKind.BigIntLiteral:
      return 'BigInt: integers are int32';
    case ts.SyntaxKind.AsteriskAsteriskToken:
    case ts.SyntaxKind.AsteriskAsteriskEqualsToken:
      return '**: its last bits differ between engines';
    case ts.SyntaxKind.ImportKeyword:
      return ts.isCallExpression(node.parent) ? 'import(): modules are linked' : undefined;
    case ts.SyntaxKind.RegularExpressionLiteral:
      return /\/[a-z]*[gy][a-z]*$/.test(node.getText()) ? 'g, y: lastIndex is in ROM' : undefined;
    case ts.SyntaxKind.NumericLiteral:
      return Number.isInteger(Number((node as ts.NumericLiteral).text))
        ? undefined
        : `${node.getText()}: the core has integers only`;
    case ts.SyntaxKind.MethodDeclaration:
    case ts.SyntaxKind.MethodSignature:
      return (node as ts.MethodDeclaration).name.getText() === 'async'
        ? 'async: the device cannot parse this method name'
        : undefined;
    default:
      return undefined;
  }
}

const MUTATORS: readonly string[] = 'add,copyWithin,fill,pop,push,reverse,set,shift,sort,splice'
  .concat(',unshift')
  .split(',');

/** Module-level `let`, and a module-level table that a function writes to. */
function stateBan(node: ts.Node, tree: ts.SourceFile): string | undefined {
  if (ts.isVariableStatement(node) && node.parent === tree) {
    const constant = (node.declarationList.flags & ts.NodeFlags.Const) !== 0;
    return constant ? undefined : 'module-level let: state lives in a struct of the caller';
  }
  const name = writtenName(node);
  if (name === undefined || !isModuleConstant(name, tree) || !insideFunction(name)) {
    return undefined;
  }
  if (isShadowed(name)) return undefined;
  return `${name.text} is written at run time: module-level tables are in ROM on the device`;
}

/** The identifier at the root of what a node writes to: `a` in `a.b[0] = 1` and in `a.fill(0)`. */
function writtenName(node: ts.Node): ts.Identifier | undefined {
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.kind;
    const assigns =
      operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;
    return assigns ? rootName(node.left) : undefined;
  }
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const counts =
      node.operator === ts.SyntaxKind.PlusPlusToken ||
      node.operator === ts.SyntaxKind.MinusMinusToken;
    return counts ? rootName(node.operand) : undefined;
  }
  if (ts.isDeleteExpression(node)) return rootName(node.expression);
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const mutates = MUTATORS.includes(node.expression.name.text);
    return mutates ? rootName(node.expression.expression) : undefined;
  }
  return undefined;
}

function rootName(node: ts.Expression): ts.Identifier | undefined {
  if (ts.isIdentifier(node)) return node;
  if (
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node)
  ) {
    return rootName(node.expression);
  }
  return undefined;
}

function isModuleConstant(name: ts.Identifier, tree: ts.SourceFile): boolean {
  return tree.statements.some(
    (statement) =>
      ts.isVariableStatement(statement) &&
      statement.declarationList.declarations.some(
        (declaration) => declaration.name.getText() === name.text,
      ),
  );
}

function insideFunction(node: ts.Node): boolean {
  return ts.findAncestor(node, ts.isFunctionLike) !== undefined;
}

/** Whether an enclosing function has a parameter or variable of the same name. */
function isShadowed(name: ts.Identifier): boolean {
  for (
    let scope = ts.findAncestor(name, ts.isFunctionLike);
    scope !== undefined;
    scope = ts.findAncestor(scope.parent, ts.isFunctionLike)
  ) {
    let declared = false;
    walk(scope, (node) => {
      const declares = ts.isParameter(node) || ts.isVariableDeclaration(node);
      if (declares && node.name.getText() === name.text) declared = true;
    });
    if (declared) return true;
  }
  return false;
}
