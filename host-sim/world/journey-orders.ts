/**
 * Hands on the events of acts that are orders: what quality decides about a kit or tells of it
 * later, handing a kit over, service. Decisions and what is told are made anywhere, at any time; a
 * dock brings them to the container when there is one.
 */
import type { JourneyState } from './journey-state.js';
import { type DocumentPath, ScenarioProblem } from './scenario-error.js';
import type { ActSpec } from './scenario-schema.js';
import { parseInstant } from './time-text.js';

type Spec<T extends ActSpec['do']> = Extract<ActSpec, { do: T }>;

/** What quality decides about a kit, in view of what has reached the backend. */
export function decide(
  state: JourneyState,
  spec: Spec<'decide'>,
  tMs: number,
  path: DocumentPath,
): void {
  const kit = state.expectKit(spec.kit, [...path, 'kit']);
  const { decision, by } = spec;
  const words = { hold: 'put on hold', release: 'released', discard: 'to be discarded' };
  const text = `kit ${kit.id} ${words[decision]} by ${by}`;
  state.emit(tMs, { kind: 'said' }, { what: 'decide', text, kit: kit.id });
  state.carry({ atMs: tMs, kind: 'decide', kit, decision, by });
}

/** A donation or a lot is recalled: the backend holds each kit that it is in. */
export function recall(
  state: JourneyState,
  spec: Spec<'recall'>,
  tMs: number,
  path: DocumentPath,
): void {
  const order =
    spec.din === undefined
      ? { lot: `10${spec.lot!}` } // the schema wants one of them
      : { din: `=${spec.din.replaceAll(' ', '')}` };
  const kits = [...state.scenario.kits.values()].filter(({ packingList }) =>
    order.din !== undefined
      ? packingList.units.some(({ din }) => din === order.din)
      : packingList.components.some(({ lot }) => lot === order.lot),
  );
  if (kits.length === 0) {
    const message = `no kit has ${spec.din ?? spec.lot!}, expected a donation or a lot of one`;
    throw new ScenarioProblem([...path, spec.din === undefined ? 'lot' : 'din'], message);
  }
  const text = `${spec.din === undefined ? 'lot' : 'donation'} ${spec.din ?? spec.lot!} recalled`;
  state.emit(tMs, { kind: 'said' }, { what: 'recall', text });
  state.carry({ atMs: tMs, kind: 'recall', order });
}

/** Who did what was done last with a kit, and when its mixing had started. */
export function tell(
  state: JourneyState,
  spec: Spec<'tell'>,
  tMs: number,
  path: DocumentPath,
): void {
  const kit = state.expectKit(spec.kit, [...path, 'kit']);
  const { why, mixedAt } = spec;
  const instant = mixedAt === undefined ? undefined : parseInstant(mixedAt, state.scenario.start);
  const isPast = instant !== undefined && !instant.fromEnd && instant.ms <= tMs;
  if (mixedAt !== undefined && !isPast) {
    const message = `is '${mixedAt}', expected an instant before ${state.when(tMs)}`;
    throw new ScenarioProblem([...path, 'mixedAt'], message);
  }
  const when = mixedAt === undefined ? '' : `, mixed at ${mixedAt}`;
  state.emit(
    tMs,
    { kind: 'said' },
    { what: 'tell', text: `what was done with kit ${kit.id} told${when}`, kit: kit.id },
  );
  state.carry({ atMs: tMs, kind: 'tell', kit, why, mixedAtMs: instant?.ms });
}

/** A kit is handed over at a dock. */
export function transfer(
  state: JourneyState,
  spec: Spec<'transfer'>,
  tMs: number,
  path: DocumentPath,
): void {
  state.expectDocked(tMs, path);
  const kit = state.expectKit(spec.kit, [...path, 'kit']);
  if (!state.kitPlace(kit).wasPacked) {
    const message = `${kit.id} is not packed at ${state.when(tMs)}, expected a kit that was`;
    throw new ScenarioProblem([...path, 'kit'], message);
  }
  const act = { what: 'transfer', text: `kit ${kit.id} handed over`, kit: kit.id };
  state.emit(tMs, { kind: 'task', task: { atMs: tMs, kind: 'transfer', kit } }, act);
}

/** Service begins or ends at a dock. The container judges whether it is empty. */
export function serve(state: JourneyState, on: boolean, tMs: number, path: DocumentPath): void {
  state.expectDocked(tMs, path);
  const what = on ? 'begin-service' : 'end-service';
  const act = { what, text: on ? 'service begun' : 'service ended' };
  state.emit(tMs, { kind: 'task', task: { atMs: tMs, kind: 'service', on } }, act);
}

/** New certificates of the probes, in a service of their own. */
export function calibrate(
  state: JourneyState,
  spec: Spec<'calibrate'>,
  tMs: number,
  path: DocumentPath,
): void {
  state.expectDocked(tMs, path);
  const { probes: count } = state.scenario.container;
  const wrong = spec.probes?.find((probe) => probe >= count);
  if (wrong !== undefined) {
    const message = `is ${wrong}, expected a probe of the container, 0 to ${count - 1}`;
    throw new ScenarioProblem([...path, 'probes'], message);
  }
  state.emit(tMs, { kind: 'said' }, { what: 'calibrate', text: 'probes calibrated' });
  state.calibrate(tMs, spec.probes, spec.until);
}
