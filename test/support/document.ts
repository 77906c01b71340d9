/** Reads the tables of a Markdown document, so that a test can hold them against the code. */

/** Cells of the table that follows a heading, without its head; back-ticks are taken off. */
export function tableUnder(document: string, heading: string): string[][] {
  const lines = document.split('\n');
  const start = lines.findIndex((line) => line === heading);
  if (start < 0) throw new Error(`The document has no heading '${heading}'`);
  const rows: string[][] = [];
  for (const line of lines.slice(start + 1)) {
    if (line.startsWith('|')) rows.push(cellsOf(line));
    else if (rows.length > 0 || /^#/.test(line)) break;
  }
  if (rows.length < 3) throw new Error(`No table under '${heading}'`);
  return rows.slice(2);
}

function cellsOf(line: string): string[] {
  const cells = line.split('|').slice(1, -1);
  return cells.map((cell) => cell.trim().replace(/`/g, ''));
}
