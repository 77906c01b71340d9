/**
 * The promises of the journal, and how a broken one is named: a record that was acknowledged is
 * lost, altered, or there twice, or the container does not come up again and go on.
 */

export const BREACHES = ['lost', 'altered', 'doubled', 'unmountable'] as const;
export type Breach = (typeof BREACHES)[number];

/** A promise was broken. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
  readonly breach: Breach;

  constructor(breach: Breach, message: string) {
    super(message);
    this.breach = breach;
  }
}

const sequenceOf = (text: string): number => parseInt(text);

/**
 * Compares records as `textOf` writes them with all that must be there, in order. Those up to
 * `receipted` may be gone: from the oldest on, or where an erase was cut that left a header.
 */
export function expectKept(
  found: readonly string[],
  known: readonly string[],
  receipted: number,
  who: string,
): void {
  const there = new Set(found);
  const due = known.filter((text) => sequenceOf(text) > receipted || there.has(text));
  if (due.length === found.length && due.every((text, i) => text === found[i])) return;
  throw new BrokenPromise(breachOf(found, known), `${who} ${difference(found, due)}`);
}

function breachOf(found: readonly string[], known: readonly string[]): Breach {
  const knownOf = new Map(known.map((text) => [sequenceOf(text), text]));
  const sequences = found.map(sequenceOf);
  if (new Set(sequences).size < sequences.length) return 'doubled';
  return found.some((text) => knownOf.get(sequenceOf(text)) !== text) ? 'altered' : 'lost';
}

/** The first thing that is not as it should be, in words. */
function difference(found: readonly string[], due: readonly string[]): string {
  const end = Math.max(found.length, due.length);
  let at = 0;
  while (at < end && found[at] === due[at]) at++;
  return `finds ${shortened(found[at])}, expected ${shortened(due[at])}`;
}

const shortened = (text: string | undefined): string => text?.slice(0, 40) ?? 'nothing';
