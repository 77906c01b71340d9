/**
 * One journey from options to files: sets up, lives through it, and writes what the backend knows
 * and what the container holds. Same options and seed give the same bytes in every file.
 */
import { createHash } from 'node:crypto';
import { decodeBlocks, decodeImage } from '../backend/decode.js';
import type { HandoffSection } from '../backend/handoff-file.js';
import { Receiver } from '../backend/receiver.js';
import type { DecodedLog } from '../backend/record-types.js';
import { WorkerStore } from '../backend/store-worker.js';
import { kitVerdicts } from '../backend/verdicts.js';
import { createTapeRecorder } from '../ports/tape.js';
import type { TruthEntry } from '../world/truth.js';
import { Journey } from './journey.js';
import { writeEvidence } from './evidence.js';
import { OutputSet } from './output.js';
import type { OutputFile, RunObserver, RunOptions, RunProgress, RunResult } from './run-types.js';
import { type Setup, setUp } from './setup.js';

/** Runs one journey; rejects, leaving the output folder as it was, when the run itself fails. */
export async function simulate(options: RunOptions, observer: RunObserver): Promise<RunResult> {
  const startedAt = process.hrtime.bigint();
  const output = new Streams(options);
  const store = new WorkerStore();
  try {
    const setup = await setUp(options, output.setupOptions);
    output.begin(setup);
    const journey = await live(setup, store, output, observer);
    const log = wholeLog(journey.received, setup.sim.journalFlash.image());
    const verdicts = kitVerdicts(log, setup.profiles);
    writeEvidence(output.files, { setup, journey, log, verdicts });
    const files = output.end();
    return {
      verdicts,
      handoffs: journey.handoffs,
      files,
      finalHash: finalHash(files),
      simulatedDays: setup.world.endMs / 86_400_000,
      wallSecondsElapsed: Number(process.hrtime.bigint() - startedAt) / 1e9,
      records: log.records.length,
      warnings: [
        ...setup.world.notes,
        ...journey.warnings,
        ...log.problems,
        ...stillAboard(log, journey),
      ],
    };
  } catch (error) {
    output.discard();
    throw error;
  } finally {
    await store.close();
  }
}

async function live(
  setup: Setup,
  store: WorkerStore,
  output: Streams,
  observer: RunObserver,
): Promise<Journey> {
  const { world, authority } = setup;
  const receiver = new Receiver({
    rootPublicKey: authority.rootPublicKey,
    decode: decodeBlocks,
    store,
    nowWallS: () => world.wallS,
    signReceipt: (receipt) => authority.receipt(receipt),
  });
  const journey = new Journey({
    ...setup,
    receiver,
    tape: output.tape,
    onMoment: () => observer.progress(momentOf(setup)),
    onNote: (text) => observer.note(text),
  });
  await journey.run();
  return journey;
}

function momentOf({ world, sim, limits }: Setup): RunProgress {
  const temperaturesCentiC: (number | null)[] = [];
  for (let probe = 0; probe < limits.probeCount; probe++) {
    const trueC = world.probeTemperatureC(probe);
    temperaturesCentiC.push(trueC === undefined ? null : Math.round(trueC * 100));
  }
  return {
    simMs: world.nowMs,
    endMs: world.endMs,
    place: world.placeName,
    temperaturesCentiC,
    counts: sim.indicator.counts(),
    docked: world.dock !== undefined,
  };
}

/** Everything that is known: what was handed over, and what the container still holds. */
function wholeLog(received: readonly HandoffSection[], image: Uint8Array): DecodedLog {
  const held = decodeImage(image);
  if (held.firstSequence === 1) return held;
  const blocks = received.flatMap((section) => (section.type === 'block' ? [section.block] : []));
  const handedOver = decodeBlocks(blocks);
  return handedOver.lastSequence >= held.lastSequence ? handedOver : held;
}

function stillAboard(log: DecodedLog, journey: Journey): string[] {
  const covered = journey.handoffs.reduce((most, { sequence }) => Math.max(most, sequence), 0);
  // What the last hand-over itself left behind, its own checkpoint and receipt, is no news.
  const open = log.records.filter(({ sequence, type }) => sequence > covered && type === 'reading');
  if (open.length === 0) return [];
  return [`${open.length} readings are not receipted yet: they are still aboard only`];
}

/** One hash over the names and hashes of all files. */
function finalHash(files: readonly OutputFile[]): string {
  const hash = createHash('sha256');
  for (const { name, sha256 } of [...files].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(`${name} ${sha256}\n`);
  }
  return hash.digest('hex');
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

/** Files that grow while the journey lasts. */
class Streams {
  readonly files: OutputSet;
  private readonly options: RunOptions;
  private recorder: ReturnType<typeof createTapeRecorder> | undefined;
  /** The world begins before its setup is known, and the setup stands first. */
  private truthBefore: TruthEntry[] | undefined = [];

  constructor(options: RunOptions) {
    this.options = options;
    this.files = new OutputSet(options.outDir);
  }

  get setupOptions(): Parameters<typeof setUp>[1] {
    const { truth, flashTrace } = this.options;
    return {
      truth: truth ? { add: (entry) => this.addTruth(entry) } : undefined,
      onFlashOp: flashTrace ? (op) => this.files.append('flash-ops.jsonl', line(op)) : undefined,
    };
  }

  private addTruth(entry: TruthEntry): void {
    if (this.truthBefore === undefined) this.files.append('truth.jsonl', line(entry));
    else this.truthBefore.push(entry);
  }

  begin(setup: Setup): void {
    const before = this.truthBefore ?? [];
    this.truthBefore = undefined;
    if (this.options.truth) {
      this.files.append('truth.jsonl', line({ kind: 'setup', ...setup.world.truthSetup }));
      for (const entry of before) this.addTruth(entry);
    }
    if (!this.options.tape) return;
    this.recorder = createTapeRecorder(setup.limits, (chunk) =>
      this.files.append('tape.bin', chunk),
    );
  }

  get tape(): ReturnType<typeof createTapeRecorder> | undefined {
    return this.recorder;
  }

  end(): OutputFile[] {
    this.recorder?.finish();
    return this.files.commit();
  }

  discard(): void {
    this.files.discard();
  }
}
