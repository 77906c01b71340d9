/**
 * Hands on the shape of the container in a scenario document as a zod schema: its parts, how they
 * err, and how its walls hold the temperature.
 */
import { z } from 'zod';
import { day, digits, nameKey } from './scenario-words.js';

const MAX_ERROR_C = 5;
const celsius = z.number().min(-50).max(100);
/** How a probe's part errs, and what its certificate says of it. */
const calibration = z.strictObject({
  certificate: z.string().min(1).max(20).optional(),
  /** The certificate's last day. */
  until: day.optional(),
  /** True temperature and how much too much the part shows there, °C. */
  errors: z
    .array(z.tuple([celsius, z.number().min(-MAX_ERROR_C).max(MAX_ERROR_C)]))
    .min(1)
    .max(3)
    .default([[0, 0]]),
});

const minutes = z.number().min(2).max(10_000);
export const container = z
  .strictObject({
    grai: z.strictObject({ asset: digits(12, 13), serial: nameKey }),
    giai: z.string().min(1).max(30),
    slots: z.int().min(1).max(16).default(8),
    probes: z.int().min(1).max(8).default(2),
    slotProbes: z.array(z.array(z.int().min(0).max(7)).min(1).max(2)).optional(),
    samplePeriodS: z.int().min(10).max(3600).default(60),
    startC: z.number().min(-40).max(60).optional(),
    humidity: z.boolean().default(true),
    rtcDriftPpm: z.int().min(-500).max(500).default(4),
    badSectors: z.array(z.int().min(0)).optional(),
    calibrations: z.array(calibration).optional(),
    insulation: z
      .strictObject({
        wallMinutes: minutes.default(110),
        openMinutes: minutes.default(12),
        contentMinutes: minutes.default(120),
        coreMinutes: minutes.default(600),
      })
      .prefault({}),
  })
  .refine((box) => box.slotProbes === undefined || box.slotProbes.length === box.slots, {
    message: 'expected one list of probes per slot',
    path: ['slotProbes'],
  })
  .refine((box) => (box.calibrations ?? []).length <= box.probes, {
    message: 'expected at most one for each probe',
    path: ['calibrations'],
  })
  .refine((box) => (box.slotProbes ?? []).flat().every((probe) => probe < box.probes), {
    message: 'names a probe that the container does not have, expected numbers below probes',
    path: ['slotProbes'],
  });
