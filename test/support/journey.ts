/**
 * Lives a whole journey in memory and holds it against the truth: the container's real code in the
 * simulator, a receiver that verifies everything but stores nothing, and the independent oracle.
 */
import assert from 'node:assert/strict';
import { rulesOfBody } from '../../host-sim/checkers/rules-input.js';
import { compareWithTruth } from '../../host-sim/checkers/compare.js';
import type { Finding } from '../../host-sim/checkers/input.js';
import { truthOfWorld } from '../../host-sim/checkers/truth-input.js';
import { decodeBlocks, decodeImage } from '../../host-sim/backend/decode.js';
import type { VisitReceiver } from '../../host-sim/backend/dock-types.js';
import type { DecodedLog, DecodedRecord } from '../../host-sim/backend/record-types.js';
import { openRecall, recalledKits } from '../../host-sim/backend/recall.js';
import { reviewOf } from '../../host-sim/backend/review.js';
import { kitVerdicts, type KitVerdict } from '../../host-sim/backend/verdicts.js';
import { checkVisit } from '../../host-sim/backend/visit-check.js';
import { Journey } from '../../host-sim/cli/journey.js';
import { setUp, setUpScenario, type JourneyOptions, type Setup } from '../../host-sim/cli/setup.js';
import { createMemoryRecorder } from '../../host-sim/ports/tape.js';
import { parseScenario } from '../../host-sim/world/scenario.js';
import { TruthLog } from '../../host-sim/world/truth.js';

export interface Lived {
  readonly setup: Setup;
  readonly journey: Journey;
  readonly log: DecodedLog;
  readonly verdicts: readonly KitVerdict[];
  readonly findings: readonly Finding[];
  readonly truth: TruthLog;
  readonly tape: Uint8Array;
}

/** What a test has to do with a journey while it is lived. */
export interface Bystander {
  /** Sees the container before time begins. */
  readonly watch?: (setup: Setup) => void;
  /** Stands between the docks and the backend. */
  readonly receiver?: (setup: Setup, backend: VisitReceiver) => VisitReceiver;
}

/** Lives the journey that the options name, or that of a scenario's text. */
export async function live(
  options: JourneyOptions,
  scenarioText?: string,
  { watch, receiver = (_, backend) => backend }: Bystander = {},
): Promise<Lived> {
  const truth = new TruthLog();
  const setup =
    scenarioText === undefined
      ? await setUp(options, { truth })
      : await setUpScenario(parseScenario(scenarioText, 'test'), options, { truth });
  watch?.(setup);
  const tape = createMemoryRecorder(setup.limits);
  const backend = verifyingReceiver(setup);
  const journey = new Journey({ ...setup, receiver: receiver(setup, backend), tape });
  await journey.run();
  tape.finish();
  const log = decodeImage(setup.sim.journalFlash.image());
  const verdicts = kitVerdicts(log, setup.profiles);
  const findings = compareWithTruth({
    truth: truthOfWorld(setup.world.truthSetup, truth.entries),
    profiles: await rulesOf(setup),
    records: log.records,
    verdicts,
  });
  return { setup, journey, log, verdicts, findings, truth, tape: tape.bytes() };
}

/** Verifies certificate, chain and checkpoint, signs the receipt, and remembers the records. */
export function verifyingReceiver({ authority, world }: Setup): VisitReceiver {
  const known: DecodedRecord[] = [];
  return {
    review: (_, sgtin) => Promise.resolve(reviewOf(known, sgtin)),
    toHold: () => Promise.resolve([]),
    recalled: (journal, order) => {
      const kits = openRecall(recalledKits([{ ...journal, records: known }], order));
      return Promise.resolve(kits.map(({ sgtin }) => sgtin));
    },
    receive(visit) {
      const { checkpoint, records } = checkVisit(visit, authority.rootPublicKey, decodeBlocks);
      const last = known.at(-1)?.sequence ?? -1;
      known.push(...records.filter((record) => record.sequence > last));
      const { giai, epoch, sequence, chainHash } = checkpoint;
      const receipt = authority.receipt({ giai, epoch, sequence, chainHash, wallS: world.wallS });
      return Promise.resolve({ receipt, sequence, stored: records.length });
    },
  };
}

export async function rulesOf({ profiles }: Setup): Promise<ReturnType<typeof rulesOfBody>[]> {
  const { decode } = await import('cborg');
  const body = (cbor: Uint8Array) =>
    decode(cbor, { useMaps: true }) as ReadonlyMap<unknown, unknown>;
  return profiles.all.map(({ cbor }) => rulesOfBody(body(cbor)));
}

/** Fails with the findings, and with what reproduces them. */
export function assertAgrees({ findings, journey, log }: Lived, how: string): void {
  assert.deepEqual(log.problems, [], how);
  assert.deepEqual(journey.warnings, [], how);
  assert.deepEqual(findings, [], how);
}
