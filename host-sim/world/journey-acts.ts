/**
 * Hands on the events of one act of people: each kind of act has its rules (what must be so before)
 * and its events. Everything that a person does is recorded with the scenario's own word. What
 * several acts share stands in journey-state.ts.
 */
import { calibrate, decide, recall, serve, tell, transfer } from './journey-orders.js';
import type { Kit } from './kit-identity.js';
import type { JourneyState } from './journey-state.js';
import { type DocumentPath, ScenarioProblem } from './scenario-error.js';
import type { ActSpec } from './scenario-schema.js';
import { durationText } from './time-text.js';

/** From one press of the button to the next; the adapter's debouncing is far shorter. */
const PRESS_EVERY_MS = 800;
/** A hold counts when it has lasted 3 s (INPUT_LAYOUT.holdCount). */
const HOLD_MS = 3000;

type Spec<T extends ActSpec['do']> = Extract<ActSpec, { do: T }>;

/** Writes the events of an act, or throws the problem that makes it impossible. */
export function performAct(state: JourneyState, spec: ActSpec, tMs: number, path: DocumentPath) {
  if (spec.do === 'decide') return decide(state, spec, tMs, path); // not by the crew's hands
  if (spec.do === 'recall') return recall(state, spec, tMs, path);
  if (spec.do === 'tell') return tell(state, spec, tMs, path);
  state.expectHandsFree(tMs, path);
  switch (spec.do) {
    case 'open-lid':
    case 'close-lid':
      return moveLid(state, spec.do, tMs, path);
    case 'dock':
      return dock(state, spec, tMs, path);
    case 'undock':
      return undock(state, tMs, path);
    case 'pack':
      return pack(state, spec, tMs, path);
    case 'seal':
    case 'unseal':
      return seal(state, spec.do, tMs, path);
    case 'take':
      return take(state, spec, tMs, path);
    case 'put-back':
      return putBack(state, spec, tMs, path);
    case 'press':
    case 'hold':
      return useButton(state, spec, tMs, path);
    case 'leave':
      return leave(state, spec, tMs, path);
    case 'transfer':
      return transfer(state, spec, tMs, path);
    case 'calibrate':
      return calibrate(state, spec, tMs, path);
    case 'begin-service':
    case 'end-service':
      return serve(state, spec.do === 'begin-service', tMs, path);
    case 'drop':
      return undefined; // a shock, not a change of state: journey.ts makes its burst
  }
}

function moveLid(state: JourneyState, what: string, tMs: number, path: DocumentPath): void {
  const isOpen = what === 'open-lid';
  if (state.isLidOpen === isOpen) {
    const is = isOpen ? 'open' : 'closed';
    throw new ScenarioProblem(path, `the lid is ${is} already at ${state.when(tMs)}`);
  }
  state.isLidOpen = isOpen;
  state.emit(tMs, { kind: 'lid', isOpen }, { what, text: isOpen ? 'lid opened' : 'lid closed' });
}

function dock(state: JourneyState, spec: Spec<'dock'>, tMs: number, path: DocumentPath): void {
  state.expectStanding(tMs, path);
  state.expectUndocked(tMs, path);
  const { place } = state;
  if (!place.dock) {
    const docks = [...state.scenario.places.values()].filter((other) => other.dock);
    const names = docks.map((other) => other.id).join(', ');
    const message = `${place.id} has no dock, expected the container to be at one of: ${names}`;
    throw new ScenarioProblem(path, message);
  }
  state.isDocked = true;
  state.visitCount += 1;
  const isFirst = state.visitCount === 1;
  state.emit(tMs, { kind: 'dock', place }, { what: 'dock', text: `docked at ${place.name}` });
  state.emit(tMs, { kind: 'task', task: { atMs: tMs, kind: 'provision-time' } });
  if (spec.roles ?? isFirst) {
    state.emit(tMs, { kind: 'task', task: { atMs: tMs, kind: 'roles' } });
  }
  const all = new Set([...state.scenario.kits.values()].map((kit) => kit.profileId));
  const ids = spec.profiles ?? (isFirst ? [...all] : []);
  if (ids.length > 0) {
    state.emit(tMs, { kind: 'task', task: { atMs: tMs, kind: 'profiles', ids } });
  }
  if (spec.calibrate ?? isFirst) state.calibrate(tMs, undefined, undefined);
  for (const task of state.carried.splice(0)) state.emit(tMs, { kind: 'task', task });
}

function undock(state: JourneyState, tMs: number, path: DocumentPath): void {
  state.expectDocked(tMs, path);
  state.isDocked = false;
  state.emit(
    tMs,
    { kind: 'undock' },
    { what: 'undock', text: `taken from the dock of ${state.place.name}` },
  );
}

function pack(state: JourneyState, spec: Spec<'pack'>, tMs: number, path: DocumentPath): void {
  state.expectDocked(tMs, path);
  if (state.isSealed) {
    const message = `the container is sealed at ${state.when(tMs)}, expected an unseal act before`;
    throw new ScenarioProblem(path, message);
  }
  let atMs = tMs;
  for (const [id, slot] of Object.entries(spec.kits)) {
    packOne(state, state.expectKit(id, [...path, 'kits', id]), { slot, atMs }, path);
    atMs += spec.every;
  }
  state.hands = { what: 'packing', untilMs: atMs };
}

function packOne(
  state: JourneyState,
  kit: Kit,
  to: { slot: number; atMs: number },
  path: DocumentPath,
): void {
  const { slot, atMs } = to;
  const kitPath = [...path, 'kits', kit.id];
  state.expectSlot(slot, kitPath);
  const where = state.kitPlace(kit);
  const task = { atMs, kind: 'pack', slot, profileId: kit.profileId, kit } as const;
  if (where.slot === slot && where.isUnscanned) {
    where.isUnscanned = false;
    const text = `kit ${kit.id} in ${named(slot)} scanned`;
    state.emit(atMs, { kind: 'scan', slot, kit }, { what: 'scan', text, kit: kit.id, slot });
    state.emit(atMs, { kind: 'task', task });
    return;
  }
  if (where.slot !== undefined || where.wasPacked) {
    const is = where.slot === undefined ? 'was packed before' : `is in slot ${where.slot}`;
    throw new ScenarioProblem(kitPath, `${kit.id} ${is}, expected a kit that was not aboard yet`);
  }
  state.expectLidOpen(atMs, path);
  state.expectEmptySlot(slot, atMs, kitPath);
  where.wasPacked = true;
  fill(state, kit, slot);
  const text = `kit ${kit.id} (${kit.productName}) packed into ${named(slot)}`;
  const act = { what: 'pack', text, kit: kit.id, slot };
  state.emit(atMs, { kind: 'slot', slot, isFilled: true, cause: 'pack', kit }, act);
  state.emit(atMs, { kind: 'task', task });
}

/** As it is printed beside the slot: people count from 1, documents from 0. */
function named(slot: number): string {
  return `slot ${slot + 1}`;
}

function fill(state: JourneyState, kit: Kit, slot: number): void {
  const where = state.kitPlace(kit);
  where.slot = slot;
  where.lastSlot = slot;
  state.slots[slot] = kit;
  state.slotWasTouched = true;
}

function seal(state: JourneyState, what: 'seal' | 'unseal', tMs: number, path: DocumentPath): void {
  state.expectDocked(tMs, path);
  const isSealed = what === 'seal';
  if (state.isSealed === isSealed) {
    const is = isSealed ? 'sealed already' : 'not sealed';
    throw new ScenarioProblem(path, `the container is ${is} at ${state.when(tMs)}`);
  }
  state.isSealed = isSealed;
  const kind = isSealed ? 'seal' : 'open';
  const text = isSealed ? 'container sealed' : 'seal opened';
  state.emit(tMs, { kind: 'task', task: { atMs: tMs, kind } }, { what, text });
}

function take(state: JourneyState, spec: Spec<'take'>, tMs: number, path: DocumentPath): void {
  const kit = state.expectKit(spec.kit, [...path, 'kit']);
  const where = state.kitPlace(kit);
  if (where.slot === undefined) {
    const is = where.wasPacked ? 'is out already' : 'is not packed yet';
    const message = `${kit.id} ${is} at ${state.when(tMs)}, expected a kit in a slot`;
    throw new ScenarioProblem([...path, 'kit'], message);
  }
  state.expectLidOpen(tMs, path);
  const { slot } = where;
  where.slot = undefined;
  state.slots[slot] = undefined;
  state.slotWasTouched = true;
  const act = { what: 'take', text: `kit ${kit.id} taken from ${named(slot)}`, kit: kit.id, slot };
  state.emit(tMs, { kind: 'slot', slot, isFilled: false, cause: 'take', kit }, act);
}

function putBack(
  state: JourneyState,
  spec: Spec<'put-back'>,
  tMs: number,
  path: DocumentPath,
): void {
  const kit = state.expectKit(spec.kit, [...path, 'kit']);
  const where = state.kitPlace(kit);
  const slot = spec.slot ?? where.lastSlot;
  if (slot === undefined || where.slot !== undefined) {
    const is = slot === undefined ? 'was never packed' : `is in slot ${where.slot}`;
    const message = `${kit.id} ${is} at ${state.when(tMs)}, expected a kit that was taken before`;
    throw new ScenarioProblem([...path, 'kit'], message);
  }
  state.expectLidOpen(tMs, path);
  state.expectEmptySlot(slot, tMs, spec.slot === undefined ? path : [...path, 'slot']);
  fill(state, kit, slot);
  where.isUnscanned = true;
  const act = {
    what: 'put-back',
    text: `kit ${kit.id} put back into ${named(slot)}`,
    kit: kit.id,
    slot,
  };
  state.emit(tMs, { kind: 'slot', slot, isFilled: true, cause: 'putBack', kit }, act);
}

function useButton(
  state: JourneyState,
  spec: Spec<'press' | 'hold'>,
  tMs: number,
  path: DocumentPath,
): void {
  if (!state.slotWasTouched) {
    const message = `no slot has changed before ${state.when(tMs)}, expected a kit packed or taken`;
    throw new ScenarioProblem(path, message);
  }
  if (spec.do === 'hold') {
    state.hands = { what: 'the button is held', untilMs: tMs + HOLD_MS };
    state.emit(tMs + HOLD_MS, { kind: 'hold' }, { what: 'hold', text: 'button held for 3 s' });
    return;
  }
  for (let i = 0; i < spec.times; i++) {
    const act = { what: 'press', text: 'button pressed' };
    state.emit(tMs + i * PRESS_EVERY_MS, { kind: 'press' }, act);
  }
  state.hands = { what: 'the button is pressed', untilMs: tMs + spec.times * PRESS_EVERY_MS };
}

function leave(state: JourneyState, spec: Spec<'leave'>, tMs: number, path: DocumentPath): void {
  state.expectStanding(tMs, path);
  state.expectUndocked(tMs, path);
  const untilMs = tMs + spec.duration;
  state.stay = { what: `the container is left ${spec.where}`, untilMs };
  const text = `left ${spec.where} for ${durationText(spec.duration)}`;
  const air = spec.ambient ?? { peakC: spec.peakC! }; // the schema wants one of them
  const stay = { where: spec.where, durationMs: spec.duration, air };
  state.emit(tMs, { kind: 'stay', stay }, { what: 'leave', text });
  state.emit(untilMs, { kind: 'stay', stay: undefined });
}
