/**
 * Hands on how small the general-purpose packers make the same columns: differences of each column
 * as zigzag numbers of seven bits a byte, one column after the other, which is what they pack best.
 * They see the whole file at once and keep nothing durable: a yardstick, not a peer.
 */
import { spawn } from 'node:child_process';
import { differencesOf } from './entropy.js';

export interface Packer {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

export const PACKERS: readonly Packer[] = [
  { name: 'zstd -19', command: 'zstd', args: ['-19', '-q', '-c'] },
  { name: 'xz -9e', command: 'xz', args: ['-9e', '-q', '-c'] },
];

/** Columns as the bytes that packers get. */
export function differenceBytes(columns: readonly ArrayLike<number>[]): Buffer {
  const count = columns.reduce((sum, column) => sum + column.length, 0);
  const bytes = Buffer.alloc(5 * count);
  let to = 0;
  for (const column of columns) {
    for (const difference of differencesOf(column)) {
      let rest = ((difference << 1) ^ (difference >> 31)) >>> 0;
      for (; rest > 0x7f; rest >>>= 7) bytes[to++] = (rest & 0x7f) | 0x80;
      bytes[to++] = rest;
    }
  }
  return bytes.subarray(0, to);
}

/** Length of what the packer makes of the bytes, undefined where it is not installed. */
export function packedBytes(packer: Packer, bytes: Uint8Array): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(packer.command, packer.args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let length = 0;
    let message = '';
    child.stdout.on('data', (chunk: Buffer) => (length += chunk.length));
    child.stderr.on('data', (chunk: Buffer) => (message += chunk.toString()));
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve(undefined);
      else reject(error);
    });
    child.on('close', (code) => {
      if (code === 0) resolve(length);
      else reject(new Error(`${packer.name} ended with ${code ?? 'a signal'}: ${message.trim()}`));
    });
    child.stdin.on('error', () => undefined); // it may not be there, or end early: told by `close`
    child.stdin.end(bytes);
  });
}
