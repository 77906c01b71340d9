/**
 * The mutation campaign of `npm run soak`: Stryker makes one small change after the other in the
 * rooms that judge, a mutant each, and the room's specifications must fail of it. A mutant that
 * survives is a change of behaviour that no specification asks about, or none at all: some are the
 * same program written differently, so that a score of 100 % cannot be reached.
 */
import { join } from 'node:path';
import type { MutantResult } from '@stryker-mutator/api/core';
import Table from 'cli-table3';
import { PLAIN_BORDERS } from '../../host-sim/cli/borders.js';

/** Where Stryker leaves its reports, relative to the checkout; a tool's folder. */
export const REPORT_FOLDER = 'out/mutation';
/** The least that each room must reach, in percent. */
export const SCORE_MIN = 85;

/** What is mutated, and which specifications are asked. */
export interface MutationTask {
  readonly mutate: readonly string[];
  /** Folders of specifications, or single ones. */
  readonly folders: readonly string[];
  /** Specifications that are left out: they take minutes, and others ask the same. */
  readonly except: readonly string[];
}

export const ROOMS = ['kit', 'shock', 'excursion'] as const;
export type Room = (typeof ROOMS)[number];

export const TASKS: Readonly<Record<Room, MutationTask>> = {
  kit: { mutate: ['firmware/core/kit/**/*.ts'], folders: ['test/core/kit'], except: [] },
  shock: {
    mutate: ['firmware/core/shock/**/*.ts'],
    folders: ['test/core/shock'],
    except: ['test/core/shock/vibration.test.ts'],
  },
  excursion: {
    mutate: ['firmware/core/excursion/**/*.ts'],
    folders: ['test/core/excursion', 'test/app/slip-fold.test.ts'],
    except: [
      'test/core/excursion/adversarial-time.test.ts',
      'test/core/excursion/shipping-indicators.test.ts',
    ],
  },
};

export interface Score {
  readonly mutants: number;
  readonly killed: number;
  readonly timedOut: number;
  readonly survived: number;
  /** Mutants in code that no specification runs. */
  readonly notRun: number;
  /** Killed and timed out ones, of those that are programs at all. */
  readonly percent: number;
}

/** Mutates and counts; a report with every mutant is left in REPORT_FOLDER under `name`. */
export async function mutationScore(
  name: string,
  task: MutationTask,
  workerCount: number,
): Promise<Score> {
  const { mutate, folders, except } = task;
  const { Stryker } = await import('@stryker-mutator/core'); // slow, and seldom needed
  const stryker = new Stryker({
    configFile: join('test', 'mutation', 'stryker.config.json'),
    mutate: [...mutate],
    specifications: { folders, except },
    concurrency: workerCount,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: `${REPORT_FOLDER}/${name}.json` },
    thresholds: { high: 100, low: SCORE_MIN, break: null },
  });
  return scoreOf(await stryker.runMutationTest());
}

export function scoreOf(results: readonly Pick<MutantResult, 'status'>[]): Score {
  const count = (status: MutantResult['status']): number =>
    results.filter((result) => result.status === status).length;
  const [killed, timedOut] = [count('Killed'), count('Timeout')];
  const [survived, notRun] = [count('Survived'), count('NoCoverage')];
  const mutants = killed + timedOut + survived + notRun;
  const percent = mutants === 0 ? 0 : (100 * (killed + timedOut)) / mutants;
  return { mutants, killed, timedOut, survived, notRun, percent };
}

/** The scores as a table, and what is to be done when one is too low. */
export function scoresText(scores: ReadonlyMap<string, Score>): string {
  const table = new Table({
    head: ['room', 'mutants', 'killed', 'timed out', 'survived', 'not run', 'score'],
    ...PLAIN_BORDERS,
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const [room, { mutants, killed, timedOut, survived, notRun, percent }] of scores) {
    table.push([room, mutants, killed, timedOut, survived, notRun, `${percent.toFixed(1)} %`]);
  }
  const low = [...scores].filter(([, { percent }]) => percent < SCORE_MIN).map(([room]) => room);
  const verdict =
    low.length === 0
      ? `every room reaches ${SCORE_MIN} %`
      : `TOO LITTLE IS ASKED of ${low.join(', ')}: ${SCORE_MIN} % is the least`;
  return `${table.toString()}\n${verdict}; every mutant is in ${REPORT_FOLDER}/\n`;
}
