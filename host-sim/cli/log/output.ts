/**
 * One file that appears under its name only when all of it is written: until then it grows beside
 * it under a hidden one, and what stood there before stays as it was.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export class AtomicFile {
  private readonly path: string;
  private readonly hidden: string;
  private readonly descriptor: number;
  private isOpen = true;

  /** Throws where no file can be made in that folder. */
  constructor(path: string) {
    this.path = path;
    this.hidden = join(dirname(path), `.${basename(path)}-${process.pid}-${randomUUID()}`);
    this.descriptor = openSync(this.hidden, 'wx');
  }

  write(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    for (let at = 0; at < bytes.length;) at += writeSync(this.descriptor, bytes, at);
  }

  /** Moves what was written to its name. */
  commit(): void {
    fsyncSync(this.descriptor);
    this.close();
    renameSync(this.hidden, this.path);
  }

  /** Throws away what was written; the name keeps what it had. */
  discard(): void {
    this.close();
    rmSync(this.hidden, { force: true });
  }

  private close(): void {
    if (this.isOpen) closeSync(this.descriptor);
    this.isOpen = false;
  }
}
