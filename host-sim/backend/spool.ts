/**
 * Hands on the file that a receiver appends every visit to before it stores and receipts it: the
 * format of handoff.bin, fsynced with each visit. The store beside it may lose what it likes; what
 * was receipted stands here. A visit that a cut left torn at the end was never receipted: it is cut
 * off before the next one is appended.
 */
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import { readFileSync, writeSync } from 'node:fs';
import { type HandoffSection, type Visit, encodeSections } from './handoff-file.js';
import { handoffHead, readHandoff } from './handoff-file.js';

export class Spool {
  readonly #file: string;
  /** Where the next visit goes; undefined until the file was looked at. */
  #end: number | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** Appends a visit; when this returns it is on the disk. */
  append(visit: Visit): void {
    const end = this.#end ?? this.#inspect().end;
    const head = end === 0 ? handoffHead() : new Uint8Array(0);
    const bytes = Buffer.concat([head, encodeSections(sectionsOf(visit))]);
    this.#end = undefined; // a write that fails leaves a torn end
    const descriptor = openSync(this.#file, existsSync(this.#file) ? 'r+' : 'w');
    try {
      ftruncateSync(descriptor, end);
      writeAll(descriptor, bytes, end);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    this.#end = end + bytes.length;
  }

  /** Everything that is whole; throws when the file is no spool. */
  read(): HandoffSection[] {
    return this.#inspect().sections;
  }

  #inspect(): { sections: HandoffSection[]; end: number } {
    if (!existsSync(this.#file)) return { sections: [], end: 0 };
    const bytes = readFileSync(this.#file);
    const found = readHandoff(bytes);
    const isForeign = found.end === 0 && bytes.length >= handoffHead().length;
    if (isForeign) throw new Error(`${this.#file} is no spool. ${found.fault ?? ''}`);
    return found;
  }
}

function sectionsOf(visit: Visit): HandoffSection[] {
  return [
    { type: 'visit', dockId: visit.dockId },
    { type: 'certificate', bytes: visit.certificate },
    { type: 'checkpoint', bytes: visit.checkpoint },
    ...visit.blocks.map((block) => ({ type: 'block', block }) as const),
  ];
}

function writeAll(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length;) {
    at += writeSync(descriptor, bytes, at, bytes.length - at, position + at);
  }
}
