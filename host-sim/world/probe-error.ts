/**
 * Hands on how a probe's part errs, and what its certificate says of that: a calibration laboratory
 * saw the error at one to three true temperatures; between them it is linear, beyond them it stays.
 */
import type { ContainerSpec } from './scenario-schema.js';
import { DAY_MS, type JourneyStart } from './time-text.js';

type CalibrationSpec = NonNullable<ContainerSpec['calibrations']>[number];

/** A certificate as a laboratory would write it. */
export interface ProbeCertificate {
  readonly id: string;
  /** Milliseconds since 1970 at which its last day has ended, UTC. */
  readonly endsAtMs: number;
  /** True temperature and how much too much the part shows there, °C; ascending. */
  readonly errors: readonly (readonly [trueC: number, errorC: number])[];
}

/** Certificates last for a year where the scenario says nothing. */
const LASTS_DAYS = 365;

/** The certificate of a probe; `until` overrides its last day. */
export function certificateOf(
  container: ContainerSpec,
  probe: number,
  start: JourneyStart,
  until?: string,
): ProbeCertificate {
  const spec: CalibrationSpec | undefined = container.calibrations?.[probe];
  const lastDay = until ?? spec?.until;
  return {
    id: spec?.certificate ?? `CAL-${probe + 1}`,
    endsAtMs:
      lastDay === undefined
        ? start.unixMs + LASTS_DAYS * DAY_MS
        : Date.parse(`${lastDay}T00:00:00Z`) + DAY_MS,
    errors: errorsOf(container, probe),
  };
}

/** How much too much a part shows at a true temperature, °C. */
export function errorAt(container: ContainerSpec, probe: number, trueC: number): number {
  const errors = errorsOf(container, probe);
  const above = errors.findIndex(([atC]) => atC >= trueC);
  if (above < 0) return errors.at(-1)![1];
  const [highC, high] = errors[above]!;
  if (above === 0) return high;
  const [lowC, low] = errors[above - 1]!;
  return low + ((high - low) * (trueC - lowC)) / (highC - lowC);
}

function errorsOf(container: ContainerSpec, probe: number): ProbeCertificate['errors'] {
  const errors = container.calibrations?.[probe]?.errors ?? [[0, 0]];
  return [...errors].sort(([a], [b]) => a - b);
}
