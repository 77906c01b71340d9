/**
 * Runs one benchmark by its name, prints its rows as a table (what, now, aim, best elsewhere) and
 * writes the same rows as JSON, so that two machines or two versions can be compared by a program.
 * An unknown name is answered with the names there are.
 */
import { writeFileSync } from 'node:fs';
import Table from 'cli-table3';
import { Command, CommanderError } from 'commander';
import pc from 'picocolors';
import { type Bench, type Row, reachesAim } from './benches/bench.js';
import { PLAIN_BORDERS } from './borders.js';

/** What the command needs of its process. */
export interface BenchIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly useColour: boolean;
}

/** The process's exit code: 0, 1 when the bench failed, 2 for a name or option that is none. */
export async function runBench(
  args: readonly string[],
  benches: readonly Bench[],
  io: BenchIo,
): Promise<number> {
  const command = benchCommand(benches, io);
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const { json, list } = command.opts<{ json?: string; list?: true }>();
  const names = benchList(benches);
  const name = command.args[0];
  if (list) {
    io.stdout.write(names);
    return 0;
  }
  const bench = benches.find((candidate) => candidate.name === name);
  if (bench === undefined) {
    const fault = name === undefined ? 'a bench needs its name' : `there is no bench '${name}'`;
    io.stderr.write(`error: ${fault}, expected one of:\n${names}`);
    return 2;
  }
  try {
    const rows = await bench.run();
    io.stdout.write(`${benchTable(rows, io.useColour)}\n`);
    if (json !== undefined) writeFileSync(json, `${JSON.stringify(rows, null, 2)}\n`);
    return 0;
  } catch (error) {
    io.stderr.write(`error: bench '${bench.name}': ${messageOf(error)}\n`);
    return 1;
  }
}

function benchCommand(benches: readonly Bench[], io: BenchIo): Command {
  return new Command('npm run bench --')
    .description('Runs one benchmark and prints what it measured beside its aim.')
    .argument('[NAME]', 'which one')
    .option('--json <FILE>', 'also write the rows as JSON')
    .option('--list', 'print the names and end')
    .allowExcessArguments(false)
    .addHelpText('after', `\nBenches:\n${benchList(benches)}`)
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    })
    .exitOverride();
}

function benchList(benches: readonly Bench[]): string {
  const width = Math.max(...benches.map(({ name }) => name.length));
  return benches.map(({ name, describe }) => `  ${name.padEnd(width)}  ${describe}\n`).join('');
}

/** The rows as a table; a value that misses its aim is marked in words, not by colour alone. */
export function benchTable(rows: readonly Row[], useColour: boolean): string {
  const { green, yellow } = pc.createColors(useColour);
  const table = new Table({
    head: ['what', 'now', 'aim', 'best elsewhere'],
    ...PLAIN_BORDERS,
    colAligns: ['left', 'right', 'right', 'left'],
  });
  for (const row of rows) {
    const hasAim = row.aim !== undefined;
    const aim = hasAim ? `${row.better === 'higher' ? '≥' : '≤'} ${row.aim}` : '–';
    const now = row.value === null ? (row.missing ?? '–') : `${row.value} ${row.unit}`.trimEnd();
    const reached = hasAim && row.value !== null ? green(now) : now;
    const shown = reachesAim(row) ? reached : yellow(`missed: ${now}`);
    table.push([row.name, shown, aim, row.elsewhere ?? '–']);
  }
  return table.toString();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
