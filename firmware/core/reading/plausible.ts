/**
 * Whether a value can be true, from the probe's own values before it and from its neighbours'; one
 * that cannot is a gap. The numbers, with their reasons, stand in firmware/decisions/0012.
 *
 * | the value                                                  | becomes                       |
 * | ---------------------------------------------------------- | ----------------------------- |
 * | more than 10 °C + 5 °C a minute away from the one before   | step, until three agree or    |
 * |                                                            | the old level is back         |
 * | the same in 20 samples, the others' mean 300 °C·min away   | stuck, until another value    |
 * | the same for 4 h, as those of all (two or more) that answer| stuck, all of them            |
 * | the same for 12 h (as above: 60 samples at least)          | stuck                         |
 * | the first after a boot, where the gap before it was stuck  | stuck, until another value    |
 */
import { assert } from '../faults.js';
import type { Limits } from '../limits.js';
import { PROBE_COUNT_MAX } from '../limits.js';
import { GAP_REASON } from '../record/schema.js';
import { TEMPERATURE_ABSENT } from '../units.js';

/** Words of one probe. */
const WORD = Object.freeze({
  /** The value given last, accepted or not, and when. */
  seenCentiC: 0,
  seenAtS: 1,
  /** 0: none yet. Above: equal values in a row. Below: minus the values that agree after a step. */
  run: 2,
  /** The level before a step; else the walk when the run began. */
  start: 3,
  /** Sum of what the others have moved since the run began, centi-°C × samples. */
  evidence: 4,
  words: 5,
} as const);

/** How far the probes have moved since start, in 1/420 centi-°C: the mean of 1 to 7 is whole. */
const WALK = PROBE_COUNT_MAX * WORD.words;
const WALK_PER_CENTI_C = 420;
export const PLAUSIBLE_STATE_WORDS = WALK + 1;

const STEP_CENTI_C = 1000;
const STEP_CENTI_C_PER_MINUTE = 500;
const MINUTE_S = 60;
/** After an hour any change is plausible. */
const STEP_S_MAX = 3600;
const AGREEING = 3;

const FROZEN = 0x7fffffff;
const WITNESSED_RUN = 20;
/** 300 °C·min. */
const EVIDENCE_CENTI_C_S = 300 * 100 * 60;
const JOINT_S = 4 * 3600;
const SOLO_S = 12 * 3600;
/** Where samples are rare, hours alone are few values. */
const RUN_MIN = 60;

export class Plausible {
  private readonly words: Int32Array;
  private readonly probeCount: number;
  private readonly evidenceLimit: number;
  private readonly jointRun: number;
  private readonly soloRun: number;
  private moved = 0;
  private movers = 0;

  /** `words` are PLAUSIBLE_STATE_WORDS that are zero at a cold boot and kept through sleep. */
  constructor(words: Int32Array, limits: Limits) {
    assert(words.length >= PLAUSIBLE_STATE_WORDS, 131);
    const { samplePeriodS } = limits;
    this.words = words;
    this.probeCount = limits.probeCount;
    this.evidenceLimit = (EVIDENCE_CENTI_C_S / samplePeriodS) | 0;
    this.jointRun = Math.max(RUN_MIN, (JOINT_S / samplePeriodS) | 0);
    this.soloRun = Math.max(RUN_MIN, (SOLO_S / samplePeriodS) | 0);
  }

  /** The probe was stuck when power was lost: nothing is believed until its value changes. */
  distrust(probe: number): void {
    const at = probe * WORD.words;
    if (this.words[at + WORD.run] !== 0) return;
    this.words[at + WORD.run] = FROZEN;
    this.words[at + WORD.seenCentiC] = TEMPERATURE_ABSENT;
  }

  /**
   * Judges the values of one instant. A value whose reason is 0 and that cannot be gets the
   * GAP_REASON step or stuck, and becomes TEMPERATURE_ABSENT.
   */
  judge(values: Int32Array, reasons: Uint8Array, uptimeS: number): void {
    const { words } = this;
    this.moved = 0;
    this.movers = 0;
    for (let probe = 0; probe < this.probeCount; probe++) {
      if (reasons[probe] === 0) reasons[probe] = this.level(probe, values[probe]!, uptimeS);
    }
    // The mean of the others: of those that moved, one is the probe itself, which did not.
    const walked = this.movers > 1 ? this.moved * ((WALK_PER_CENTI_C / (this.movers - 1)) | 0) : 0;
    words[WALK] = words[WALK]! + walked;
    let answering = 0;
    let leastRun = FROZEN;
    for (let probe = 0; probe < this.probeCount; probe++) {
      const at = probe * WORD.words;
      if (reasons[probe] !== 0) {
        // Nothing of it was seen: what the others did now does not count.
        if (words[at + WORD.run]! > 0) words[at + WORD.start] = words[at + WORD.start]! + walked;
        continue;
      }
      const run = this.witness(at);
      if (run === FROZEN) continue;
      answering++;
      if (run < leastRun) leastRun = run;
    }
    const isBusFrozen = answering > 1 && leastRun >= this.jointRun;
    for (let probe = 0; probe < this.probeCount; probe++) {
      const at = probe * WORD.words;
      if (reasons[probe] === 0) {
        if (isBusFrozen) words[at + WORD.run] = FROZEN;
        if (words[at + WORD.run] === FROZEN) reasons[probe] = GAP_REASON.stuck;
      }
      if (reasons[probe] !== 0) values[probe] = TEMPERATURE_ABSENT;
    }
  }

  /** The GAP_REASON step, or 0; the run of equal values goes on or begins anew. */
  private level(probe: number, centiC: number, uptimeS: number): number {
    const { words } = this;
    const at = probe * WORD.words;
    const run = words[at + WORD.run]!;
    const seen = words[at + WORD.seenCentiC]!;
    const limit = stepLimit(uptimeS - words[at + WORD.seenAtS]!);
    words[at + WORD.seenCentiC] = centiC;
    words[at + WORD.seenAtS] = uptimeS;
    if (run === 0) {
      words[at + WORD.run] = 1;
      return 0;
    }
    if (run === FROZEN && seen === TEMPERATURE_ABSENT) return 0; // distrusted: stays frozen
    const isNear = distance(centiC, seen) <= limit;
    if (run < 0) {
      const isBack = distance(centiC, words[at + WORD.start]!) <= limit;
      const isSettled = isNear && run <= 1 - AGREEING;
      words[at + WORD.run] = isBack || isSettled ? 1 : isNear ? run - 1 : -1;
      return isBack || isSettled ? 0 : GAP_REASON.step;
    }
    if (!isNear) {
      words[at + WORD.start] = seen;
      words[at + WORD.run] = -1;
      return GAP_REASON.step;
    }
    if (run !== FROZEN) {
      this.moved += centiC - seen;
      this.movers++;
      words[at + WORD.run] = centiC === seen ? run + 1 : 1;
    } else if (centiC !== seen) {
      words[at + WORD.run] = 1; // what it missed while it was frozen is no movement of now
    }
    return 0;
  }

  /** Adds what the others have moved while this probe's value was the same; its run, or FROZEN. */
  private witness(at: number): number {
    const { words } = this;
    const run = words[at + WORD.run]!;
    if (run === FROZEN) return run;
    const walk = words[WALK]!;
    if (run === 1) {
      words[at + WORD.start] = walk;
      words[at + WORD.evidence] = 0;
      return run;
    }
    const away = (((walk - words[at + WORD.start]!) | 0) / WALK_PER_CENTI_C) | 0;
    const evidence = words[at + WORD.evidence]! + away;
    words[at + WORD.evidence] = evidence;
    const isWitnessed = distance(evidence, 0) >= this.evidenceLimit && run >= WITNESSED_RUN;
    if (!isWitnessed && run < this.soloRun) return run;
    words[at + WORD.run] = FROZEN;
    return FROZEN;
  }
}

/** How far a value may be from the one that was given so long before. */
function stepLimit(elapsedS: number): number {
  const seconds = elapsedS < STEP_S_MAX ? elapsedS : STEP_S_MAX;
  return STEP_CENTI_C + (((seconds * STEP_CENTI_C_PER_MINUTE) / MINUTE_S) | 0);
}

function distance(a: number, b: number): number {
  return a < b ? b - a : a - b;
}
