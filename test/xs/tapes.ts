/**
 * Hands on tapes of simulated containers: a whole journey with docks and hand-overs, or a container
 * whose power is cut again and again in the middle of flash operations. Same order, same bytes.
 */
import { type Container, createContainer } from '../../firmware/app/container.js';
import { BOOT_REASON } from '../../firmware/core/record/schema.js';
import { Journey } from '../../host-sim/cli/journey.js';
import { type Setup, setUp } from '../../host-sim/cli/setup.js';
import { PowerCut } from '../../host-sim/ports/flash.js';
import { TEARS } from '../../host-sim/ports/flash-tear.js';
import { createTapeRecorder, type TapeRecorder } from '../../host-sim/ports/tape.js';
import { verifyingReceiver } from '../support/journey.js';

/** What a tape shall be of. */
export interface TapeOrder {
  /** Path of a scenario; without one, the journey of `npm start`. */
  readonly scenario?: string;
  readonly seed: number;
  /** Default: the scenario's own length. */
  readonly days?: number;
  /** Cuts the power in the journal's flash operations, each time after so many; no docks then. */
  readonly cutEvery?: number;
  /** Default: those of a board. */
  readonly journalBytes?: number;
}

/** Lives what was ordered and returns its tape. */
export async function recordTape(order: TapeOrder): Promise<Buffer> {
  const { scenario, seed, days, cutEvery, journalBytes } = order;
  const options = {
    seed,
    ...(scenario !== undefined && { scenarioFile: scenario }),
    ...(days !== undefined && { days }),
  };
  const setup = await setUp(options, journalBytes === undefined ? {} : { journalBytes });
  const chunks: Uint8Array[] = [];
  const tape = createTapeRecorder(setup.limits, (chunk) => chunks.push(chunk));
  if (cutEvery === undefined) await liveJourney(setup, tape);
  else liveWithCuts(setup, tape, cutEvery);
  tape.finish();
  return Buffer.concat(chunks);
}

async function liveJourney(setup: Setup, tape: TapeRecorder): Promise<void> {
  const receiver = verifyingReceiver(setup);
  await new Journey({ ...setup, receiver, tape }).run();
}

/** From a cut to the next boot. */
const OFF_MS = 1000;

/** The tears take turns; a container that is cut while it starts is started again all the same. */
function liveWithCuts({ world, sim, limits }: Setup, tape: TapeRecorder, cutEvery: number): void {
  const ports = tape.wrap(sim.ports);
  let boots = 0;
  const boot = (): Container => {
    if (boots > 0) sim.boot(BOOT_REASON.powerOn);
    sim.journalFlash.cutAt(sim.journalFlash.operations + cutEvery, TEARS[boots % TEARS.length]!);
    boots++;
    tape.boot();
    return createContainer(ports, limits);
  };
  let container = boot();
  while (world.nowMs < world.endMs) {
    let sleepMs = 1;
    try {
      const asked = container.step();
      tape.step(asked);
      sleepMs = Math.max(sleepMs, asked);
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      sleepMs = OFF_MS;
      container = boot();
    }
    world.advanceTo(Math.min(world.nowMs + sleepMs, world.nextChangeMs(), world.endMs));
  }
}
