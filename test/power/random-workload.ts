/**
 * Random workloads and random cuts for them, each from a seed and a number alone: the same cut
 * again wherever and in however many processes a campaign runs.
 */
import type { RecordBuffer } from '../../firmware/core/record/record.js';
import { SECTOR_BYTES } from '../../firmware/core/limits.js';
import { RECORD } from '../../firmware/core/record/schema.js';
import { type Tear, TEARS } from '../../host-sim/ports/flash-tear.js';
import { Random, type Seed } from '../../host-sim/world/prng.js';
import { makeReading, makeRecord } from '../support/records.js';
import type { Action, Cut, Operation, Workload } from './campaign.js';

/** Readings of two probes that wander, as a container's do. */
class Walk {
  private uptimeS = 0;
  private readonly values = [400, 500, 480];
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  reading(): RecordBuffer {
    const { random, values } = this;
    const isLate = random.nextBelow(20) === 0;
    this.uptimeS += 60 + (isLate ? random.nextBelow(400) : 0);
    for (let i = 0; i < values.length; i++) values[i]! += Math.round(2 * random.nextNormal());
    if (random.nextBelow(50) === 0) values[1]! += random.nextBelow(2000) - 1000;
    const [humidity, first, second] = values;
    return makeReading(this.uptimeS, Math.abs(humidity!) % 1000, first!, second!);
  }

  event(): RecordBuffer {
    const { random, uptimeS } = this;
    const any = (): number => random.nextInt32();
    switch (random.nextBelow(4)) {
      case 0:
        return makeRecord(RECORD.lid, uptimeS, [random.nextBelow(2)]);
      case 1:
        return makeRecord(RECORD.excursion, uptimeS, [1, 2, 1, 800, any(), 7, any(), 900, any()]);
      case 2:
        return makeRecord(RECORD.fault, uptimeS, [random.nextBelow(60), any()]);
      default:
        return this.kit(random.nextBelow(40));
    }
  }

  /** A long record: it moves the log on. */
  kit(length = 150 + this.random.nextBelow(50)): RecordBuffer {
    const tail = new Uint8Array(length);
    this.random.fill(tail);
    return makeRecord(RECORD.kit, this.uptimeS, [this.random.nextBelow(16), 1, 0, 7], tail);
  }
}

/** How much of each a script has, of 100; what is left are readings. */
interface Mix {
  readonly events: number;
  readonly kits: number;
  readonly restarts: number;
  readonly receipts: number;
  readonly rests: number;
}

function actions(walk: Walk, random: Random, count: number, mix: Mix): Action[] {
  return Array.from({ length: count }, () => {
    const draw = random.nextBelow(100);
    const events = mix.events;
    const kits = events + mix.kits;
    const restarts = kits + mix.restarts;
    const receipts = restarts + mix.receipts;
    if (draw < events) return walk.event();
    if (draw < kits) return walk.kit();
    if (draw < restarts) return 'restart';
    if (draw < receipts) return 'receipt';
    return draw < receipts + mix.rests ? 'rest' : walk.reading();
  });
}

/** Segments that are opened and hold little: each restart begins one. */
function laps(walk: Walk, random: Random, segments: number, receiptEvery: number): Action[] {
  const all: Action[] = [];
  for (let i = 0; i < segments; i++) {
    all.push('restart', ...actions(walk, random, 1 + random.nextBelow(4), QUIET));
    if (i % receiptEvery === receiptEvery - 1) all.push('receipt');
  }
  return all;
}

const QUIET: Mix = { events: 15, kits: 5, restarts: 0, receipts: 0, rests: 10 };
const SECTOR_COUNTS = [16, 16, 17, 20, 24] as const;

/** What a log may have behind it: laps of the region, and whether they were receipted. */
const HISTORIES = [
  { lapsMax: 0, isReceipted: true },
  { lapsMax: 1, isReceipted: true },
  { lapsMax: 2, isReceipted: true },
  { lapsMax: 3, isReceipted: true },
  { lapsMax: 1, isReceipted: false },
] as const;

type Harm = Pick<Workload, 'harm' | 'harmLater'> & { readonly isSevere: boolean };
const SOUND: Harm = { isSevere: false };

/** What is wrong with the flash: nothing, in four of eight. Severe: records may be LOST. */
function randomHarm(random: Random, sectorCount: number): Harm {
  const sectors = Array.from({ length: 1 + random.nextBelow(3) }, () =>
    random.nextBelow(sectorCount),
  );
  const failure = random.nextBelow(2) === 0 ? 'reported' : 'silent';
  const eraseCount = 1 + random.nextBelow(3);
  const after = random.nextBelow(30);
  const bits = Array.from({ length: 12 }, () => random.nextBelow(sectorCount * SECTOR_BYTES));
  switch (random.nextBelow(8)) {
    case 0:
      return {
        isSevere: false,
        harm: ({ defects }) => sectors.forEach((sector) => defects.markBad(sector)),
      };
    case 1:
      return {
        isSevere: false,
        harm: ({ defects }) =>
          sectors.forEach((sector) => defects.limitErases(sector, eraseCount, failure)),
      };
    case 2:
      return {
        isSevere: true,
        harm: () => undefined,
        harmLater: ({ defects }) => defects.failNextPrograms(failure, 1 + (after % 2), after),
      };
    case 3:
      return {
        isSevere: true,
        harm: ({ defects }) => {
          for (const at of bits.slice(0, 6)) defects.stickAtZero(at, 1 << (at & 7));
          for (const at of bits.slice(6)) defects.stickAtOne(at, 1 << (at & 7));
        },
      };
    default:
      return SOUND;
  }
}

/** The workload of this number: a history, then 20 to 60 things that happen. */
export function randomWorkload(seed: Seed, number: number): Workload {
  const random = new Random(seed, `workload/${number}`);
  const walk = new Walk(random.split('walk'));
  const sectorCount = SECTOR_COUNTS[random.nextBelow(SECTOR_COUNTS.length)]!;
  const { lapsMax, isReceipted } = HISTORIES[random.nextBelow(HISTORIES.length)]!;
  const segments = lapsMax * sectorCount - random.nextBelow(lapsMax > 0 ? sectorCount : 1);
  const before = laps(walk, random, segments, isReceipted ? 5 : 1000);
  const mix: Mix = {
    events: 5 + random.nextBelow(20),
    kits: random.nextBelow(4) * 15,
    restarts: random.nextBelow(3) * 4,
    receipts: 1 + random.nextBelow(4),
    rests: random.nextBelow(3) * 4,
  };
  const script = actions(walk, random, 20 + random.nextBelow(41), mix);
  const { isSevere, ...harm } = randomHarm(random.split('harm'), sectorCount);
  return {
    name: `random workload ${number} of seed ${seed}`,
    // After a receipt all that follows fits: every record is stored, and the state is whole.
    before: isReceipted ? [...before, 'receipt'] : before,
    script,
    isStateWhole: isReceipted && !isSevere,
    sectorCount,
    ...harm,
  };
}

/** Operations of a recovery and of what is stored after it. */
const RECOVERY_OPERATIONS = 10;

/**
 * The cut of this number in a script of these operations: tears in turn, every second one uniform
 * over busy time, one in four followed by a cut in the recovery.
 */
export function randomCut(seed: Seed, number: number, operations: readonly Operation[]): Cut {
  const random = new Random(seed, `cut/${number}`);
  const tear: Tear = TEARS[number % TEARS.length]!;
  const isByTime = Math.floor(number / TEARS.length) % 2 === 1;
  const operation = isByTime
    ? operationAt(random.nextUnit(), operations)
    : 1 + random.nextBelow(operations.length);
  const again: number[] = [];
  while (random.nextBelow(4) === 0 && again.length < 3) {
    again.push(1 + random.nextBelow(RECOVERY_OPERATIONS));
  }
  return { operation, tear, seed: random.nextInt32(), again };
}

/** Operation, from 1, that runs at this part of the time in which the flash is busy. */
function operationAt(part: number, operations: readonly Operation[]): number {
  const whole = operations.reduce((sum, { busyMicros }) => sum + busyMicros, 0);
  let left = part * whole;
  const at = operations.findIndex(({ busyMicros }) => (left -= busyMicros) < 0);
  return at < 0 ? operations.length : at + 1;
}
