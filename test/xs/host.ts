/** Runs the host program: one replay a call, its figures or its difference as an object. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildHost, XS_FOLDER } from './engine.js';
import { firmwareModules, type Module, programFile } from './program.js';

/** The static pool that a container with 16 kits may need, its stack included. */
export const POOL_BYTES_MAX = 48 * 1024;
/** Slots of stack that the adapters may need, which on the device stand on top of the core. */
export const ADAPTER_STACK_SLOTS = 40;

/** How the device's machine is made, but for the size of its pool: manifests/base.json. */
export const CREATION = readCreation();

function readCreation() {
  const manifest = join(__dirname, '..', '..', 'manifests', 'base.json');
  const { creation } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    creation: {
      readonly static: number;
      readonly chunk: { readonly initial: number; readonly incremental: number };
      readonly heap: { readonly initial: number; readonly incremental: number };
      readonly stack: number;
    };
  };
  return creation;
}

/** What is alive after a collection at the beginning of a day of a boot. */
export interface Live {
  readonly boot: number;
  readonly day: number;
  readonly slots: number;
  readonly chunkBytes: number;
}

/** One line of the host; host/figures.c prints the numbers, which exist once a step was made. */
export interface Replay {
  /** "same", or how it ended otherwise: "difference", "memory full", "write to ROM", ... */
  readonly end: string;
  readonly message?: string;
  readonly trace?: string;
  readonly boots: number;
  readonly steps: number;
  readonly calls: number;
  readonly cuts: number;
  readonly slotBytes: number;
  readonly peakSlots: number;
  readonly peakChunkBytes: number;
  readonly peakStack: number;
  readonly collections: number;
  readonly worstStep: number;
  readonly worstStepAt: string;
  /** Names a preloaded object that was written and so copied into the pool; empty: none. */
  readonly written: string;
  readonly samples: number;
  readonly sampleMedian: number;
  readonly sampleMean: number;
  readonly sampleP99: number;
  readonly sampleWorst: number;
  readonly sampleFloatMean: number;
  readonly sampleSlotsMedian: number;
  readonly live: readonly Live[];
  readonly romSlots: number;
  readonly romChunkBytes: number;
  readonly aliases: number;
}

export interface ReplayOptions {
  readonly poolBytes?: number;
  /** Collects at each new day, for `live`. */
  readonly live?: boolean;
}

/** The host with one firmware. */
export class Host {
  private readonly executable: string;
  private readonly program: string;

  private constructor(executable: string, program: string) {
    this.executable = executable;
    this.program = program;
  }

  /** The host with these modules, by default the firmware's; `name` keeps programs apart. */
  static async make(name = 'firmware', modules: readonly Module[] = firmwareModules()) {
    const executable = await buildHost();
    const folder = join(XS_FOLDER, 'programs');
    mkdirSync(folder, { recursive: true });
    const program = join(folder, name);
    writeFileSync(program, programFile(modules));
    return new Host(executable, program);
  }

  /** Plays a tape; a difference is an answer, not an error. */
  async replay(tape: string, options: ReplayOptions = {}): Promise<Replay> {
    const { chunk, heap, stack } = CREATION;
    const numbers = {
      pool: options.poolBytes ?? POOL_BYTES_MAX,
      stack,
      chunks: chunk.initial,
      'more-chunks': chunk.incremental,
      slots: heap.initial,
      'more-slots': heap.incremental,
    };
    const words = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, `${value}`]);
    if (options.live) words.push('--live');
    return (await this.run([...words, this.program, tape])) as Replay;
  }

  /** Byte-code size of every module. */
  async moduleSizes(): Promise<Readonly<Record<string, number>>> {
    const { modules } = (await this.run(['--sizes', this.program])) as {
      modules: Record<string, number>;
    };
    return modules;
  }

  private run(words: readonly string[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const limits = { maxBuffer: 64 << 20, timeout: 300_000 };
      execFile(this.executable, words, limits, (error, stdout, stderr) => {
        const line = stdout.trim().split('\n').at(-1) ?? '';
        try {
          resolve(JSON.parse(line));
        } catch {
          reject(
            new Error(`The host ended without an answer: ${error?.message}\n${line}${stderr}`),
          );
        }
      });
    });
  }
}
