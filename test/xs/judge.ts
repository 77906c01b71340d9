/**
 * Prints what a judged sample costs on XS, whole as the container makes it, as one line of JSON for
 * `npm run bench -- judge`: a quiet day with more and more kits, and the hardest journey that there
 * is (16 kits, every zone of three profiles in turn). Two probes stand for each slot.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { XS_FOLDER } from './engine.js';
import { Host } from './host.js';
import { recordTape } from './tapes.js';

const PROBES_PER_SLOT = 2;
const KITS = [1, 4, 8, 16];
const LARGEST = 16;
/** There is room for anything here: what fits the device is another test's affair. */
const POOL_BYTES = 1 << 20;
const SCENARIO = join(__dirname, 'scenarios', 'sixteen-kits.yaml');

/** The scenario with its first kits alone, and everything quiet. */
function quietScenario(kits: number): string {
  const lines = readFileSync(SCENARIO, 'utf8').split('\n');
  const isOther = (line: string): boolean => {
    const found = /^ +K(\d\d): (?:\{|\d)/.exec(line);
    return found !== null && Number(found[1]) >= kits;
  };
  const isLater = (line: string): boolean => /^ +- (?:at: |\{ at: )day /.test(line);
  const cut = lines.findIndex(isLater);
  const journey = lines.indexOf('journey:');
  const end = lines.findIndex((line, i) => i > journey && isLater(line));
  const legs = lines.indexOf('legs:');
  const kept = lines.filter((line, i) => {
    if (isOther(line) || i >= end) return false;
    return !(legs <= i && i < journey) && line !== 'faults:' && (i < cut || i > journey - 1);
  });
  return kept.join('\n');
}

async function main(): Promise<void> {
  const host = await Host.make('judge');
  const folder = join(XS_FOLDER, 'tapes');
  mkdirSync(folder, { recursive: true });
  const tape = join(folder, 'judge.tape');
  const file = join(folder, 'judge.yaml');
  const rows: object[] = [];
  for (const kits of KITS) {
    writeFileSync(file, quietScenario(kits));
    writeFileSync(tape, await recordTape({ seed: 1, scenario: file, days: 1 }));
    const { sampleMedian, end } = await host.replay(tape, { poolBytes: POOL_BYTES });
    if (end !== 'same') throw new Error(`XS ended with: ${end}`);
    const name = `quiet, ${kits} kit${kits === 1 ? '' : 's'}`;
    const perKitProbe = sampleMedian / (kits * PROBES_PER_SLOT);
    rows.push({ kits, name, computrons: sampleMedian, perKitProbe, isWorst: false });
  }
  writeFileSync(tape, await recordTape({ seed: 1, scenario: SCENARIO }));
  const { sampleP99, end } = await host.replay(tape, { poolBytes: POOL_BYTES });
  if (end !== 'same') throw new Error(`XS ended with: ${end}`);
  const perKitProbe = sampleP99 / (LARGEST * PROBES_PER_SLOT);
  const name = 'hardest journey, 16 kits, 99th of 100 samples';
  rows.push({ kits: LARGEST, name, computrons: sampleP99, perKitProbe, isWorst: true });
  console.log(JSON.stringify(rows));
}

void main();
