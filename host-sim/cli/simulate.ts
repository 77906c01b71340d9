/**
 * One journey from options to files: sets up, lives through it, and writes what the backend knows
 * and what the container holds. Same options and seed give the same bytes in every file.
 */
import { createHash } from 'node:crypto';
import { decodeBlocks } from '../backend/decode.js';
import { decodeHandoff, encodeHandoff } from '../backend/handoff-file.js';
import { Receiver } from '../backend/receiver.js';
import { SlipBook } from '../backend/slips.js';
import { WorkerStore } from '../backend/store-worker.js';
import { KitFold } from '../backend/kit-fold.js';
import { kitVerdicts } from '../backend/verdicts.js';
import { createTapeRecorder } from '../ports/tape.js';
import { instantText } from '../world/time-text.js';
import type { TruthEntry } from '../world/truth.js';
import { plural } from '../web/format.js';
import { writeEvidence } from './evidence.js';
import { proveHandoff } from './handoff-proof.js';
import { Journey } from './journey.js';
import { type KnownLog, knownLog } from './known-log.js';
import { OutputSet } from './output.js';
import type { OutputFile, RunObserver, RunOptions, RunProgress, RunResult } from './run-types.js';
import { type Setup, setUp } from './setup.js';

/**
 * Runs one journey; rejects, leaving the output folder as it was, when the run itself fails or is
 * stopped by the signal.
 */
export async function simulate(
  options: RunOptions,
  observer: RunObserver,
  signal?: AbortSignal,
): Promise<RunResult> {
  const startedAt = process.hrtime.bigint();
  const output = new Streams(options);
  const store = new WorkerStore();
  try {
    const setup = await setUp(options, output.setupOptions);
    output.begin(setup);
    const journey = await live(setup, store, output, observer, signal);
    const handoff = encodeHandoff(journey.received);
    const proof = proveHandoff(decodeHandoff(handoff), setup.authority.rootPublicKey);
    const known = knownLog(proof, setup.sim.journalFlash.image());
    const kits = new KitFold(known.log.records);
    const verdicts = kitVerdicts(known.log, setup.profiles, kits, options.language);
    const { language } = options;
    const evidence = { setup, journey, handoff, proof, known, kits, verdicts, language };
    const unmapped = writeEvidence(output.files, evidence);
    const files = output.end();
    return {
      verdicts,
      handoffs: journey.handoffs,
      files,
      finalHash: finalHash(files),
      simulatedDays: setup.world.endMs / 86_400_000,
      wallSecondsElapsed: Number(process.hrtime.bigint() - startedAt) / 1e9,
      records: known.log.records.length,
      warnings: [
        ...setup.world.notes,
        ...journey.warnings,
        ...known.problems,
        ...kits.problems,
        ...stillAboard(known),
        ...unmapped,
      ],
    };
  } catch (error) {
    output.discard();
    throw error;
  } finally {
    const closed = store.close();
    if (signal?.aborted !== true) await closed; // it may be at work for long
  }
}

async function live(
  setup: Setup,
  store: WorkerStore,
  output: Streams,
  observer: RunObserver,
  signal: AbortSignal | undefined,
): Promise<Journey> {
  const { world, authority } = setup;
  const { start } = setup.scenario;
  const slips = new SlipBook(authority.rootPublicKey);
  const receiver = new Receiver({
    slips,
    rootPublicKey: authority.rootPublicKey,
    decode: decodeBlocks,
    store,
    nowWallS: () => world.wallS,
    signReceipt: (receipt) => authority.receipt(receipt),
  });
  const moment = momentOf(setup);
  const journey = new Journey({
    ...setup,
    receiver,
    slips,
    tape: output.tape,
    onMoment: () => observer.progress(moment),
    onNote: (atMs, text) => observer.note(`${instantText(atMs, start)}  ${text}`),
    signal,
  });
  await journey.run();
  return journey;
}

/** One view for the whole run: what nobody looks at costs nothing, and most moments nobody does. */
function momentOf({ world, sim, limits, scenario }: Setup): RunProgress {
  return {
    get simMs() {
      return world.nowMs;
    },
    endMs: world.endMs,
    start: scenario.start,
    get place() {
      return world.placeName;
    },
    get trueCentiC() {
      return Array.from({ length: limits.probeCount }, (_, probe) => {
        const trueC = world.probeTemperatureC(probe);
        return trueC === undefined ? null : Math.round(trueC * 100);
      });
    },
    get counts() {
      return sim.indicator.counts();
    },
    get docked() {
      return world.dock !== undefined;
    },
  };
}

function stillAboard({ log, provenSequence }: KnownLog): string[] {
  if (provenSequence === 0) {
    return ['nothing was handed over: the files are made from the flash image alone'];
  }
  // What the last hand-over itself left behind, its own checkpoint and receipt, is no news.
  const open = log.records.filter(
    ({ sequence, type }) => sequence > provenSequence && type === 'reading',
  );
  if (open.length === 0) return [];
  return [`${plural(open.length, 'reading')} after record ${provenSequence} not handed over yet`];
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
