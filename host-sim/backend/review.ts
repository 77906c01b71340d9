/**
 * Hands on what a person of quality has before them when deciding about a kit: the reasons that
 * hold by the last verdict that reached the backend, and how far its records go.
 */
import { KitFold } from './kit-fold.js';
import { type DecodedRecord, fieldOf } from './record-types.js';

/** The kit as the backend knows it. */
export interface KitReview {
  /** Bits of REASON, of the last verdict. */
  readonly reasons: number;
  /** The last record that has reached the backend. */
  readonly reviewedSequence: number;
  /** Number of the record of what was done with it last: its packing, or a CUSTODY record. */
  readonly lastAct: number;
}

/** The kit with that SGTIN, of those packed last; undefined where the records know none. */
export function reviewOf(records: readonly DecodedRecord[], sgtin: string): KitReview | undefined {
  const life = new KitFold(records).lives.filter((one) => one.sgtin === sgtin).at(-1);
  const last = records.at(-1);
  if (life === undefined || last === undefined) return undefined;
  const verdict = life.verdictAt();
  return {
    reasons: verdict === undefined ? 0 : fieldOf(verdict, 'reasons'),
    reviewedSequence: last.sequence,
    lastAct: life.lastAct,
  };
}
