/**
 * Flights of whole journeys against the truth of the world: none is missed, none is invented, and
 * either detector finds them without the other.
 */
import assert from 'node:assert/strict';
import { absentPressure } from '../../firmware/device/absent/pressure.js';
import { FAULT } from '../../firmware/core/faults.js';
import type { Ports } from '../../firmware/core/ports.js';
import { decodeImage } from '../../host-sim/backend/decode.js';
import { Journey } from '../../host-sim/cli/journey.js';
import { setUpScenario, setUp, type Setup } from '../../host-sim/cli/setup.js';
import { parseScenario } from '../../host-sim/world/scenario.js';
import { TruthLog } from '../../host-sim/world/truth.js';
import { scenarioText } from '../host-sim/world/fixture.js';
import { verifyingReceiver } from '../support/journey.js';

interface Flown {
  /** Begin and end of flights, seconds since the start. */
  readonly truth: readonly (readonly [number, number])[];
  readonly told: readonly (readonly [number, number])[];
}

type Change = (ports: Ports) => Partial<Ports>;
const both: Change = () => ({});
const rotorOnly: Change = () => ({ pressure: absentPressure });
const pressureOnly: Change = ({ accelerometer }) => ({
  accelerometer: { poll: (into) => accelerometer.poll(into), capture: () => FAULT.absent },
});

async function fly(make: (truth: TruthLog) => Promise<Setup>, change: Change): Promise<Flown> {
  const truth = new TruthLog();
  const setup = await make(truth);
  const { ports } = setup.sim;
  const sim = { ...setup.sim, ports: { ...ports, ...change(ports) } };
  const journey = new Journey({ ...setup, sim, receiver: verifyingReceiver(setup) });
  await journey.run();
  const { records } = decodeImage(setup.sim.journalFlash.image());
  const told = records.filter(({ type }) => type === 'flight');
  const flights = truth.entries.filter((entry) => entry.kind === 'flight');
  return {
    truth: paired(flights.map(({ atS, isFlying }) => [atS, isFlying])),
    told: paired(told.map(({ uptimeS, fields }) => [uptimeS, fields['flying'] === 1])),
  };
}

function paired(changes: (readonly [atS: number, isFlying: boolean])[]): [number, number][] {
  const flights: [number, number][] = [];
  for (const [atS, isFlying] of changes) {
    if (isFlying) flights.push([atS, Infinity]);
    else flights.at(-1)![1] = atS;
  }
  return flights;
}

function assertFound({ truth, told }: Flown, groundWithinS: number): void {
  assert.ok(truth.length > 0);
  for (const [startS, endS] of truth) {
    const found = told.find(([fromS, untilS]) => fromS >= startS && fromS < endS && untilS > endS);
    assert.ok(found, `flight at ${startS} s: told ${JSON.stringify(told)}`);
    assert.ok(found[0] - startS <= 120, `found after ${found[0] - startS} s`);
    assert.ok(found[1] - endS <= groundWithinS, `ended after ${found[1] - endS} s`);
  }
}

const defaultJourney = (seed: number) => (truth: TruthLog) => setUp({ seed }, { truth });

describe('flights of a journey', function () {
  this.timeout(120_000);

  for (const seed of [1, 2]) {
    it(`are found within two minutes, and no other, by both detectors (seed ${seed})`, async () => {
      const flown = await fly(defaultJourney(seed), both);
      assert.equal(flown.told.length, flown.truth.length);
      assertFound(flown, 360);
    });
  }

  for (const [name, change] of [
    ['rotor line', rotorOnly],
    ['pressure', pressureOnly],
  ] as const) {
    it(`are found by the ${name} alone, and last until a dock is proven`, async () => {
      const { truth, told } = await fly(defaultJourney(3), change);
      for (const [startS, endS] of truth) {
        const during = told.some(([fromS, untilS]) => fromS <= startS + 120 && untilS > endS);
        assert.ok(during, `flight at ${startS} s: told ${JSON.stringify(told)}`);
      }
      for (const [fromS] of told) {
        const isTrue = truth.some(([startS, endS]) => fromS >= startS && fromS < endS);
        assert.ok(isTrue, `no flight at ${fromS} s`);
      }
    });
  }

  it('are none on three weeks of roads, in all weather', async () => {
    const legs: string[] = [];
    for (let day = 1; day <= 20; day++) {
      legs.push(`{ at: day ${day} 09:00, to: base, by: car, duration: 2h }`);
      legs.push(`{ at: day ${day} 13:00, to: scene, by: car, duration: 45m }`);
      legs.push(`{ at: day ${day} 15:00, to: bank, by: car, duration: 3h }`);
    }
    const high = 'latitude: 62, longitude: 7, altitudeM: 600, outdoors: true';
    const text = scenarioText({ head: 'days: 21\nat: bank\n', legs }).replace(
      'latitude: 62, longitude: 7, outdoors: true',
      high,
    );
    assert.ok(text.includes(high));
    const scenario = parseScenario(text, 'roads');
    for (const seed of [1, 2, 3]) {
      const { told } = await fly((truth) => setUpScenario(scenario, { seed }, { truth }), both);
      assert.deepEqual(told, []);
    }
  });
});
