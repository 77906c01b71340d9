/**
 * The workload of bench `sim`: a container that is packed at a dock and then stands in a store, all
 * of the container's code at work, no link. Only the time after the packing is measured, in CPU
 * time of the process: a rate per core does not depend on who else is at work on the machine.
 */
import { decodeBlocks } from '../../backend/decode.js';
import type { VisitReceiver } from '../../backend/dock-types.js';
import { checkVisit } from '../../backend/visit-check.js';
import { parseScenario } from '../../world/scenario.js';
import { Journey } from '../journey.js';
import { setUpScenario } from '../setup.js';

export interface QuietMonth {
  readonly days: number;
  readonly kits: number;
  readonly probes: number;
}

const SEED = 1;

/** Simulates the store room; days and CPU seconds are those after the packing. */
export async function simulateForBench(
  options: QuietMonth,
): Promise<{ days: number; seconds: number }> {
  const setup = await setUpScenario(parseScenario(scenarioText(options), 'bench'), { seed: SEED });
  const { world, authority } = setup;
  const receiver: VisitReceiver = {
    review: () => Promise.resolve(undefined),
    recalled: () => Promise.resolve([]),
    toHold: () => Promise.resolve([]),
    receive(visit) {
      const { checkpoint, records } = checkVisit(visit, authority.rootPublicKey, decodeBlocks);
      const { giai, epoch, sequence, chainHash } = checkpoint;
      const receipt = authority.receipt({ giai, epoch, sequence, chainHash, wallS: world.wallS });
      return Promise.resolve({ receipt, sequence, stored: records.length });
    },
  };
  let from: { readonly cpuS: number; readonly ms: number } | undefined;
  const journey = new Journey({
    ...setup,
    receiver,
    onMoment: () => {
      const isPacked = world.slotBits !== 0 && world.dock === undefined;
      if (from === undefined && isPacked) from = { cpuS: cpuSeconds(), ms: world.nowMs };
    },
  });
  await journey.run();
  const endS = cpuSeconds();
  if (journey.warnings.length > 0) throw new Error(journey.warnings.join('; '));
  if (from === undefined) throw new Error('The container was not packed, or never left its dock');
  return { days: (world.endMs - from.ms) / 86_400_000, seconds: endS - from.cpuS };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function scenarioText({ days, kits, probes }: QuietMonth): string {
  const names = Array.from({ length: kits }, (_, i) => `K${i}`);
  const kitLines = names.map((name, i) => {
    return `  ${name}: { product: lyoplas, serial: '${1000 + i}', dins: [A9999 26 ${100000 + i}] }`;
  });
  return `
title: A month in the store
start: 2026-01-10T08:00:00+01:00
days: ${days}
at: store
container:
  grai: { asset: '952123410001', serial: BENCH }
  giai: 952123BENCH
  slots: ${kits}
  probes: ${probes}
places:
  store:
    name: Store
    gln: '952123400001'
    latitude: 60.3753
    longitude: 5.3597
    dock: true
    ambient: { meanC: 18, amplitudeC: 2, wanderC: 0.3 }
products:
  lyoplas:
    name: LyoPlas N-w
    profile: lyoplas-n-w
    gtin: '0952123420001'
    productCode: E4689V00
    bloodGroup: AB
    components:
      plasma: { lot: LP1, expiry: 2027-06-30 }
      diluent: { lot: WFI1, expiry: 2028-01-31 }
kits:
${kitLines.join('\n')}
journey:
  - { at: +1m, do: dock }
  - { at: +2m, do: open-lid }
  - { at: +3m, do: pack, kits: { ${names.map((name, i) => `${name}: ${i}`).join(', ')} } }
  - { at: +12m, do: close-lid }
  - { at: +13m, do: seal }
  - { at: +20m, do: undock }
`;
}
