/**
 * A small scenario for tests: one day, a bank with a dock, a base with one, a scene without; two
 * kits, two slots. `scenarioText` takes lines for the lists, so that a test shows what it is about.
 */
import type { Scenario } from '../../../host-sim/world/scenario-model.js';
import { parseScenario } from '../../../host-sim/world/scenario.js';
import { type World, type WorldOptions, createWorld } from '../../../host-sim/world/world.js';

export interface Parts {
  readonly head?: string;
  readonly container?: string;
  readonly legs?: readonly string[];
  readonly journey?: readonly string[];
  readonly faults?: readonly string[];
}

/** Acts that pack both kits and leave the dock. */
export const PACKED: readonly string[] = [
  '{ at: day 1 08:00, do: dock }',
  '{ at: day 1 08:01, do: open-lid }',
  '{ at: day 1 08:02, do: pack, kits: { A: 0, B: 1 } }',
  '{ at: day 1 08:04, do: close-lid }',
  '{ at: day 1 08:05, do: seal }',
  '{ at: day 1 08:10, do: undock }',
];

const list = (name: string, lines: readonly string[] = []): string =>
  lines.length === 0 ? '' : `${name}:\n${lines.map((line) => `  - ${line}\n`).join('')}`;

export function scenarioText(parts: Parts = {}): string {
  return `title: A day
start: 2026-07-13T08:00:00+02:00
timezone: Europe/Oslo
${parts.head ?? 'days: 1\nat: bank\n'}
container:
  grai: { asset: '952123410001', serial: BOX1 }
  giai: 952123LOG1
  slots: 2
  insulation: { wallMinutes: 60, openMinutes: 10, contentMinutes: 60, coreMinutes: 200 }
${parts.container ?? ''}
places:
  bank:
    { name: Bank, gln: '952123400001', latitude: 60, longitude: 5, dock: true,
      ambient: { constantC: 20, wanderC: 0 } }
  base:
    { name: Base, gln: '952123400002', latitude: 61, longitude: 6, dock: true,
      ambient: { constantC: 10, wanderC: 0 } }
  scene:
    { name: Scene, gln: '952123400003', latitude: 62, longitude: 7, outdoors: true,
      ambient: { meanC: 15, amplitudeC: 5 } }
products:
  plasma:
    name: Plasma
    profile: generic-2-25
    gtin: '0952123420001'
    productCode: E4689V00
    bloodGroup: AB
    components:
      plasma: { lot: P1, expiry: 2027-06-30 }
      diluent: { lot: D1, expiry: 2027-01-31 }
kits:
  A: { product: plasma, serial: '1', dins: [A9999 26 000101] }
  B: { product: plasma, serial: '2', components: { diluent: { lot: D2, expiry: 2026-12-31 } } }
${list('legs', parts.legs)}${list('journey', parts.journey)}${list('faults', parts.faults)}`;
}

export function makeScenario(parts: Parts = {}): Scenario {
  return parseScenario(scenarioText(parts), 'test.yaml');
}

export function makeWorld(parts: Parts = {}, options: Partial<WorldOptions> = {}): World {
  return createWorld(makeScenario(parts), { seed: 1, ...options });
}

/** Milliseconds since the fixture's start (08:00 local) of a local clock on a day. */
export function at(day: number, clock: string): number {
  const [hour, minute, second = 0] = clock.split(':').map(Number);
  return (day - 1) * 86_400_000 + (hour! - 8) * 3_600_000 + minute! * 60_000 + second * 1000;
}
