/**
 * A long journey of the default container with little memory: no dock sees it until its journal has
 * overflowed, so that it must sum readings up.
 */
import { readFileSync } from 'node:fs';
import { decodeBlocks, decodeImage } from '../../host-sim/backend/decode.js';
import type { VisitReceiver } from '../../host-sim/backend/dock-types.js';
import { PgliteStore } from '../../host-sim/backend/store.js';
import { Receiver } from '../../host-sim/backend/receiver.js';
import { kitVerdicts } from '../../host-sim/backend/verdicts.js';
import { compareWithTruth } from '../../host-sim/checkers/compare.js';
import { truthOfWorld } from '../../host-sim/checkers/truth-input.js';
import { Journey } from '../../host-sim/cli/journey.js';
import { setUpScenario } from '../../host-sim/cli/setup.js';
import { defaultScenarioPath, parseScenario } from '../../host-sim/world/scenario.js';
import { TruthLog } from '../../host-sim/world/truth.js';
import { rulesOf } from './journey.js';

/** The default container and its kits, packed on the first day and then out of reach of a dock. */
function longJourney(days: number): string {
  const text = readFileSync(defaultScenarioPath(), 'utf8');
  const head = text.slice(0, text.indexOf('\nlegs:'));
  const daily = Array.from({ length: days - 2 }, (_, i) => {
    const day = i + 2;
    return [
      `- { at: day ${day} 09:00, do: open-lid }`,
      `- { at: day ${day} 09:0${(i % 4) + 2}, do: close-lid }`,
    ].join('\n  ');
  });
  const longer = head.replace('days: 3', `days: ${days}`);
  return `${longer.replace('samplePeriodS: 60', 'samplePeriodS: 20')}
legs:
  - { at: day 1 08:10, from: blood-bank, to: fjord-farm, by: car, duration: 55m }
  - { at: end - 2h, to: base, by: car, duration: 40m }
journey:
  - { at: day 1 06:40, do: dock }
  - { at: day 1 06:45, do: open-lid }
  - { at: day 1 06:47, do: pack, kits: { L1: 0, L2: 1, F1: 2, L3: 3, F2: 4 } }
  - { at: day 1 06:52, do: close-lid }
  - { at: day 1 06:55, do: seal }
  - { at: day 1 08:05, do: undock }
  - { at: day 2 12:00, do: leave, where: in the sun, duration: 5h, peakC: 46 }
  - { at: day 3 10:00, do: drop, heightCm: 40 }
  ${daily.join('\n  ')}
  - { at: end - 1h, do: dock }
faults:
  - { at: day 2 20:00, fault: probe, probe: 0, shows: sentinel, duration: 1h }
  - { at: day 3 20:00, fault: power-loss, duration: 7m }
  - { at: day 4 03:00, fault: restart }
`;
}

/** Lives it with a journal of so many bytes and a receiver that stores; docks at its end. */
export async function liveLong(days: number, journalBytes: number) {
  const truth = new TruthLog();
  const scenario = parseScenario(longJourney(days), 'test');
  const setup = await setUpScenario(scenario, { seed: 3 }, { truth, journalBytes });
  const store = new PgliteStore();
  const { authority, world, profiles } = setup;
  const receiver: VisitReceiver = new Receiver({
    rootPublicKey: authority.rootPublicKey,
    decode: decodeBlocks,
    store,
    nowWallS: () => world.wallS,
    signReceipt: (receipt) => authority.receipt(receipt),
  });
  const journey = new Journey({ ...setup, receiver });
  await journey.run();
  const epoch = decodeImage(setup.sim.journalFlash.image()).epoch;
  const records = await store.records({ giai: scenario.identity.giai, epoch });
  await store.close();
  const held = decodeImage(setup.sim.journalFlash.image());
  const log = { ...held, records };
  const verdicts = kitVerdicts(log, profiles);
  const findings = compareWithTruth({
    truth: truthOfWorld(world.truthSetup, truth.entries),
    profiles: await rulesOf(setup),
    records,
    verdicts,
  });
  return { journey, setup, records, verdicts, findings, log };
}
