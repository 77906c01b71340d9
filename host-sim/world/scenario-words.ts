/**
 * Hands on the words that a scenario document is written in, as zod schemas: names, durations,
 * days, digits, and the air of a place.
 */
import { z } from 'zod';
import { DURATION_FORM, parseDuration } from './time-text.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
export const nameKey = z
  .string()
  .regex(NAME, 'expected a name of letters, digits, dot, dash or underscore');

export const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  context.addIssue({ code: 'custom', message: `is '${text}', expected ${DURATION_FORM}` });
  return z.NEVER;
});

export const digits = (least: number, most: number) =>
  z
    .string()
    .regex(
      new RegExp(`^\\d{${least},${most}}$`),
      `expected ${least} or ${most} digits in quotes (with or without the check digit)`,
    );

export const day = z.string().regex(/^\d{4}-\d\d-\d\d$/, "expected a day like '2027-05-31'");

/** Air temperature of a place, a vehicle or a stay. */
export const ambient = z
  .strictObject({
    constantC: z.number().min(-60).max(90).optional(),
    meanC: z.number().min(-60).max(90).optional(),
    amplitudeC: z.number().min(0).max(40).optional(),
    warmestHour: z.number().min(0).max(24).default(15),
    wanderC: z.number().min(0).max(5).default(0.3),
  })
  .refine((value) => (value.constantC === undefined) !== (value.meanC === undefined), {
    message: 'expected either constantC, or meanC with amplitudeC',
  })
  .refine((value) => value.meanC !== undefined || value.amplitudeC === undefined, {
    message: 'amplitudeC goes with meanC, expected constantC alone',
  })
  .transform((value) => ({
    meanC: value.constantC ?? value.meanC ?? 0,
    amplitudeC: value.amplitudeC ?? 0,
    warmestHour: value.warmestHour,
    wanderC: value.wanderC,
  }));
export type AmbientSpec = z.output<typeof ambient>;
