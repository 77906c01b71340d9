/**
 * Hands on the shape of a scenario document (SCENARIO.md) as zod schemas: which keys there are,
 * what each may hold, and in the messages what was expected. Durations become milliseconds here;
 * what needs the whole document (times, places, kits, order of acts) is checked in scenario.ts and
 * journey.ts.
 */
import { z } from 'zod';
import { container } from './scenario-container.js';
import { ambient, day, digits, duration, nameKey } from './scenario-words.js';

const place = z.strictObject({
  name: z.string().min(1),
  gln: digits(12, 13),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  altitudeM: z.number().min(-400).max(5000).default(0),
  ambient,
  dock: z.boolean().default(false),
  outdoors: z.boolean().default(false),
});

const vehicle = z.strictObject({ ambient });

const component = z.strictObject({ lot: z.string().min(1).max(20), expiry: day });
const components = z.strictObject({
  plasma: component,
  diluent: component,
  transferSet: component.optional(),
});

const product = z.strictObject({
  name: z.string().min(1),
  profile: nameKey,
  gtin: digits(13, 14),
  productCode: z.string().length(8, "expected 8 characters like 'E0701V00'"),
  bloodGroup: z.enum(['A', 'B', 'AB', 'O']).optional(),
  components: components.optional(),
});

const din = z.string().regex(/^[A-Z0-9]{5} ?\d\d ?\d{6}$/, "expected a DIN like 'A9999 26 000123'");

const kit = z.strictObject({
  product: nameKey,
  serial: z.string().min(1).max(20),
  dins: z.array(din).max(10).default([]),
  components: components.partial().optional(),
});

const at = z.string();
const slot = z.int().min(0).max(15);
const pressCount = z.int().min(1).max(10);
const act = z.discriminatedUnion('do', [
  z.strictObject({ at, do: z.literal('open-lid') }),
  z.strictObject({ at, do: z.literal('close-lid') }),
  z.strictObject({
    at,
    do: z.literal('dock'),
    roles: z.boolean().optional(),
    profiles: z.array(nameKey).optional(),
    calibrate: z.boolean().optional(),
  }),
  z.strictObject({ at, do: z.literal('undock') }),
  z.strictObject({
    at,
    do: z.literal('pack'),
    kits: z.record(nameKey, slot).refine((kits) => Object.keys(kits).length > 0, {
      message: 'expected at least one kit with its slot',
    }),
    every: duration.default(20_000),
  }),
  z.strictObject({ at, do: z.literal('seal') }),
  z.strictObject({ at, do: z.literal('unseal') }),
  z.strictObject({ at, do: z.literal('take'), kit: nameKey }),
  z.strictObject({ at, do: z.literal('put-back'), kit: nameKey, slot: slot.optional() }),
  z.strictObject({ at, do: z.literal('press'), times: pressCount.default(1) }),
  z.strictObject({ at, do: z.literal('hold') }),
  z.strictObject({ at, do: z.literal('begin-service') }),
  z.strictObject({ at, do: z.literal('end-service') }),
  z.strictObject({
    at,
    do: z.literal('calibrate'),
    probes: z.array(z.int().min(0).max(7)).optional(),
    until: day.optional(),
  }),
  z.strictObject({ at, do: z.literal('transfer'), kit: nameKey }),
  z.strictObject({
    at,
    do: z.literal('decide'),
    kit: nameKey,
    decision: z.enum(['hold', 'release', 'discard']),
    by: z.enum(['quality', 'backend']).default('quality'),
  }),
  z
    .strictObject({
      at,
      do: z.literal('recall'),
      din: din.optional(),
      lot: z.string().min(1).max(20).optional(),
    })
    .refine(({ din, lot }) => (din === undefined) !== (lot === undefined), {
      message: 'expected either din or lot',
    }),
  z.strictObject({
    at,
    do: z.literal('tell'),
    kit: nameKey,
    why: z.int().min(0).max(255).default(0),
    mixedAt: z.string().optional(),
  }),
  z.strictObject({
    at,
    do: z.literal('drop'),
    heightCm: z.number().min(2).max(300),
    surface: z.enum(['soft', 'hard']).default('soft'),
    landsOn: z.enum(['base', 'side']).default('base'),
  }),
  z
    .strictObject({
      at,
      do: z.literal('leave'),
      where: z.string().min(1),
      duration,
      ambient: ambient.optional(),
      peakC: z.number().min(-60).max(90).optional(),
    })
    .refine((value) => (value.ambient === undefined) !== (value.peakC === undefined), {
      message: 'expected either ambient or peakC',
    }),
]);

const leg = z.strictObject({
  at,
  from: nameKey.optional(),
  to: nameKey,
  by: z.enum(['car', 'helicopter', 'carried']),
  duration,
  ambient: ambient.optional(),
});

const PROBE_FAULTS = [
  'sentinel',
  'stuck',
  'bus-error',
  'bad-checksum',
  'silent',
  'jump',
  'drift',
] as const;
const fault = z.discriminatedUnion('fault', [
  z
    .strictObject({
      at,
      fault: z.literal('probe'),
      probe: z.int().min(0).max(7),
      shows: z.enum(PROBE_FAULTS),
      duration,
      /** Which value a stuck probe shows; default: its last good one. */
      atC: z.number().min(-60).max(120).optional(),
      /** How far off a probe is that has jumped. */
      byC: z.number().min(-150).max(150).optional(),
      /** How fast a probe drifts away from the truth. */
      perHourC: z.number().min(-100).max(100).optional(),
    })
    .refine((value) => value.atC === undefined || value.shows === 'stuck', {
      message: 'goes with shows: stuck',
      path: ['atC'],
    })
    .refine((value) => (value.byC !== undefined) === (value.shows === 'jump'), {
      message: 'expected with shows: jump, and only there',
      path: ['byC'],
    })
    .refine((value) => (value.perHourC !== undefined) === (value.shows === 'drift'), {
      message: 'expected with shows: drift, and only there',
      path: ['perHourC'],
    }),
  z.strictObject({
    at,
    fault: z.literal('power-loss'),
    duration,
    reason: z.enum(['power-on', 'brown-out']).default('power-on'),
  }),
  z.strictObject({
    at,
    fault: z.literal('restart'),
    reason: z.enum(['watchdog', 'panic', 'restart']).default('watchdog'),
  }),
  z.strictObject({ at, fault: z.literal('clock-loss') }),
  z.strictObject({ at, fault: z.literal('clock-jump'), byS: z.int().min(-864_000).max(864_000) }),
]);

/** The whole document. */
export const scenarioSchema = z.strictObject({
  title: z.string().min(1),
  start: z.string(),
  timezone: z.string().min(1).default('UTC'),
  days: z.number().positive().max(3660),
  at: nameKey,
  container,
  places: z.record(nameKey, place),
  vehicles: z
    .strictObject({ car: vehicle.optional(), helicopter: vehicle.optional() })
    .prefault({}),
  products: z.record(nameKey, product),
  kits: z.record(nameKey, kit),
  legs: z.array(leg).default([]),
  journey: z.array(act).default([]),
  faults: z.array(fault).default([]),
});

export type ScenarioDocument = z.output<typeof scenarioSchema>;
export type ContainerSpec = ScenarioDocument['container'];
export type PlaceSpec = ScenarioDocument['places'][string];
export type ProductSpec = ScenarioDocument['products'][string];
export type KitSpec = ScenarioDocument['kits'][string];
export type ActSpec = ScenarioDocument['journey'][number];
export type LegSpec = ScenarioDocument['legs'][number];
export type FaultSpec = ScenarioDocument['faults'][number];
export type VehicleKind = LegSpec['by'];
