/**
 * Leaves out of the campaign what is no change: `at + KIT.custody` and `at - KIT.custody` are the
 * same where KIT.custody is 0. Which offsets are 0 is read from the sources.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const SOURCES = 'firmware/core';
const TABLE = /export const (\w+) = Object\.freeze\(\{([\s\S]*?)\n?\}(?: as const)?\)/g;

/** Names like `KIT.custody` of offsets that are 0. */
const zeros = new Set();
for (const name of readdirSync(SOURCES, { recursive: true })) {
  if (!name.endsWith('.ts')) continue;
  for (const [, table, body] of readFileSync(join(SOURCES, name), 'utf8').matchAll(TABLE)) {
    for (const [, key] of body.matchAll(/\b(\w+): 0\b/g)) zeros.add(`${table}.${key}`);
  }
}

const zeroOffset = {
  /** Why no mutant is made of this node, if none is. */
  shouldIgnore({ node }) {
    if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined;
    if (!isPlain(node.left) || node.right.type !== 'MemberExpression') return undefined;
    const { object, property } = node.right;
    return zeros.has(`${object.name}.${property.name}`) ? 'The offset is 0.' : undefined;
  },
};

/** Whether nothing else could be mutated in it: `at`, `kitAt(kit)`. */
function isPlain(node) {
  if (node.type === 'Identifier') return true;
  return (
    node.type === 'CallExpression' && node.arguments.every(({ type }) => type === 'Identifier')
  );
}

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'zero-offset', zeroOffset)];
