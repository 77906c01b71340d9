/**
 * A catalogue on simulated flash, with what a test asks of one: change it, begin anew, see all.
 */
import assert from 'node:assert/strict';
import { FAULT } from '../../firmware/core/faults.js';
import { Catalogue, CATALOGUE_BYTES, ENTRY } from '../../firmware/core/journal/catalogue.js';
import { OBJECT_BYTES_MAX } from '../../firmware/core/limits.js';
import { NorFlash } from '../../host-sim/ports/flash.js';

/** A catalogue on simulated flash. `boot` begins anew from flash alone. */
export class Shelf {
  nowMs = 0;
  readonly flash: NorFlash;
  catalogue: Catalogue;

  constructor(seed = 1) {
    this.flash = new NorFlash({
      region: 'catalogue',
      bytes: CATALOGUE_BYTES,
      seed,
      nowMs: () => this.nowMs,
    });
    this.catalogue = new Catalogue(this.flash);
    assert.equal(this.catalogue.mount(), 0);
  }

  boot(): void {
    this.flash.boot(this.nowMs);
    this.catalogue = new Catalogue(this.flash);
    assert.equal(this.catalogue.mount(), 0);
  }

  put(kind: number, index: number, content: Uint8Array): number {
    const started = this.catalogue.startPut(kind, index, content, 0, content.length);
    if (started < 0) return started;
    for (;;) {
      const result = this.catalogue.poll();
      if (result !== 0) return result;
      this.nowMs += 5;
    }
  }

  get(kind: number, index: number): string | undefined {
    const into = new Uint8Array(OBJECT_BYTES_MAX);
    const length = this.catalogue.get(kind, index, into);
    if (length === FAULT.absent) return undefined;
    assert.ok(length >= 0, `fault ${length}`);
    return Buffer.from(into.subarray(0, length)).toString('latin1');
  }

  /** Everything that is there, by kind and index. */
  all(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const kind of Object.values(ENTRY)) {
      for (let index = 0; index < 24; index++) {
        const content = this.get(kind, index);
        if (content !== undefined) found[`${kind}/${index}`] = content;
      }
    }
    return found;
  }
}

/** Printable bytes, others for each seed. */
export const text = (seed: number, length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, i) => 32 + ((seed * 17 + i * 7) % 90)));
