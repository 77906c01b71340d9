/**
 * Random power cuts and what became of them, counted by tear. The work can be shared out: workload
 * by workload, whoever does it, the sum is the same.
 */
import { type Tear, TEARS } from '../../host-sim/ports/flash-tear.js';
import type { Seed } from '../../host-sim/world/prng.js';
import { Campaign } from './campaign.js';
import { type Breach, BREACHES, BrokenPromise } from './promises.js';
import { randomCut, randomWorkload } from './random-workload.js';

/** Cuts of one workload: its history is made once for all of them. */
export const CUTS_PER_WORKLOAD = 40;
/** Failures that are kept in words. */
const MESSAGES_MAX = 20;

export type TearTally = Record<'cuts' | 'cutAgain' | Breach, number>;
export interface Tally {
  readonly tears: Readonly<Record<Tear, TearTally>>;
  /** The first failures: each names workload and cut. */
  readonly messages: string[];
}

export function emptyTally(): Tally {
  const zero = (): TearTally => ({
    cuts: 0,
    cutAgain: 0,
    lost: 0,
    altered: 0,
    doubled: 0,
    unmountable: 0,
  });
  return {
    tears: { clean: zero(), prefix: zero(), subset: zero(), unstable: zero() },
    messages: [],
  };
}

/** Adds what another has counted. */
export function addTally(to: Tally, from: Tally): void {
  for (const tear of TEARS) {
    const [into, more] = [to.tears[tear], from.tears[tear]];
    for (const key of Object.keys(into) as (keyof TearTally)[]) into[key] += more[key];
  }
  const room = MESSAGES_MAX - to.messages.length;
  to.messages.push(...from.messages.slice(0, Math.max(0, room)));
}

export function failureCount(tally: Tally): number {
  return TEARS.reduce(
    (sum, tear) => sum + BREACHES.reduce((of, breach) => of + tally.tears[tear][breach], 0),
    0,
  );
}

/** Cuts one random workload, at most `cutCount` times. */
export function soakWorkload(seed: Seed, workload: number, cutCount: number): Tally {
  const tally = emptyTally();
  const campaign = campaignOf(seed, workload, tally);
  for (let i = 0; i < cutCount; i++) {
    const cut = randomCut(seed, workload * CUTS_PER_WORKLOAD + i, campaign?.operations ?? [ANY]);
    const counted = tally.tears[cut.tear];
    counted.cuts += 1;
    if (cut.again!.length > 0) counted.cutAgain += 1;
    try {
      if (campaign === undefined) throw new BrokenPromise('unmountable', 'fails without a cut');
      campaign.try(cut);
    } catch (error) {
      if (!(error instanceof BrokenPromise)) throw error;
      counted[error.breach] += 1;
      if (tally.messages.length < MESSAGES_MAX) tally.messages.push(error.message);
    }
  }
  return tally;
}

const ANY = { kind: 'program', busyMicros: 1 } as const;

/** Undefined where the workload breaks a promise without any cut. */
function campaignOf(seed: Seed, workload: number, tally: Tally): Campaign | undefined {
  try {
    return new Campaign(randomWorkload(seed, workload));
  } catch (error) {
    tally.messages.push(`random workload ${workload} of seed ${seed}: ${String(error)}`);
    return undefined;
  }
}
