/**
 * The container's own recovery code on copies of an image. `mount` wires what it needs as the
 * container does and stops behind recovery; `rehearse` starts a whole container on ports at rest
 * until it runs. Both read flash that is as strict as the simulator's.
 */
import { createContainer } from '../../../firmware/app/container.js';
import { Fold } from '../../../firmware/app/fold.js';
import { Memory, STATE_LAYOUT } from '../../../firmware/app/memory.js';
import { Profiles } from '../../../firmware/app/profiles.js';
import { CborReader } from '../../../firmware/core/cbor/cbor.js';
import { Exposure } from '../../../firmware/core/excursion/exposure.js';
import { Pending } from '../../../firmware/core/excursion/pending.js';
import { ProfileTable } from '../../../firmware/core/excursion/profile.js';
import { Catalogue } from '../../../firmware/core/journal/catalogue.js';
import { Journal } from '../../../firmware/core/journal/journal.js';
import { RETIRED, RETIRED_MAX, THINNED } from '../../../firmware/core/journal/words.js';
import { type Limits, SECTOR_BYTES, SLOT_COUNT_MAX } from '../../../firmware/core/limits.js';
import { PlaceTracker } from '../../../firmware/core/place/place.js';
import type { FlashPort } from '../../../firmware/core/ports.js';
import { Sha256 } from '../../../firmware/core/sha256.js';
import { recover } from '../../backend/recover-whole.js';
import type { DecodedLog } from '../../backend/record-types.js';
import { faultName } from '../../fault-name.js';
import { type FlashOp, NorFlash } from '../../ports/flash.js';
import { CATALOGUE_BYTES } from '../../ports/sim-ports.js';
import type { JournalImage } from './image.js';
import { restingPorts } from './ports.js';

/** What a start did to the journal's flash. */
export interface Rehearsal {
  readonly ops: readonly Pick<FlashOp, 'kind' | 'address' | 'length'>[];
  /** The flash behind it. */
  readonly after: Uint8Array;
}

export interface Mounted {
  readonly fault: string | null;
  readonly journal: Journal;
  readonly memory: Memory;
  readonly thinnedSequence: number;
  readonly retiredSectors: readonly number[];
  readonly reads: number;
  readonly readBytes: number;
}

/** Drawn for an empty journal; what it is makes no difference here. */
const NEW_EPOCH = 1;
const START_STEPS_MAX = 10_000;
const SECTORS_MIN = 16;

/** Mounts a copy. */
export function mount(
  image: JournalImage,
  log: DecodedLog | undefined,
  catalogue: Uint8Array | undefined,
): Mounted {
  const limits = limitsOf(image, log);
  const flash = flashOf('journal', journalBytesOf(image, limits));
  const memory = new Memory();
  const { journal, result } = recovered(flash, catalogueFlash(catalogue), memory, limits);
  const { reads, readBytes } = flash.counters;
  return {
    fault: result < 0 ? faultName(result) : null,
    journal,
    memory,
    thinnedSequence: memory.journalCursor[THINNED]!,
    retiredSectors: retiredOf(memory.journalCursor),
    reads,
    readBytes,
  };
}

/** As firmware/app wires and starts its journal, up to the end of recovery. */
function recovered(
  flash: FlashPort,
  catalogueFlash: FlashPort,
  memory: Memory,
  limits: Limits,
): { readonly journal: Journal; readonly result: number } {
  const { words } = memory.durable;
  const { journal: state, journalCursor } = memory;
  const journal = new Journal(flash, state, journalCursor, words, limits, STATE_LAYOUT);
  const table = new ProfileTable();
  const sha = new Sha256();
  const profiles = new Profiles(table, memory.kits, sha);
  const exposure = new Exposure(memory.kits, table.words, limits);
  const pending = new Pending(memory.kits, table.words, limits.isHardware);
  const place = new PlaceTracker(memory.place, memory.placeId);
  const fold = new Fold({ memory, rules: table.words, exposure, pending, place, journal, sha });
  const catalogue = new Catalogue(catalogueFlash);
  const catalogued = catalogue.mount();
  if (catalogued < 0) return { journal, result: catalogued };
  profiles.mount(catalogue, new CborReader());
  fold.isReplaying = true;
  const result = recover(journal, flash, words, limits.probeCount, NEW_EPOCH, fold);
  return { journal, result };
}

/** Starts a container on another copy and tells what it did to the journal's flash. */
export function rehearse(
  image: JournalImage,
  log: DecodedLog | undefined,
  catalogue: Uint8Array | undefined,
): Rehearsal {
  const limits = limitsOf(image, log);
  const ops: FlashOp[] = [];
  const time = {
    uptimeMs: 0,
    wallS: log?.records.filter(({ wallS }) => wallS !== null).at(-1)?.wallS,
  };
  const whole = journalBytesOf(image, limits);
  const flash = flashOf(
    'journal',
    whole,
    () => time.uptimeMs,
    (op) => ops.push(op),
  );
  const ports = restingPorts(flash, catalogueFlash(catalogue), time);
  const container = createContainer(ports, limits);
  for (let step = 0; step < START_STEPS_MAX; step++) {
    const sleepMs = container.step();
    if (sleepMs === 0) break; // it runs; what it would do next depends on the world
    time.uptimeMs += sleepMs;
  }
  return { ops, after: flash.image() };
}

function flashOf(
  region: string,
  image: Uint8Array,
  nowMs: () => number = () => 0,
  onOp?: (op: FlashOp) => unknown,
): NorFlash {
  const flash = new NorFlash({
    region,
    bytes: image.length,
    seed: 1,
    nowMs,
    onOp: (op) => void onOp?.(op),
  });
  flash.load(image);
  return flash;
}

/** The catalogue given, as long as whole sectors; or a blank one. */
function catalogueFlash(image: Uint8Array | undefined): NorFlash {
  const length = image === undefined || image.length === 0 ? CATALOGUE_BYTES : image.length;
  const bytes = new Uint8Array(Math.ceil(length / SECTOR_BYTES) * SECTOR_BYTES).fill(0xff);
  if (image !== undefined) bytes.set(image);
  return flashOf('catalogue', bytes);
}

/** The image as long as the flash was: what the file does not hold is blank. */
function journalBytesOf({ bytes }: JournalImage, { journalBytes }: Limits): Uint8Array {
  const whole = new Uint8Array(journalBytes).fill(0xff);
  whole.set(bytes.subarray(0, journalBytes));
  return whole;
}

/** What the container was built with, as its log says; else what can hold anything. */
function limitsOf(image: JournalImage, log: DecodedLog | undefined): Limits {
  const config = log?.records.filter(({ type }) => type === 'config').at(-1);
  const headers = image.sectors.flatMap((s) => (s.kind === 'segment' ? [s.header] : []));
  const newest = headers.sort((a, b) => a.segment - b.segment).at(-1);
  const probeCount = newest?.probeCount ?? 1;
  const slotCount = config?.fields['slotCount'] ?? SLOT_COUNT_MAX;
  const every = (1 << probeCount) - 1;
  const slotProbes = Uint8Array.from({ length: slotCount }, (_, s) => config?.tail[s] ?? every);
  return {
    slotCount,
    probeCount,
    slotProbes,
    samplePeriodS: newest?.samplePeriodS ?? 60,
    conversionLimitMs: 1000,
    journalBytes: Math.max(image.sectorCount, SECTORS_MIN) * SECTOR_BYTES,
    isHardware: config?.fields['isHardware'] === 1,
  };
}

/** Sectors in the list of those that are given up: 16 bits each, the sector + 1. */
function retiredOf(cursor: Int32Array): number[] {
  const sectors: number[] = [];
  for (let i = 0; i < RETIRED_MAX; i++) {
    const entry = (cursor[RETIRED + (i >> 1)]! >>> ((i & 1) * 16)) & 0xffff;
    if (entry !== 0) sectors.push(entry - 1);
  }
  return sectors;
}
