/**
 * Journeys between the bases of the Norwegian air ambulance, held against the truth: no arrival or
 * departure is missed and none is invented, whatever the receiver of position says, or whether the
 * power was on.
 */
import assert from 'node:assert/strict';
import { distanceM } from '../../firmware/core/place/distance.js';
import { PLACE_UNCERTAINTY_UNKNOWN } from '../../firmware/core/place/place.js';
import type { PositionPort } from '../../firmware/core/ports.js';
import { PLACE_KIND } from '../../firmware/core/record/schema.js';
import { decodeImage } from '../../host-sim/backend/decode.js';
import { identityText } from '../../host-sim/backend/identity.js';
import { type DecodedRecord, fieldOf } from '../../host-sim/backend/record-types.js';
import { WhereaboutsIndex } from '../../host-sim/backend/whereabouts.js';
import { Journey } from '../../host-sim/cli/journey.js';
import { setUpScenario } from '../../host-sim/cli/setup.js';
import { BASES, type Base, type BaseJourney, baseJourney } from '../../host-sim/world/bases.js';
import { makeGln } from '../../host-sim/world/labels.js';
import { parseScenario } from '../../host-sim/world/scenario.js';
import type { World } from '../../host-sim/world/world.js';
import { verifyingReceiver } from '../support/journey.js';
import {
  BLIND_INSIDE,
  CELL,
  type Erring,
  ErringPosition,
  INDOOR_DRIFT,
  JUMPING,
} from '../support/positions.js';

const DEPARTED_WITHIN_S = 300;
/** A step comes every 80 s at the latest; a dock is proven after a debounce. */
const STEP_S = 90;
/** From the return of the power to a journal that goes on. */
const BOOT_S = 60;

type Receiver = (world: World) => PositionPort | undefined;
const ownReceiver: Receiver = () => undefined;
const erring =
  (how: Erring | undefined): Receiver =>
  (world) =>
    new ErringPosition(world, how);

interface Travelled {
  readonly records: readonly DecodedRecord[];
  readonly startWallS: number;
}

async function travel({ text }: BaseJourney, seed: number, make: Receiver): Promise<Travelled> {
  const setup = await setUpScenario(parseScenario(text, `bases ${seed}`), { seed });
  const startWallS = setup.world.wallS;
  const { ports } = setup.sim;
  const position = make(setup.world) ?? ports.position;
  const sim = { ...setup.sim, ports: { ...ports, position } };
  await new Journey({ ...setup, sim, receiver: verifyingReceiver(setup) }).run();
  return { records: decodeImage(setup.sim.journalFlash.image()).records, startWallS };
}

const glnOf = (base: Base): string => makeGln({ location: base.gln });

/** What a container should tell, and when: the true moves. */
interface Move {
  readonly kind: 'arrived' | 'departed';
  readonly gln: string;
  readonly earliestS: number;
  readonly latestS: number;
}

/** `deadUntilS`: when the power came back that was lost before a way. */
function movesOf(journey: BaseJourney, deadUntilS: (leg: number) => number = () => 0): Move[] {
  const { start, firstDockS, legs } = journey;
  const arrived = (base: Base, atS: number): Move => {
    const gln = glnOf(base);
    return { kind: 'arrived', gln, earliestS: atS, latestS: atS + STEP_S + BOOT_S };
  };
  const moves = legs.flatMap(({ from, to, undockS, startS, dockS }, i): Move[] => {
    const aliveS = Math.max(undockS, deadUntilS(i) + BOOT_S);
    const latestS = Math.min(dockS + BOOT_S, aliveS + DEPARTED_WITHIN_S) + STEP_S;
    const earliestS = Math.min(startS, undockS + DEPARTED_WITHIN_S);
    const departed = { kind: 'departed', gln: glnOf(from), earliestS, latestS } as const;
    return [departed, arrived(to, dockS)];
  });
  return [arrived(start, firstDockS), ...moves];
}

function assertTold({ records, startWallS }: Travelled, moves: readonly Move[]): void {
  const told = records.filter(({ type, fields }) => type === 'place' && fields['kind'] !== 0);
  const words = told.map((record) => {
    const isArrival = fieldOf(record, 'kind') === PLACE_KIND.arrived;
    return `${isArrival ? 'arrived' : 'departed'} ${identityText(record.tail)}`;
  });
  assert.deepEqual(
    words,
    moves.map(({ kind, gln }) => `${kind} ${gln}`),
  );
  moves.forEach(({ earliestS, latestS }, i) => {
    const atS = told[i]!.wallS! - startWallS;
    const isTimely = atS >= earliestS - 1 && atS <= latestS;
    assert.ok(isTimely, `${words[i]} at ${atS} s, expected ${earliestS} to ${latestS}`);
  });
}

/** Fixes of a journey; those with an id were taken as that place's position. */
function fixesOf({ records }: Travelled): DecodedRecord[] {
  return records.filter(({ type, fields }) => type === 'place' && fields['kind'] === 0);
}

function assertPlacesAreRight(travelled: Travelled): void {
  for (const record of fixesOf(travelled).filter(({ tail }) => tail.length > 0)) {
    const base = BASES.find((one) => glnOf(one) === identityText(record.tail))!;
    const offM = distanceM(
      fieldOf(record, 'latitudeMicroDeg'),
      fieldOf(record, 'longitudeMicroDeg'),
      Math.round(base.latitude * 1e6),
      Math.round(base.longitude * 1e6),
    );
    assert.ok(offM <= fieldOf(record, 'uncertaintyM') + 3, `${base.name} is ${offM} m off`);
  }
}

/** At every record between a departure and the next arrival, the places before and after. */
function assertWhereabouts({ records }: Travelled, moves: readonly Move[]): void {
  const index = new WhereaboutsIndex(records);
  let passed = 0;
  for (const record of records) {
    const { place, before, after } = index.at(record.sequence);
    const isMove = record.type === 'place' && record.fields['kind'] !== 0;
    if (isMove) passed += 1;
    const last = moves[passed - 1];
    const next = moves.slice(passed).find(({ kind }) => kind === 'arrived');
    const isAt = last?.kind === 'arrived';
    const expected = isAt
      ? { place: last.gln, before: null, after: null }
      : { place: null, before: last?.gln ?? null, after: next?.gln ?? null };
    assert.deepEqual({ place, before, after }, expected);
  }
}

describe('places of a journey from base to base', function () {
  this.timeout(120_000);

  const receivers: readonly (readonly [string, Receiver, readonly number[]])[] = [
    ['that finds itself outdoors and on the road', ownReceiver, [1, 2, 3, 4, 5, 6]],
    ['that never finds itself', erring(undefined), [11, 12]],
    ['that drifts indoors', erring(INDOOR_DRIFT), [21, 22, 23]],
    ['that knows the radio cell alone', erring(CELL), [31, 32, 33]],
  ];
  for (const [name, receiver, seeds] of receivers) {
    for (const seed of seeds) {
      it(`are told, and no other, with a receiver ${name} (seed ${seed})`, async () => {
        const journey = baseJourney({ seed, legs: 2 });
        const travelled = await travel(journey, seed, receiver);
        const moves = movesOf(journey);
        assertTold(travelled, moves);
        assertPlacesAreRight(travelled);
        assertWhereabouts(travelled, moves);
      });
    }
  }

  for (const seed of [41, 42, 43]) {
    it(`are not moved by a position from the other side of the Earth (seed ${seed})`, async () => {
      const journey = baseJourney({ seed, legs: 2 });
      let jumping: ErringPosition | undefined;
      const travelled = await travel(journey, seed, (world) => {
        return (jumping = new ErringPosition(world, JUMPING));
      });
      assertTold(travelled, movesOf(journey));
      assertPlacesAreRight(travelled);
      const jumps = fixesOf(travelled).filter((fix) => fieldOf(fix, 'latitudeMicroDeg') < 0);
      assert.ok(jumps.length > 0 && jumps.length <= jumping!.jumps);
      for (const jump of jumps) {
        assert.equal(fieldOf(jump, 'uncertaintyM'), PLACE_UNCERTAINTY_UNKNOWN, 'kept and marked');
      }
    });
  }

  /** The power is off from a minute before the container is lifted until well on the way. */
  const offS = ({ startS, endS }: BaseJourney['legs'][number]): number =>
    startS + Math.min(900, Math.floor((endS - startS) / 2));
  for (const [seed, how] of [
    [51, INDOOR_DRIFT],
    [52, INDOOR_DRIFT],
    [53, BLIND_INSIDE],
    [54, BLIND_INSIDE],
    [55, BLIND_INSIDE],
  ] as const) {
    it(`are told when it is carried off without power (seed ${seed})`, async () => {
      const journey = baseJourney({
        ...{ seed, legs: 2 },
        faults: (legs) =>
          legs.map((leg) => {
            const fromS = leg.undockS - 60;
            const duration = `${offS(leg) - fromS}s`;
            return `{ at: +${fromS}s, fault: power-loss, duration: ${duration} }`;
          }),
      });
      const travelled = await travel(journey, seed, erring(how));
      const moves = movesOf(journey, (i) => offS(journey.legs[i]!));
      assertTold(travelled, moves);
      assertPlacesAreRight(travelled);
      assertWhereabouts(travelled, moves);
    });
  }

  for (const seed of [61, 62]) {
    it(`are told when it wakes at another dock (seed ${seed})`, async () => {
      const untilS = ({ dockS }: BaseJourney['legs'][number]): number => dockS + 120;
      const journey = baseJourney({
        ...{ seed, legs: 2 },
        faults: (legs) =>
          legs.map((leg) => {
            const duration = `${untilS(leg) - leg.undockS + 60}s`;
            return `{ at: +${leg.undockS - 60}s, fault: power-loss, duration: ${duration} }`;
          }),
      });
      const travelled = await travel(journey, seed, ownReceiver);
      const moves = movesOf(journey).map((move, i) => {
        if (i === 0) return move;
        const latestS = untilS(journey.legs[(i - 1) >> 1]!) + BOOT_S + STEP_S;
        return { ...move, latestS };
      });
      assertTold(travelled, moves);
    });
  }
});
