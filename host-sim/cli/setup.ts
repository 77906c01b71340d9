/**
 * Everything a simulated journey needs before time begins: scenario, world, ports, keys and the
 * provisioned container. What goes wrong here goes wrong before anything is written.
 */
import { createHash } from 'node:crypto';
import { KEY } from '../../firmware/core/ports.js';
import type { Limits } from '../../firmware/core/limits.js';
import { Authority } from '../backend/authority.js';
import { ProfileLibrary } from '../backend/profile.js';
import type { FlashOp } from '../ports/flash.js';
import { SimEntropy } from '../ports/entropy.js';
import { createSimPorts, type SimPorts } from '../ports/sim-ports.js';
import { bytesOf, makeGln, makeGsrn } from '../world/labels.js';
import type { Scenario } from '../world/scenario-model.js';
import { defaultScenarioPath, limitsOf, loadScenario } from '../world/scenario.js';
import { loadShockTrace } from '../world/shock-trace.js';
import { parseInstant } from '../world/time-text.js';
import { loadTrace } from '../world/trace.js';
import type { TruthSink } from '../world/truth.js';
import { createWorld, type World } from '../world/world.js';
import { type RunOptions, TRACE_PLACE_DEFAULT } from './run-types.js';

/** Flash of the simulated container's journal. */
export const JOURNAL_BYTES = 4 * 1024 * 1024;

export interface Setup {
  readonly scenario: Scenario;
  readonly world: World;
  readonly limits: Limits;
  readonly sim: SimPorts;
  readonly authority: Authority;
  readonly profiles: ProfileLibrary;
}

/** What of a run's options shapes the journey. */
export type JourneyOptions = Pick<RunOptions, 'seed'> &
  Partial<Omit<RunOptions, 'seed' | 'outDir' | 'truth' | 'tape' | 'flashTrace'>>;

export interface SetupSinks {
  readonly truth?: TruthSink | undefined;
  readonly onFlashOp?: ((op: FlashOp) => void) | undefined;
  /** Flash of the journal, if it is another than usual. */
  readonly journalBytes?: number;
}

/** Staff and backend of the simulated blood bank, by GS1's demonstration prefix 952. */
export const PEOPLE = Object.freeze({
  packer: makeGsrn({ person: '95211410000000001' }),
  quality: makeGsrn({ person: '95211410000000002' }),
  engineer: makeGsrn({ person: '95211410000000003' }),
  backend: makeGln({ location: '952114100999' }),
});

/** Reads what the options name and makes world, container hardware and keys. */
export async function setUp(options: JourneyOptions, sinks: SetupSinks = {}): Promise<Setup> {
  const profiles = await ProfileLibrary.load();
  const profileIds = profiles.all.map(({ id }) => id);
  const scenario = loadScenario(options.scenarioFile ?? defaultScenarioPath(), { profileIds });
  return setUpScenario(scenario, options, sinks);
}

/** As `setUp`, with a scenario at hand. */
export async function setUpScenario(
  scenario: Scenario,
  options: JourneyOptions,
  { truth, onFlashOp, journalBytes = JOURNAL_BYTES }: SetupSinks = {},
): Promise<Setup> {
  const profiles = await ProfileLibrary.load();
  const world = createWorld(scenario, {
    seed: options.seed,
    days: options.days,
    trace: await traceOf(options),
    shockRecording: await shockOf(options, scenario),
    truth,
  });
  const limits = limitsOf(scenario, journalBytes);
  const sim = createSimPorts(world, {
    seed: options.seed,
    journalBytes,
    limits,
    onFlashOp,
    truth,
  });
  const docks = [...scenario.places.values()].filter(({ dock }) => dock).map(({ gln }) => gln);
  const authority = await Authority.create({ ...PEOPLE, docks }, keyEntropy(options.seed));
  provision(sim, authority, scenario);
  return { scenario, world, limits, sim, authority, profiles };
}

async function traceOf(options: JourneyOptions) {
  if (options.traceFile === undefined) return undefined;
  const trace = await loadTrace(options.traceFile, {
    column: options.column,
    timeColumn: options.timeColumn,
    unit: options.unit,
  });
  return { trace, where: options.tracePlace ?? TRACE_PLACE_DEFAULT };
}

async function shockOf(options: JourneyOptions, scenario: Scenario) {
  if (options.shockFile === undefined) return undefined;
  const recording = await loadShockTrace(options.shockFile);
  if (options.shockAt === undefined) return { recording };
  const at = parseInstant(options.shockAt, scenario.start);
  if (at === undefined) throw new Error(`--shock-at is '${options.shockAt}', expected an instant`);
  return { recording, at };
}

/** Keys of the simulated authority: their own stream of the seed, apart from the container's. */
function keyEntropy(seed: RunOptions['seed']): (length: number) => Uint8Array {
  const entropy = new SimEntropy(
    `${createHash('sha256').update(`authority ${seed}`).digest('hex')}`,
  );
  return (length) => {
    const bytes = new Uint8Array(length);
    entropy.fill(bytes, length);
    return bytes;
  };
}

/** What the factory puts into a container: root key, certificate, identities. */
function provision(sim: SimPorts, authority: Authority, scenario: Scenario): void {
  const { giai, grai } = scenario.identity;
  const certificate = authority.certificate({ giai, grai, publicKey: sim.signer.publicKey });
  sim.keyValue.provision(KEY.rootPublicKey, authority.rootPublicKey);
  sim.keyValue.provision(KEY.certificate, certificate);
  sim.keyValue.provision(KEY.loggerGiai, bytesOf(giai));
  sim.keyValue.provision(KEY.containerGrai, bytesOf(grai));
}
