/**
 * Measures what the firmware costs on XS, and compares it with what was recorded. Counts are exact
 * and the same on every machine, so a rise is a change of the code; over 2 % it has to be recorded,
 * which is a decision and shows in the diff of test/golden/xs.json.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Host } from './host.js';

const GOLDEN = join(resolve(__dirname, '..'), 'golden', 'xs.json');
const RISE_PERCENT_MAX = 2;
/** The pool is found to this many bytes. */
const POOL_STEP_BYTES = 64;

/** Names with their unit last, and numbers; byte code a room below "byteCode/". */
export type Figures = Readonly<Record<string, number>>;

/** The figures of one journey that is played several times. */
export async function measure(host: Host, tape: string): Promise<Figures> {
  const poolBytes = await smallestPool(host, tape);
  const replay = await host.replay(tape, { poolBytes });
  const figures: Record<string, number> = {
    poolBytes,
    peakSlots: replay.peakSlots,
    peakChunkBytes: replay.peakChunkBytes,
    peakStackSlots: replay.peakStack,
    aliases: replay.aliases,
    romSlots: replay.romSlots,
    romChunkBytes: replay.romChunkBytes,
    sampleComputronsMedian: replay.sampleMedian,
    sampleComputronsMean: replay.sampleMean,
    sampleComputronsP99: replay.sampleP99,
    sampleComputronsWorst: replay.sampleWorst,
    sampleFloatsMean: replay.sampleFloatMean,
    sampleGarbageSlotsMedian: replay.sampleSlotsMedian,
    stepComputronsWorst: replay.worstStep,
  };
  const sizes = await host.moduleSizes();
  for (const [path, bytes] of Object.entries(sizes)) {
    if (path === 'main') continue;
    const room = `byteCode/${path.slice(0, path.lastIndexOf('/'))}`;
    figures[room] = (figures[room] ?? 0) + bytes;
  }
  return figures;
}

/** Halves the range until it is found; throws when the tape fails in a large pool too. */
async function smallestPool(host: Host, tape: string): Promise<number> {
  let tooSmall = 1024;
  let enough = 1 << 20;
  const large = await host.replay(tape, { poolBytes: enough });
  if (large.end !== 'same') throw new Error(`With ${enough} bytes: ${large.end}, ${large.message}`);
  while (enough - tooSmall > POOL_STEP_BYTES) {
    const middle = (tooSmall + enough) >> 1;
    const { end, message } = await host.replay(tape, { poolBytes: middle });
    if (end === 'same') enough = middle;
    else if (end === 'memory full') tooSmall = middle;
    else throw new Error(`With ${middle} bytes: ${end}, ${message}`);
  }
  return enough;
}

/** What was recorded; with UPDATE_GOLDEN=1 it becomes what is now. */
export function goldenFigures(now: Figures): Figures {
  if (process.env['UPDATE_GOLDEN'] === '1') {
    writeFileSync(GOLDEN, `${JSON.stringify(now, null, 2)}\n`);
  }
  if (!existsSync(GOLDEN)) return {};
  return JSON.parse(readFileSync(GOLDEN, 'utf8')) as Figures;
}

/** Every figure that rose too much, is new or is gone, in words. */
export function unrecorded(golden: Figures, now: Figures): string[] {
  const found: string[] = [];
  for (const [name, value] of Object.entries(now)) {
    const recorded = golden[name];
    if (recorded === undefined) found.push(`${name} is ${value} and was never recorded`);
    else if (value > recorded * (1 + RISE_PERCENT_MAX / 100)) {
      const percent = ((value / recorded - 1) * 100).toFixed(1);
      found.push(`${name} rose by ${percent} %: ${value}, recorded ${recorded}`);
    }
  }
  for (const name of Object.keys(golden)) {
    if (now[name] === undefined) found.push(`${name} is recorded and gone`);
  }
  return found;
}

/** Aims of design for 16 kits on two of four probes; figures a kit and probe. */
export const KIT_PROBES = 32;

/** The figures as a table for people, with what was recorded beside. */
export function figuresTable(golden: Figures, now: Figures): string {
  const rows = Object.entries(now).map(([name, value]) => {
    const recorded = golden[name];
    const change = recorded === undefined || recorded === value ? '' : `  (recorded ${recorded})`;
    return `      ${name.padEnd(28)}${String(value).padStart(10)}${change}`;
  });
  const perKit = (value: number | undefined) => Math.round((value ?? 0) / KIT_PROBES);
  rows.push(
    `      a kit and probe: median ${perKit(now['sampleComputronsMedian'])}, 99 % below ` +
      `${perKit(now['sampleComputronsP99'])} computrons`,
  );
  return rows.join('\n');
}
