/**
 * Which delivered values cannot be true, by the table of firmware/decisions/0012 and nothing else:
 * no code is shared with the container, whose clock also counts whole seconds only. Near a limit
 * either answer passes; what the container said there is taken, so that both go on from the same.
 */
import type { TruthSetup } from './input.js';

/** What is said of a value. */
export type Word = 'value' | 'step' | 'stuck';

/** What a container said of a value: null where that is not known. */
export type Said = (word: Word) => boolean | null;

interface Seen {
  readonly centiC: number;
  readonly atS: number;
}

/** What is known of a probe. */
interface Past {
  seen?: Seen;
  /** Level before a step, and how many values agree since. */
  step?: { readonly centiC: number; readonly agreeing: number };
  isStuck: boolean;
  /** Equal values in a row, and what the other probes did meanwhile. */
  equal: number;
  awayCentiC: number;
  evidence: number;
}

const STEP_BASE_CENTI_C = 1000;
const STEP_CENTI_C_PER_S = 500 / 60;
/** Two clocks that each cut off a second, and rounding. */
const STEP_SLACK_CENTI_C = 20;
const AGREEING = 3;
const WITNESSED = 20;
const EVIDENCE_CENTI_C_S = 1_800_000;
const JOINT_S = 14_400;
const SOLO_S = 43_200;
const RUN_LEAST = 60;

export class Doubts {
  private readonly past: Past[] = [];
  private readonly evidenceLimit: number;
  private readonly joint: number;
  private readonly solo: number;

  constructor({ samplePeriodS }: TruthSetup) {
    this.evidenceLimit = EVIDENCE_CENTI_C_S / samplePeriodS;
    this.joint = Math.max(RUN_LEAST, Math.floor(JOINT_S / samplePeriodS));
    this.solo = Math.max(RUN_LEAST, Math.floor(SOLO_S / samplePeriodS));
  }

  /** Power was lost: all is forgotten, but not which probe was stuck. */
  boot(): void {
    this.past.forEach(({ isStuck }, probe) => (this.past[probe] = { ...fresh(), isStuck }));
  }

  /** What is to be said of each value of an instant; undefined where there is none. */
  judge(
    atS: number,
    values: readonly (number | null | undefined)[],
    said: (probe: number) => Said,
  ): (Word | undefined)[] {
    const words: (Word | undefined)[] = values.map(() => undefined);
    const moved = new Map<number, number>();
    values.forEach((centiC, probe) => {
      if (typeof centiC !== 'number') return;
      const past = (this.past[probe] ??= fresh());
      const { seen, step, isStuck } = past;
      words[probe] = this.level(past, { centiC, atS }, said(probe));
      if (words[probe] !== 'value' || seen === undefined || step !== undefined || isStuck) return;
      moved.set(probe, centiC - seen.centiC); // what went before a new beginning is no movement
    });
    values.forEach((_, probe) => {
      if (words[probe] !== 'value') return;
      if (this.isWitnessed(this.past[probe]!, othersMoved(moved, probe), said(probe))) {
        words[probe] = 'stuck';
      }
    });
    this.bus(words);
    return words;
  }

  /** A step, a probe that is stuck already, or a value so far. */
  private level(past: Past, now: Seen, said: Said): Word {
    const { seen, step } = past;
    past.seen = now;
    if (seen === undefined) {
      // Stuck when power was lost; whether the record of that was lost with it, nobody knows.
      if (past.isStuck && said('stuck') !== false) return 'stuck';
      return accept(past);
    }
    const limit = STEP_BASE_CENTI_C + STEP_CENTI_C_PER_S * (now.atS - seen.atS);
    const near = offBy(now.centiC, seen.centiC, limit);
    if (step !== undefined) {
      const back = offBy(now.centiC, step.centiC, limit);
      const agreeing = near > 0 ? 1 : step.agreeing + 1;
      const isGood = back <= 0 || agreeing >= AGREEING;
      const isClose = Math.min(Math.abs(near), Math.abs(back)) <= STEP_SLACK_CENTI_C;
      if (isClose ? said('step') !== true : isGood) return accept(past);
      past.step = { centiC: step.centiC, agreeing };
      return 'step';
    }
    const isClose = Math.abs(near) <= STEP_SLACK_CENTI_C;
    if (isClose ? said('step') === true : near > 0) {
      Object.assign(past, fresh(), { seen: now, step: { centiC: seen.centiC, agreeing: 1 } });
      return 'step';
    }
    if (past.isStuck) return now.centiC === seen.centiC ? 'stuck' : accept(past);
    past.equal = now.centiC === seen.centiC ? past.equal + 1 : 1;
    return 'value';
  }

  /** Whether the others, or its own silence, say that a value which stays the same is stuck. */
  private isWitnessed(past: Past, movedCentiC: number, said: Said): boolean {
    if (past.equal === 1) {
      past.awayCentiC = 0;
      past.evidence = 0;
      return false;
    }
    past.awayCentiC += movedCentiC;
    past.evidence += past.awayCentiC;
    const over = Math.abs(past.evidence) - this.evidenceLimit;
    // The container adds whole hundredths: up to one for each sample is lost.
    const isClose = Math.abs(over) <= past.equal + Math.abs(past.awayCentiC);
    const isClaimed = isClose && said('stuck') === true;
    const isSure = over >= 0 && !(isClose && said('stuck') === false);
    past.isStuck = (past.equal >= WITNESSED && (isClaimed || isSure)) || past.equal >= this.solo;
    return past.isStuck;
  }

  /** All that still answer are the same for hours: the bus is stuck. */
  private bus(words: (Word | undefined)[]): void {
    const answering = words.flatMap((word, probe) => (word === 'value' ? [probe] : []));
    const least = Math.min(...answering.map((probe) => this.past[probe]!.equal));
    if (answering.length < 2 || least < this.joint) return;
    for (const probe of answering) {
      words[probe] = 'stuck';
      this.past[probe]!.isStuck = true;
    }
  }
}

function fresh(): Past {
  return { isStuck: false, equal: 0, awayCentiC: 0, evidence: 0 };
}

/** Believes a probe (again), as if it had just started. */
function accept(past: Past): Word {
  past.isStuck = false;
  past.equal = 1;
  delete past.step;
  return 'value';
}

function othersMoved(moved: ReadonlyMap<number, number>, probe: number): number {
  if (!moved.has(probe)) return 0;
  const others = [...moved].filter(([other]) => other !== probe);
  if (others.length === 0) return 0;
  return others.reduce((sum, [, centiC]) => sum + centiC, 0) / others.length;
}

/** How far two temperatures are further apart than the limit; not above 0 when they are near. */
function offBy(a: number, b: number, limit: number): number {
  return Math.abs(a - b) - limit;
}
