/**
 * How tables look on the terminal: thin lines, a rule below the head, no colour of their own, so
 * that a table in a log file or a mail has no control codes. Shared by the verdict table and the
 * benchmarks.
 */

/** Options of cli-table3. */
export const PLAIN_BORDERS = Object.freeze({
  style: { head: [] as string[], border: [] as string[], compact: true },
});
