/**
 * Hands on all ports of one simulated container in a world, and beside them the handles by which a
 * simulation looks at and shakes the hardware: the dock's end of the air, flash images and power
 * cuts, the public key, what the indicator shows. RAM keeps nothing over a boot; flash, key-value
 * store, signing key and RTC do.
 */
import type { Limits } from '../../firmware/core/limits.js';
import type { Ports } from '../../firmware/core/ports.js';
import type { Seed } from '../world/prng.js';
import type { TruthSink } from '../world/truth.js';
import type { World } from '../world/world.js';
import { SimAccelerometer } from './accelerometer.js';
import { SimAir } from './air.js';
import { SimClock } from './clock.js';
import { SimEntropy } from './entropy.js';
import { type FlashOp, NorFlash } from './flash.js';
import { SimIndicator } from './indicator.js';
import { SimInputs } from './inputs.js';
import { SimKeyValue } from './key-value.js';
import { SimPosition } from './position.js';
import { SimPressure } from './pressure.js';
import { SimProbes } from './probes.js';
import { SimSigner } from './signer.js';
import { SimWatchdog } from './watchdog.js';

export const CATALOGUE_BYTES = 64 * 1024;

export interface SimPortsOptions {
  readonly seed: Seed;
  readonly journalBytes: number;
  readonly limits: Limits;
  readonly catalogueBytes?: number | undefined;
  readonly onFlashOp?: ((op: FlashOp) => void) | undefined;
  /** Where probes and clock tell the truth; default: the world's. */
  readonly truth?: TruthSink | undefined;
  readonly linkPayloadBytes?: number | undefined;
  readonly linkLossPerEvent?: number | undefined;
}

export interface SimPorts {
  readonly ports: Ports;
  readonly clock: SimClock;
  readonly probes: SimProbes;
  readonly air: SimAir;
  readonly journalFlash: NorFlash;
  readonly catalogueFlash: NorFlash;
  readonly keyValue: SimKeyValue;
  readonly signer: SimSigner;
  readonly indicator: SimIndicator;
  readonly watchdog: SimWatchdog;
  /**
   * Begins a boot now, for a BOOT_REASON: uptime 0, jobs and connection gone. The first boot has
   * happened when the ports are made.
   */
  boot(reason: number): void;
}

/** The ports of a container in a world; its first boot is now. */
export function createSimPorts(world: World, options: SimPortsOptions): SimPorts {
  const { seed, limits } = options;
  if (limits.probeCount !== world.scenario.container.probes) {
    const { probes } = world.scenario.container;
    throw new Error(`Limits with ${limits.probeCount} probes, expected the scenario's ${probes}`);
  }
  if (options.truth !== undefined) world.truth = options.truth;
  const nowMs = () => world.nowMs;
  const flash = (region: string, bytes: number, badSectors?: readonly number[]) =>
    new NorFlash({ region, bytes, seed, nowMs, onOp: options.onFlashOp, badSectors });
  const clock = new SimClock(world);
  const entropy = new SimEntropy(seed);
  const { linkPayloadBytes: payloadBytes, linkLossPerEvent: lossPerEvent } = options;
  const ports = {
    clock,
    probes: new SimProbes(world),
    inputs: new SimInputs(world),
    accelerometer: new SimAccelerometer(world, clock),
    pressure: new SimPressure(world),
    position: new SimPosition(world),
    journalFlash: flash('journal', options.journalBytes, world.scenario.container.badSectors),
    catalogueFlash: flash('catalogue', options.catalogueBytes ?? CATALOGUE_BYTES),
    keyValue: new SimKeyValue(world),
    signer: new SimSigner(world, entropy),
    entropy,
    link: new SimAir({ seed, nowMs, payloadBytes, lossPerEvent }),
    indicator: new SimIndicator(limits.slotCount),
    watchdog: new SimWatchdog(world),
  };
  const boot = (reason: number): void => bootAll(world, ports, reason);
  boot(world.bootReason);
  return { ...ports, ports, air: ports.link, boot };
}

type SimPortSet = Omit<SimPorts, 'air' | 'ports' | 'boot'> & {
  readonly inputs: SimInputs;
  readonly accelerometer: SimAccelerometer;
  readonly pressure: SimPressure;
  readonly position: SimPosition;
  readonly link: SimAir;
};

function bootAll(world: World, ports: SimPortSet, reason: number): void {
  world.bootReason = reason;
  ports.clock.boot();
  ports.probes.boot();
  ports.inputs.boot();
  ports.accelerometer.boot();
  ports.pressure.boot();
  ports.position.boot();
  ports.keyValue.boot();
  ports.signer.boot();
  ports.link.boot();
  ports.indicator.boot();
  ports.watchdog.boot();
  ports.journalFlash.boot(world.powerLostMs);
  ports.catalogueFlash.boot(world.powerLostMs);
  const clockKnown = ports.clock.isSet();
  world.truth?.add({ kind: 'boot', atS: world.nowMs / 1000, clockKnown, reason });
}
