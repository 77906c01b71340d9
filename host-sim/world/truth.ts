/**
 * Hands on what the world really did, entry by entry, so that anyone can check a container's
 * verdicts without its code: per probe and sampling instant the true and the delivered value,
 * shocks, lid, kits, people. `atS` is seconds since the journey began and need not be whole. As
 * JSONL the first line is the setup.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { ShockTruth } from './shock-measure.js';
import type { Act } from './world-event.js';

export type TruthEntry =
  /** The container starts; `clockKnown` when its RTC kept the time. */
  | { readonly kind: 'boot'; readonly atS: number; readonly clockKnown: boolean; reason: number }
  | { readonly kind: 'powerOff'; readonly atS: number }
  /** One answer of a probe; `trueC` null where the replayed trace says nothing. */
  | {
      readonly kind: 'sample';
      readonly atS: number;
      readonly probe: number;
      readonly trueC: number | null;
      /** null for a fault, and for the part's sentinel. */
      readonly deliveredCentiC: number | null;
      /** 0, or a FAULT code; a sentinel has none. */
      readonly fault: number;
    }
  | ({ readonly kind: 'shock'; readonly atS: number; readonly isClipped: boolean } & ShockTruth)
  | {
      readonly kind: 'pack';
      readonly atS: number;
      readonly slot: number;
      /** SGTIN of the kit. */
      readonly kit: string;
      readonly profile: string;
      readonly expiryWallS: number;
    }
  | {
      readonly kind: 'take' | 'putBack' | 'scan';
      readonly atS: number;
      readonly slot: number;
      readonly kit: string;
    }
  | { readonly kind: 'press' | 'hold'; readonly atS: number }
  | { readonly kind: 'lid'; readonly atS: number; readonly isOpen: boolean }
  /** The container's clock was set, or lost. */
  | { readonly kind: 'clock'; readonly atS: number; readonly isSet: boolean }
  | { readonly kind: 'dock'; readonly atS: number; readonly isDocked: boolean; dockId: string }
  | { readonly kind: 'place'; readonly atS: number; readonly text: string }
  /** A helicopter has started its rotor, or come to rest. */
  | { readonly kind: 'flight'; readonly atS: number; readonly isFlying: boolean }
  | ({ readonly kind: 'act'; readonly atS: number } & Omit<Act, 'atMs'>);

/** What an oracle must know beside the entries. */
export interface TruthSetup {
  /** Seconds since 2020-01-01Z at the journey's start. */
  readonly startWallS: number;
  readonly endS: number;
  readonly samplePeriodS: number;
  readonly slotProbes: readonly (readonly number[])[];
  readonly isHardware: boolean;
}

/** Takes entries as they happen. */
export interface TruthSink {
  add(entry: TruthEntry): void;
}

/** Keeps all entries. */
export class TruthLog implements TruthSink {
  readonly entries: TruthEntry[] = [];

  add(entry: TruthEntry): void {
    this.entries.push(entry);
  }
}

const CHUNK_CHARACTERS = 1 << 16;

/** Writes entries to a JSONL file, a chunk at a time; `close` writes the rest. */
export class TruthFile implements TruthSink {
  private readonly file: number;
  private chunk = '';

  constructor(path: string, setup: TruthSetup) {
    this.file = openSync(path, 'w');
    this.chunk = `${JSON.stringify({ kind: 'setup', ...setup })}\n`;
  }

  add(entry: TruthEntry): void {
    this.chunk += `${JSON.stringify(entry)}\n`;
    if (this.chunk.length >= CHUNK_CHARACTERS) this.flush();
  }

  close(): void {
    this.flush();
    closeSync(this.file);
  }

  private flush(): void {
    writeSync(this.file, this.chunk);
    this.chunk = '';
  }
}

/** Hands every entry to several sinks. */
export function teeTruth(...sinks: readonly TruthSink[]): TruthSink {
  return { add: (entry) => sinks.forEach((sink) => sink.add(entry)) };
}
