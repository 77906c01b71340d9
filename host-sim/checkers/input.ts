/**
 * What the oracle is told: what the world did and what the sensors gave (`Truth`), the products'
 * rules (`Rules`), and on the other side what the container remembered. Times are seconds since the
 * journey began, `atS`, so that no clock of the container is trusted; they need not be whole.
 */
import type { Allowance, Operator, Verdict } from './codes.js';

/** One thing that happened. In order of time; of equal times the order is that of happening. */
export type TruthEntry =
  /** The container starts. `clockKnown`: its RTC kept the time. */
  | { readonly kind: 'boot'; readonly atS: number; readonly clockKnown: boolean }
  | { readonly kind: 'powerOff'; readonly atS: number }
  /** What a probe gave at a sampling instant; null for a fault. */
  | {
      readonly kind: 'sample';
      readonly atS: number;
      readonly probe: number;
      readonly deliveredCentiC: number | null;
    }
  | {
      readonly kind: 'shock';
      readonly atS: number;
      /** Of the hardest impact; null where the world does not know (a replayed recording). */
      readonly freeFallMs: number | null;
      readonly deltaVMmPerS: number | null;
      readonly isClipped: boolean | null;
    }
  /** A kit is put into a slot and declared; `profile` is the id of its rules. */
  | {
      readonly kind: 'pack';
      readonly atS: number;
      readonly slot: number;
      readonly kit: string;
      readonly profile: string;
      readonly expiryWallS: number;
    }
  /** `kit`, where it is told, is the one that was in people's hands. */
  | {
      readonly kind: 'take' | 'putBack' | 'scan';
      readonly atS: number;
      readonly slot: number;
      readonly kit?: string;
    }
  /** The glove button: short, or held for 3 s. */
  | { readonly kind: 'press' | 'hold'; readonly atS: number }
  | { readonly kind: 'lid'; readonly atS: number; readonly isOpen: boolean }
  | { readonly kind: 'clock'; readonly atS: number; readonly isSet: boolean };

/** What the oracle needs to know of the container. */
export interface TruthSetup {
  /** Wall time of the journey's start, seconds since 2020-01-01Z. */
  readonly startWallS: number;
  /** When the journey ends. */
  readonly endS: number;
  readonly samplePeriodS: number;
  /** For each slot the probes that stand for it. */
  readonly slotProbes: readonly (readonly number[])[];
  readonly isHardware: boolean;
}

export interface Truth {
  readonly setup: TruthSetup;
  readonly entries: readonly TruthEntry[];
}

export interface ZoneRule {
  readonly operator: Operator;
  readonly limitCentiC: number;
  readonly allowance: Allowance;
  readonly allowanceS: number;
  readonly verdict: Verdict;
}

/** The rules of one product. */
export interface Rules {
  readonly id: string;
  readonly isExample: boolean;
  readonly zones: readonly ZoneRule[];
  readonly gapAllowanceS: number;
  /** Readings that a power cut may take, in seconds; none without it. */
  readonly lossAllowedS?: number | undefined;
  /** One rate for each whole °C from `firstKnotC` on, per mille of that at the reference. */
  readonly budget: {
    readonly firstKnotC: number;
    readonly ratesPermille: readonly number[];
    readonly budgetS: number;
    readonly verdict: Verdict;
  } | null;
  readonly shock: {
    readonly dropFreeFallMs: number;
    readonly dropDeltaVMmPerS: number;
    readonly severeDeltaVMmPerS: number;
    readonly dropVerdict: Verdict;
    readonly severeVerdict: Verdict;
  };
  readonly lid: { readonly allowedS: number; readonly verdict: Verdict };
  /** Seconds after mixing; null without a limit. */
  readonly useByS: number | null;
  /** Probes of a slot, 0.01 °C apart. */
  readonly disagree?: LimitRule | undefined;
  /** Degrees; `allowedS` is 0. */
  readonly tilt?: LimitRule | undefined;
  /** Per mille. */
  readonly humidity?: LimitRule | undefined;
  /** Lux. */
  readonly light?: LimitRule | undefined;
  readonly needsCalibration?: boolean | undefined;
}

/** More than a limit, for so long. */
export interface LimitRule {
  readonly limit: number;
  readonly allowedS: number;
  readonly verdict: Verdict;
}

/** The final word on one kit: what verdicts.json says. In the order of packing. */
export interface ReportedVerdict {
  /** The number by which records name the kit. */
  readonly kit: number;
  readonly verdict: string;
  readonly custody: string;
  /** `zone0` to `zone7`, else the name of the rule. */
  readonly reasons: readonly { readonly code: string }[];
}

/** One thing on which the container and the truth do not agree. */
export interface Finding {
  /** What was compared: 'reading', 'excursion', 'verdict', 'custody', 'shock', 'kit'. */
  readonly about: 'reading' | 'excursion' | 'verdict' | 'custody' | 'shock' | 'kit';
  /** The kit as the truth names it, or null when no kit is meant. */
  readonly kit: string | null;
  /** Seconds since the journey began, or null. */
  readonly atS: number | null;
  readonly message: string;
}
