/**
 * A container's ports in a small world (world/fixture.ts), and readings of their layouts.
 */
import { getI16, getI32, getU16 } from '../../../firmware/core/bytes.js';
import { CLOCK_LAYOUT, INPUT_LAYOUT, PROBE_LAYOUT } from '../../../firmware/core/ports.js';
import {
  type SimPorts,
  type SimPortsOptions,
  createSimPorts,
} from '../../../host-sim/ports/sim-ports.js';
import { limitsOf } from '../../../host-sim/world/scenario.js';
import type { World, WorldOptions } from '../../../host-sim/world/world.js';
import { type Parts, makeWorld } from '../world/fixture.js';

export const JOURNAL_BYTES = 64 * 1024;

export interface Rig extends SimPorts {
  readonly world: World;
}

/** Ports of the fixture's container; `seed` is both the world's and the ports'. */
export function makeRig(
  parts: Parts = {},
  options: Partial<WorldOptions> & Partial<SimPortsOptions> = {},
): Rig {
  const seed = options.seed ?? 1;
  const world = makeWorld(parts, { ...options, seed });
  const limits = limitsOf(world.scenario, JOURNAL_BYTES);
  const sim = createSimPorts(world, { limits, journalBytes: JOURNAL_BYTES, ...options, seed });
  return { ...sim, world };
}

export function readClock(rig: Rig) {
  const bytes = new Uint8Array(CLOCK_LAYOUT.bytes);
  rig.ports.clock.read(bytes);
  return {
    uptimeS: getI32(bytes, CLOCK_LAYOUT.uptimeS),
    uptimeMs: getU16(bytes, CLOCK_LAYOUT.uptimeMs),
    source: bytes[CLOCK_LAYOUT.wallSource]!,
    wallS: getI32(bytes, CLOCK_LAYOUT.wallS),
    uncertaintyS: getU16(bytes, CLOCK_LAYOUT.wallUncertaintyS),
  };
}

export function readInputs(rig: Rig) {
  const bytes = new Uint8Array(INPUT_LAYOUT.bytes);
  rig.ports.inputs.read(bytes);
  return {
    flags: bytes[INPUT_LAYOUT.flags]!,
    presses: bytes[INPUT_LAYOUT.pressCount]!,
    holds: bytes[INPUT_LAYOUT.holdCount]!,
    slots: getI32(bytes, INPUT_LAYOUT.slots),
    batteryMilliV: getU16(bytes, INPUT_LAYOUT.batteryMilliV),
    lightLux: getU16(bytes, INPUT_LAYOUT.lightLux),
  };
}

/** Converts at `ms` and reads when it is done: the values, or a fault; 0 alone while silent. */
export function sample(rig: Rig, probe: number, ms: number) {
  const bytes = new Uint8Array(PROBE_LAYOUT.bytes);
  rig.world.advanceTo(ms);
  const started = rig.ports.probes.start(probe);
  if (started < 0) return { fault: started };
  rig.world.advanceTo(ms + 125);
  const answer = rig.ports.probes.poll(probe, bytes);
  if (answer <= 0) return { fault: answer };
  return {
    fault: 0,
    centiC: getI32(bytes, PROBE_LAYOUT.temperatureCentiC),
    humidityPermille: getI16(bytes, PROBE_LAYOUT.humidityPermille),
  };
}
