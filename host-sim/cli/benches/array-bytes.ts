/**
 * Hands on how many bytes of typed arrays an object holds for good: its own, and those of what it
 * is made of. The device has nothing else that grows; objects around them are counted by the XS
 * test's pool.
 */

/** Bytes of every buffer that is reachable from `root`, without what is reachable from `others`. */
export function arrayBytes(root: object, others: readonly object[] = []): number {
  const seen = new Set<object>();
  for (const other of others) walk(other, seen);
  return walk(root, seen);
}

/** Bytes of the buffers that were not seen before. */
function walk(root: object, seen: Set<object>): number {
  const open: object[] = [root];
  let bytes = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (ArrayBuffer.isView(next)) {
      open.push(next.buffer);
    } else if (next instanceof ArrayBuffer) {
      bytes += next.byteLength;
    } else {
      for (const value of Object.values(next) as unknown[]) {
        if (typeof value === 'object' && value !== null) open.push(value);
      }
    }
  }
  return bytes;
}
