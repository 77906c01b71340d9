/** The rules of plausible.ts on whole series of values, without ports and records. */
import { PLAUSIBLE_STATE_WORDS, Plausible } from '../../../../firmware/core/reading/plausible.js';
import { GAP_REASON } from '../../../../firmware/core/record/schema.js';
import { TEMPERATURE_ABSENT } from '../../../../firmware/core/units.js';

export type Verdict = 'value' | 'step' | 'stuck' | 'other';

export class Judge {
  readonly words = new Int32Array(PLAUSIBLE_STATE_WORDS);
  readonly plausible: Plausible;
  private readonly values: Int32Array;
  private readonly reasons: Uint8Array;

  constructor(probeCount: number, samplePeriodS = 60) {
    this.plausible = new Plausible(this.words, {
      slotCount: 1,
      probeCount,
      slotProbes: Uint8Array.of((1 << probeCount) - 1),
      samplePeriodS,
      conversionLimitMs: 1000,
      journalBytes: 65536,
      isHardware: false,
    });
    this.values = new Int32Array(probeCount);
    this.reasons = new Uint8Array(probeCount);
  }

  /** Judges one instant; null: the probe gives nothing. Allocates nothing itself. */
  takes(atS: number, centiC: ArrayLike<number | null>): Uint8Array {
    const { values, reasons } = this;
    for (let probe = 0; probe < values.length; probe++) {
      const value = centiC[probe]!;
      values[probe] = value ?? TEMPERATURE_ABSENT;
      reasons[probe] = value === null ? GAP_REASON.busError : 0;
    }
    this.plausible.judge(values, reasons, atS);
    for (let probe = 0; probe < values.length; probe++) {
      const isAbsent = values[probe] === TEMPERATURE_ABSENT;
      if (isAbsent !== (reasons[probe] !== 0)) throw new Error(`probe ${probe}: value and reason`);
      if (!isAbsent && values[probe] !== centiC[probe]) throw new Error(`probe ${probe}: value`);
    }
    return reasons;
  }

  says(atS: number, centiC: readonly (number | null)[]): Verdict[] {
    return [...this.takes(atS, centiC)].map((reason) => {
      if (reason === 0) return 'value';
      if (reason === GAP_REASON.step) return 'step';
      return reason === GAP_REASON.stuck ? 'stuck' : 'other';
    });
  }
}

/** As the TMP117 gives it: in steps of 1/128 °C, rounded to the hundredth. */
export function centiCOf(trueC: number): number {
  return Math.floor((Math.round(trueC * 128) * 100) / 128 + 0.5);
}
