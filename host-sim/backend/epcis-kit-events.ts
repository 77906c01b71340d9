/**
 * Hands on the events of a kit's life: commissioned with what is in it, packed, taken, mixed, used,
 * wasted, put back, judged. The kit's expiry and lots travel as master data, its blood components
 * as members, the person who packed it as an extension; a patient never appears.
 */
import { VERDICT } from '../../firmware/core/units.js';
import { toDigitalLink } from './digital-link.js';
import { type EventFrame, type TimedRecord, linkOf, wordUri } from './epcis-frame.js';
import { isNumericText } from './epcis-rules.js';
import type { EventBody, ExtensionValue, MasterData, UnnamedEvent } from './epcis-types.js';
import { unitUri } from './identity.js';
import { type CustodyWord, custodyWordOf, verdictWordOf } from './code-words.js';
import type { KitLife } from './kit-fold.js';
import { kitExpiryWallS } from './packing-list.js';
import { bitsOf } from './reason-facts.js';
import { fieldOf, isoOfWallS } from './record-types.js';

/** A kit is made, and goes into the container. `staff` is who packed it, where that is known. */
export function packingEvents(
  frame: EventFrame,
  record: TimedRecord,
  kit: KitLife,
  staff: Uint8Array | undefined,
): UnnamedEvent[] {
  const kitUri = toDigitalLink(kit.sgtin);
  const operator = { 'plasma:operator': staff && linkOf(staff) };
  const { bloodGroup } = kit.packing;
  const commissioned = frame.event(
    record,
    {
      type: 'ObjectEvent',
      epcList: [kitUri],
      action: 'ADD',
      bizStep: 'commissioning',
      disposition: 'active',
      ilmd: masterData(kit),
    },
    {
      ...operator,
      'plasma:bloodGroup': bloodGroup && wordUri('blood-group', bloodGroup),
      'plasma:profile': frame.profileUri(kit),
    },
  );
  const packed = frame.event(
    record,
    {
      type: 'AggregationEvent',
      parentID: frame.containerUri,
      childEPCs: [kitUri],
      action: 'ADD',
      bizStep: 'packing',
      disposition: 'in_progress',
    },
    { ...operator, 'plasma:slot': fieldOf(record, 'slot') },
  );
  const units = kit.packing.units.map((unit) => unitUri(unit.din, unit.productCode));
  if (units.length === 0) return [commissioned, packed];
  const bound = frame.event(record, {
    type: 'AggregationEvent',
    parentID: kitUri,
    childEPCs: units,
    action: 'ADD',
    bizStep: 'packing',
    disposition: 'active',
  });
  return [commissioned, bound, packed];
}

function masterData(kit: KitLife): MasterData {
  const plasma = kit.packing.components.find((component) => component.kind === 'plasma');
  const lot = plasma?.lot.slice(2);
  const dins = kit.packing.units.map((unit) => unit.din.slice(1));
  return {
    // A lot like 0071 or 12E5 would be rewritten by tools; `plasma:component` has it in any case.
    ...(lot === undefined || isNumericText(lot) ? {} : { 'cbvmda:lotNumber': lot }),
    'cbvmda:itemExpirationDate': dateOf(kitExpiryWallS(kit.packing)),
    'plasma:component': kit.packing.components.map(({ kind, lot: own, expiryWallS }) => {
      return `${kind}; lot ${own.slice(2)}; expires ${dateOf(expiryWallS)}`;
    }),
    ...(dins.length === 0 ? {} : { 'plasma:donation': dins.map((din) => `DIN ${din}`) }),
  };
}

function dateOf(wallS: number): string {
  return isoOfWallS(wallS).slice(0, 10);
}

type Act = Pick<EventBody, 'bizStep' | 'disposition'>;

/** What people do with a kit outside the container, in CBV's words. */
const ACTS: Readonly<Partial<Record<CustodyWord, Act>>> = {
  mixed: { bizStep: 'other', disposition: 'in_progress' },
  used: { bizStep: 'dispensing', disposition: 'dispensed' },
  wasted: { bizStep: 'destroying', disposition: 'destroyed' },
  fateUnknown: { bizStep: 'other', disposition: 'unknown' },
};

/** An act on a kit, with the verdict that was shown when it was done; `before` is its custody. */
export function custodyEvents(
  frame: EventFrame,
  record: TimedRecord,
  kit: KitLife,
  before: CustodyWord,
): UnnamedEvent[] {
  const kitUri = toDigitalLink(kit.sgtin);
  const custody = custodyWordOf(fieldOf(record, 'custody'));
  const extensions: Record<string, ExtensionValue> = {
    'plasma:custody': wordUri('custody', custody),
    'plasma:verdict': wordUri('verdict', verdictWordOf(fieldOf(record, 'verdict'))),
    'plasma:emergency': fieldOf(record, 'emergency'),
  };
  const aggregation = (action: 'ADD' | 'DELETE', act: Act): UnnamedEvent => {
    const { containerUri } = frame;
    const members = { parentID: containerUri, childEPCs: [kitUri] };
    return frame.event(
      record,
      { type: 'AggregationEvent', ...members, action, ...act },
      extensions,
    );
  };
  const leaving = before === 'in';
  if (custody === 'in') {
    if (leaving) return []; // scanned where it was
    return [aggregation('ADD', { bizStep: 'packing', disposition: 'in_progress' })];
  }
  const removed = aggregation('DELETE', { bizStep: 'unpacking', disposition: 'in_progress' });
  const act = ACTS[custody];
  if (act === undefined) return leaving ? [removed] : []; // taken, transferred
  const done = frame.event(
    record,
    { type: 'ObjectEvent', epcList: [kitUri], action: 'OBSERVE', ...act },
    extensions,
  );
  return leaving ? [removed, done] : [done];
}

/** A verdict, first or changed; `wasUsable` is what the one before said, undefined for none. */
export function verdictEvent(
  frame: EventFrame,
  record: TimedRecord,
  kit: KitLife,
  wasUsable: boolean | undefined,
): UnnamedEvent {
  const code = fieldOf(record, 'verdict');
  const isUsable = code === VERDICT.usable;
  const reasons = fieldOf(record, 'reasons');
  const uris = bitsOf(reasons).map((bit) => frame.ruleUri(kit, bit));
  const budgetLeftS = fieldOf(record, 'budgetLeftS');
  const changed = isUsable ? wasUsable === false : wasUsable !== false;
  const persistent = isUsable ? { unset: ['unavailable'] } : { set: ['unavailable'] };
  return frame.event(
    record,
    {
      type: 'ObjectEvent',
      epcList: [toDigitalLink(kit.sgtin)],
      action: 'OBSERVE',
      bizStep: 'inspecting',
      disposition: isUsable ? 'conformant' : 'non_conformant',
      ...(changed ? { persistentDisposition: persistent } : {}),
    },
    {
      'plasma:verdict': wordUri('verdict', verdictWordOf(code)),
      'plasma:reason': uris.length === 0 ? undefined : uris,
      'plasma:budgetLeftS': budgetLeftS < 0 ? undefined : budgetLeftS,
    },
  );
}
