/**
 * Writes a run's files into one folder, always by the same names. While a run lasts they grow in a
 * hidden folder inside; only when all are complete are they moved to their names, so that a failed
 * run leaves the set of the run before. Files of other names are never touched; one of these names
 * that the new run did not write is the old run's, and would contradict the new set: it goes.
 */
import { createHash, randomUUID, type Hash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import type { OutputFile } from './run-types.js';

/** Every name that a run may write, in the order in which they are told. */
export const OUTPUT_NAMES = Object.freeze([
  'report.html',
  'verdicts.json',
  'log.csv',
  'log.jsonl',
  'events.jsonld',
  'flash.bin',
  'handoff.bin',
  'root.pub',
  'truth.jsonl',
  'flash-ops.jsonl',
  'tape.bin',
] as const);
export type OutputName = (typeof OUTPUT_NAMES)[number];

interface OpenFile {
  readonly descriptor: number;
  readonly hash: Hash;
  bytes: number;
}

/** Hidden folders begin with this; the number of the process that fills them follows. */
const STAGING = '.plasmavakt-';

/** The files of one run. Either `commit` or `discard` ends it; after that it is no longer used. */
export class OutputSet {
  readonly folder: string;
  readonly #staging: string;
  readonly #open = new Map<OutputName, OpenFile>();
  #isClosed = false;

  /** Makes the folder where it is missing; throws, naming it, where that cannot be. */
  constructor(folder: string) {
    this.folder = resolve(folder);
    this.#staging = join(this.folder, `${STAGING}${process.pid}-${randomUUID()}`);
    mkdirSync(this.folder, { recursive: true });
    sweepAbandoned(this.folder);
    mkdirSync(this.#staging);
  }

  /** Adds to the end of a file; the first call makes it. */
  append(name: OutputName, data: string | Uint8Array): void {
    const file = this.#open.get(name) ?? this.#create(name);
    const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
    file.hash.update(bytes);
    file.bytes += bytes.length;
    for (let at = 0; at < bytes.length;) at += writeSync(file.descriptor, bytes, at);
  }

  /** Writes a whole file from pieces, in batches, so that a long log needs no second copy. */
  write(name: OutputName, pieces: Iterable<string> | Uint8Array): void {
    if (this.#open.has(name)) throw new Error(`${name} is already written`);
    if (typeof pieces === 'string') return this.append(name, pieces);
    if (pieces instanceof Uint8Array) return this.append(name, pieces);
    let batch = '';
    for (const piece of pieces) {
      batch += piece;
      if (batch.length < 65536) continue;
      this.append(name, batch);
      batch = '';
    }
    this.append(name, batch);
  }

  /** Moves all files to their names and tells of each; a name that is a folder is an error. */
  commit(): OutputFile[] {
    for (const name of OUTPUT_NAMES) this.#refuseFolder(name);
    this.#close();
    const files: OutputFile[] = [];
    for (const name of OUTPUT_NAMES) {
      const path = join(this.folder, name);
      const file = this.#open.get(name);
      if (file === undefined) {
        rmSync(path, { force: true });
        continue;
      }
      renameSync(join(this.#staging, name), path);
      files.push({ name, path, bytes: file.bytes, sha256: file.hash.digest('hex') });
    }
    rmSync(this.#staging, { recursive: true });
    return files;
  }

  /** Throws away what was written so far; the folder is as before. */
  discard(): void {
    this.#close();
    rmSync(this.#staging, { recursive: true, force: true });
  }

  #create(name: OutputName): OpenFile {
    const descriptor = openSync(join(this.#staging, name), 'wx');
    const file = { descriptor, hash: createHash('sha256'), bytes: 0 };
    this.#open.set(name, file);
    return file;
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const { descriptor } of this.#open.values()) {
      fsyncSync(descriptor);
      closeSync(descriptor);
    }
  }

  #refuseFolder(name: OutputName): void {
    const path = join(this.folder, name);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      throw new Error(`${path} is a folder, expected a file or nothing`);
    }
  }
}

/** Removes what processes left behind that were stopped in the middle of a run. */
function sweepAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(STAGING) ? Number.parseInt(name.slice(STAGING.length), 10) : NaN;
    if (pid > 0 && !isRunning(pid)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // signal 0 only asks
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
