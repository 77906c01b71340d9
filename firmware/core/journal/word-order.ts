/**
 * The order in which the durable words are written as a state: tables of equal rows, one per slot
 * or kit, column by column, so that what kits have in common comes one after the other.
 */

/** Numbers that say where one table is: index of its first word, rows, words of a row. */
const TABLE_WORDS = 3;

export class WordOrder {
  private readonly tables: Int32Array;
  private table = 0;
  private at = 0;
  private row = 0;
  private column = 0;

  /** Tables one after the other, in the order of their words: first word, rows, words of a row. */
  constructor(tables: Int32Array) {
    this.tables = tables;
  }

  start(): void {
    this.table = 0;
    this.at = 0;
    this.row = 0;
    this.column = 0;
  }

  /** Index of the next word. */
  next(): number {
    const { tables, table } = this;
    if (table >= tables.length || this.at < tables[table]!) return this.at++;
    const rows = tables[table + 1]!;
    const words = tables[table + 2]!;
    const index = this.at + this.row * words + this.column;
    if (++this.row < rows) return index;
    this.row = 0;
    if (++this.column < words) return index;
    this.column = 0;
    this.at += rows * words;
    this.table += TABLE_WORDS;
    return index;
  }
}
