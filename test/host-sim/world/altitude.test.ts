import assert from 'node:assert/strict';
import { Atmosphere, legAltitudeM, standardPressurePa } from '../../../host-sim/world/altitude.js';
import type { VehicleKind } from '../../../host-sim/world/scenario-schema.js';
import { type Parts, makeWorld } from './fixture.js';

const MINUTE_MS = 60_000;

function leg(by: VehicleKind, minutes: number, fromM = 0, toM = 0) {
  const { place } = makeWorld();
  const from = { ...place, altitudeM: fromM };
  const to = { ...place, altitudeM: toM };
  return { from, to, by, startMs: 0, endMs: minutes * MINUTE_MS, ambient: undefined };
}

describe('altitude and pressure', () => {
  it('are those of the standard atmosphere (ISO 2533, geopotential heights)', () => {
    for (const [altitudeM, pressurePa] of [
      [0, 101325],
      [500, 95461],
      [1000, 89876],
      [2000, 79501],
      [5000, 54020],
    ] as const) {
      const error = Math.abs(standardPressurePa(altitudeM) / pressurePa - 1);
      assert.ok(error < 1e-4, `${altitudeM} m: ${standardPressurePa(altitudeM)} Pa`);
    }
  });

  it('follow a helicopter up, along and down', () => {
    const flight = leg('helicopter', 20, 50, 400);
    const heights = [0, 1, 10, 19.5, 20].map((min) => legAltitudeM(flight, min * MINUTE_MS));
    assert.deepEqual(heights, [50, 350, 700, 520, 400]);
  });

  it('never rise above what a short hop has time for', () => {
    const hop = leg('helicopter', 1);
    let highestM = 0;
    for (let ms = 0; ms <= MINUTE_MS; ms += 1000) {
      highestM = Math.max(highestM, legAltitudeM(hop, ms));
    }
    assert.ok(highestM > 100 && highestM < 140, `${highestM} m`);
  });

  it('go evenly along a road', () => {
    const road = leg('car', 10, 0, 600);
    assert.equal(legAltitudeM(road, 5 * MINUTE_MS), 300);
  });

  it('have weather with fronts, but none like a climb', () => {
    const air = new Atmosphere(7);
    const { place } = makeWorld();
    let largest = 0;
    for (let ms = 0; ms < 60 * 86_400_000; ms += 2 * MINUTE_MS) {
      const before = air.pressurePa(ms, place, undefined);
      const after = air.pressurePa(ms + 2 * MINUTE_MS, place, undefined);
      largest = Math.max(largest, Math.abs(after - before));
    }
    assert.ok(largest > 40 && largest < 120, `${largest} Pa in two minutes`);
  });

  it('are told with the truth of a flight', () => {
    const parts: Parts = {
      legs: ['{ at: day 1 09:00, to: scene, by: helicopter, duration: 10m }'],
    };
    const world = makeWorld(parts);
    const told: unknown[] = [];
    world.truth = { add: (entry) => entry.kind === 'flight' && told.push(entry) };
    const groundPa = world.pressurePa();
    world.advanceTo(65 * MINUTE_MS);
    assert.ok(world.pressurePa() < groundPa - 2000);
    world.advanceTo(120 * MINUTE_MS);
    assert.deepEqual(told, [
      { kind: 'flight', atS: 3600, isFlying: true },
      { kind: 'flight', atS: 4200, isFlying: false },
    ]);
  });
});
