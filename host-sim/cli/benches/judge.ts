/**
 * Bench `judge`: what a sample costs that is judged, for more and more kits and rules, in ns on
 * this machine and in computrons on the device's engine (test/xs/judge.ts, in a process of its
 * own), and how long a container takes that finds a full journal when it starts. A container holds
 * 16 kits and a profile 8 zones: more is missing by design.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadCbor } from '../../backend/cbor.js';
import { type Bench, median, type Row, significant } from './bench.js';
import { type JudgeCase, JudgeRig } from './judge-rig.js';
import { benchProfile, type KitsOptions, KitsRig } from './kits-rig.js';

const KITS = [1, 4, 8, 16];
const RULES = [1, 4, 8];
const SAMPLES = 20_000;
const RUNS = 7;
const QUIET_AIM_COMPUTRONS = 600;
const WORST_AIM_COMPUTRONS = 2500;
const FLASH_BYTES = 1 << 20;
const FULL_LAPS = 1.3;
const PROBES_PER_SLOT = 2;
const XS = join(__dirname, '../../../test/xs/judge.ts');

export const judgeBench: Bench = {
  name: 'judge',
  describe: 'ns and computrons per sample, 1 to 16 kits, 1 to 8 rules; start with a full journal',
  async run() {
    await loadCbor();
    return [...nodeRows(), garbageRow(), resumeRow(), ...(await engineRows())];
  },
};

function nodeRows(): Row[] {
  const rows: Row[] = [];
  for (const which of ['quiet', 'worst'] as const) {
    for (const rules of RULES) {
      for (const kits of KITS) rows.push(nodeRow(which, kits, rules));
    }
    rows.push(missing(`${which}, 64 kits`, 'ns', 'a container holds 16'));
    rows.push(missing(`${which}, 16 rules`, 'ns', 'a profile holds 8'));
  }
  return rows;
}

function nodeRow(which: JudgeCase, kits: number, rules: number): Row {
  const rig = new JudgeRig(kits, rules);
  rig.run(which, SAMPLES); // until it is compiled
  const runs = Array.from({ length: RUNS }, () => {
    const from = process.hrtime.bigint();
    rig.run(which, SAMPLES);
    return Number(process.hrtime.bigint() - from) / SAMPLES;
  });
  const of = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
  const name = `${which}, ${of(kits, 'kit')}, ${of(rules, 'rule')}`;
  return { name, value: significant(median(runs)), unit: 'ns/sample', better: 'lower' };
}

function garbageRow(): Row {
  const rig = new JudgeRig(16, 8);
  rig.run('worst', SAMPLES);
  const before = process.memoryUsage().heapUsed;
  rig.run('worst', SAMPLES);
  const perSample = Math.max(0, process.memoryUsage().heapUsed - before) / SAMPLES;
  const value = perSample < 1 ? 0 : Math.round(perSample); // the process itself takes some
  return { name: 'garbage, 16 kits, worst', value, unit: 'B/sample', aim: 0, better: 'lower' };
}

function resumeRow(): Row {
  const options: KitsOptions = {
    probeCount: 4,
    flashBytes: FLASH_BYTES,
    profiles: [benchProfile('resume', [25, 26, 27, 28], [2, 1, 0, -1])],
    probesInUse: 4,
  };
  const rig = new KitsRig(options);
  rig.mount();
  rig.pack();
  rig.fillRing(FULL_LAPS);
  const image = rig.flash.image();
  const runs = Array.from({ length: RUNS }, () => {
    const next = new KitsRig(options, image);
    const from = process.hrtime.bigint();
    next.mount();
    return Number(process.hrtime.bigint() - from) / 1e6;
  });
  const name = `start, 16 kits, full journal of ${FLASH_BYTES >> 20} MB`;
  return { name, value: significant(median(runs)), unit: 'ms', better: 'lower' };
}

/** One row as test/xs/judge.ts prints it. */
interface EngineRow {
  readonly kits: number;
  readonly name: string;
  readonly computrons: number;
  /** Per kit and probe of its slot, the whole sample taken. */
  readonly perKitProbe: number;
  readonly isWorst: boolean;
}

async function engineRows(): Promise<Row[]> {
  const words = ['--require', require.resolve('ts-node/register'), XS];
  const env = { ...process.env, TS_NODE_TRANSPILE_ONLY: '1' };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, words, { env });
    const rows = JSON.parse(stdout.trim().split('\n').at(-1)!) as EngineRow[];
    return [growthRow(rows), ...rows.flatMap(engineRow)];
  } catch (error) {
    const [why = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return [missing('XS: a sample', 'computrons', `no XS here: ${why.slice(0, 60)}`)];
  }
}

/** What each kit more costs, a probe of its slot: the rest is paid by the first. */
function growthRow(rows: readonly EngineRow[]): Row {
  const quiet = rows.filter(({ isWorst }) => !isWorst);
  const [least, most] = [quiet[0]!, quiet.at(-1)!];
  const kitProbes = (most.kits - least.kits) * PROBES_PER_SLOT;
  const value = Math.round((most.computrons - least.computrons) / kitProbes);
  const name = 'XS: quiet, a kit-probe more (what judging it costs)';
  return { name, value, unit: 'computrons', aim: QUIET_AIM_COMPUTRONS, better: 'lower' };
}

function engineRow({ name, computrons, perKitProbe, isWorst }: EngineRow): Row[] {
  return [
    { name: `XS: ${name}`, value: computrons, unit: 'computrons/sample', better: 'lower' },
    {
      name: `XS: ${name}, a kit-probe of the whole sample`,
      value: Math.round(perKitProbe),
      unit: 'computrons',
      aim: isWorst ? WORST_AIM_COMPUTRONS : QUIET_AIM_COMPUTRONS,
      better: 'lower',
    },
  ];
}

function missing(name: string, unit: string, why: string): Row {
  return { name, value: null, missing: why, unit, better: 'lower' };
}
