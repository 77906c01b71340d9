/**
 * Hands on the events that sensors give: excursions as alarms with limit, worst value and the URI
 * of the rule, shocks with their peaks and the kits that were present, the lid, and where the
 * container arrived and departed. A lack of readings is an error condition, not an alarm: nothing
 * is known to be wrong, but not enough is known. A kit that was out of the container lacked none:
 * its alarm is the time that it was away.
 */
import { REASON } from '../../firmware/core/excursion/reasons.js';
import { EXCURSION_PHASE, PLACE_KIND, SHOCK_CLASS } from '../../firmware/core/record/schema.js';
import { toDigitalLink } from './digital-link.js';
import { type EventFrame, type TimedRecord, centi, linkOf, wordUri } from './epcis-frame.js';
import type { Aboard } from './epcis-summary.js';
import { whereExtensions, whereUri } from './epcis-where.js';
import type { EventBody, SensorReport, SensorType, UnnamedEvent } from './epcis-types.js';
import { nameOf } from './code-words.js';
import type { KitLife } from './kit-fold.js';
import { excursionNumbers, isAway, reasonFacts } from './reason-facts.js';
import { fieldOf, isoOfWallS } from './record-types.js';
import type { WhereaboutsIndex } from './whereabouts.js';

type SensorBody = Pick<EventBody, 'type' | 'action' | 'bizStep'>;
const SENSOR: SensorBody = { type: 'ObjectEvent', action: 'OBSERVE', bizStep: 'sensor_reporting' };
const COORDINATE_ABSENT = -2147483648;

/** An excursion that opens or closes, for its kit alone; where it is now, and where it began. */
export function excursionEvent(
  frame: EventFrame,
  record: TimedRecord,
  kit: KitLife,
  whereabouts: WhereaboutsIndex,
): UnnamedEvent {
  const rule = fieldOf(record, 'rule');
  const uriValue = frame.ruleUri(kit, rule);
  const eventTime = isoOfWallS(record.wallS);
  const { kind } = reasonFacts(rule);
  const { used, allowed, startSequence } = excursionNumbers(record);
  const start = kind === 'shock' ? undefined : frame.timeOf(startSequence); // no span of time
  const isClosing = fieldOf(record, 'phase') === EXCURSION_PHASE.close;
  const where = whereabouts.at(record.sequence);
  const began = whereUri(whereabouts.at(startSequence ?? record.sequence));
  return frame.event(
    record,
    {
      ...SENSOR,
      epcList: [toDigitalLink(kit.sgtin)],
      sensorElementList: [
        {
          sensorMetadata: {
            ...(start !== undefined && start < eventTime
              ? { startTime: start, endTime: eventTime }
              : {}),
            deviceID: frame.loggerUri,
            bizRules: uriValue,
          },
          sensorReport: excursionReports(frame, record, rule, uriValue),
        },
      ],
    },
    {
      'plasma:phase': wordUri('phase', isClosing ? 'close' : 'open'),
      'plasma:usedS': used === null || used < 0 ? undefined : used,
      'plasma:allowedS': allowed ?? undefined,
      ...whereExtensions(where, frame.place),
      'plasma:beganAt': began === whereUri(where) ? undefined : began,
    },
  );
}

function excursionReports(
  frame: EventFrame,
  record: TimedRecord,
  rule: number,
  uriValue: string,
): SensorReport[] {
  const alarm = (type: SensorType): SensorReport => ({
    type,
    exception: 'ALARM_CONDITION',
    uriValue,
  });
  const { kind } = reasonFacts(rule);
  const { used, extreme, startSequence, extremeSequence } = excursionNumbers(record);
  if (kind === 'zone') {
    const time = frame.timeOf(extremeSequence);
    const worst = { type: 'Temperature', value: centi(extreme ?? 0), uom: 'CEL' } as const;
    return [time === undefined ? worst : { ...worst, time }, alarm('Temperature')];
  }
  if (kind === 'shock') {
    return [{ type: 'Speed', value: (extreme ?? 0) / 1000, uom: 'MTS' }, alarm('Speed')];
  }
  if (kind === 'gap' && !isAway(frame.record(startSequence))) {
    return [{ type: 'Temperature', exception: 'ERROR_CONDITION', uriValue }];
  }
  if (rule === REASON.budget) return [alarm('Temperature')];
  return [{ type: 'Time', value: used ?? 0, uom: 'SEC' }, alarm('Time')]; // lid open, kit away
}

/** A shock, for the container and the kits that were in it; undefined for mere handling. */
export function shockEvent(
  frame: EventFrame,
  record: TimedRecord,
  kits: readonly Aboard[],
  whereabouts: WhereaboutsIndex,
): UnnamedEvent | undefined {
  const shockClass = fieldOf(record, 'class');
  if (shockClass === SHOCK_CLASS.handling) return undefined;
  const slots = fieldOf(record, 'slots');
  const present = kits.filter(({ slot }) => ((slots >>> slot) & 1) === 1);
  const startWallS = record.wallS - record.uptimeS + fieldOf(record, 'startUptimeS');
  const time = isoOfWallS(startWallS, fieldOf(record, 'startMs'));
  const peak = (component: 'x' | 'y' | 'z'): SensorReport => {
    const milliG = fieldOf(record, `peak${component.toUpperCase()}MilliG`);
    return { type: 'Acceleration', component, value: milliG / 1000, uom: 'K40' };
  };
  const uriValue = wordUri('shock', nameOf(SHOCK_CLASS, shockClass) ?? `class-${shockClass}`);
  return frame.event(
    record,
    {
      ...SENSOR,
      epcList: [frame.containerUri, ...present.map((kit) => toDigitalLink(kit.sgtin))],
      sensorElementList: [
        {
          sensorMetadata: { time, deviceID: frame.loggerUri },
          sensorReport: [
            peak('x'),
            peak('y'),
            peak('z'),
            { type: 'Speed', value: fieldOf(record, 'deltaVMmPerS') / 1000, uom: 'MTS' },
            { type: 'Acceleration', exception: 'ALARM_CONDITION', uriValue },
          ],
        },
      ],
    },
    {
      'plasma:freeFallMs': fieldOf(record, 'freeFallMs'),
      ...whereExtensions(whereabouts.at(record.sequence), frame.place),
    },
    time,
  );
}

/** The lid opens or closes. */
export function lidEvent(frame: EventFrame, record: TimedRecord): UnnamedEvent {
  return frame.event(record, {
    type: 'ObjectEvent',
    epcList: [frame.containerUri],
    action: 'OBSERVE',
    bizStep: 'other',
    disposition: fieldOf(record, 'open') === 1 ? 'container_open' : 'container_closed',
  });
}

/** What a record says of coming and going. */
export interface Movement {
  readonly isArrival: boolean;
  /** Digital Link of the place; undefined when the record names none. */
  readonly place: string | undefined;
  /** RFC 5870, where the position is known. */
  readonly position: string | undefined;
}

/**
 * Arrival and departure as the container derived them (PLACE), or, in a journal without any of
 * those, contact with docks itself. Undefined for every other record.
 */
export function movementOf(record: TimedRecord, hasPlaces: boolean): Movement | undefined {
  if (record.type === 'dock' && !hasPlaces) {
    const isArrival = fieldOf(record, 'docked') === 1;
    return { isArrival, place: linkOf(record.tail), position: undefined };
  }
  if (record.type !== 'place') return undefined;
  const kind = fieldOf(record, 'kind');
  if (kind === PLACE_KIND.fix) return undefined;
  const isArrival = kind === PLACE_KIND.arrived;
  return { isArrival, place: linkOf(record.tail), position: positionOf(record) };
}

function positionOf(record: TimedRecord): string | undefined {
  const latitude = fieldOf(record, 'latitudeMicroDeg');
  const longitude = fieldOf(record, 'longitudeMicroDeg');
  if (latitude === COORDINATE_ABSENT || longitude === COORDINATE_ABSENT) return undefined;
  const uncertaintyM = fieldOf(record, 'uncertaintyM');
  const accuracy = uncertaintyM === 65535 ? '' : `;u=${uncertaintyM}`;
  return `geo:${latitude / 1e6},${longitude / 1e6}${accuracy}`;
}

/** The container arrives at a place or leaves it. */
export function movementEvent(
  frame: EventFrame,
  record: TimedRecord,
  { isArrival, position }: Movement,
): UnnamedEvent {
  return frame.event(
    record,
    {
      type: 'ObjectEvent',
      epcList: [frame.containerUri],
      action: 'OBSERVE',
      bizStep: isArrival ? 'arriving' : 'departing',
      disposition: isArrival ? 'in_progress' : 'in_transit',
    },
    { 'plasma:position': position },
  );
}
