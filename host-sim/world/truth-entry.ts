/**
 * Hands on the entry of the truth log for a change in the world, or none where the change is not
 * for a container to know (a task of the dock) or told by another (the power's return: by the boot;
 * the clock's setting: by the clock).
 */
import { kitExpiryWallS } from '../backend/packing-list.js';
import type { ShockBurst } from './shock.js';
import type { TruthEntry } from './truth.js';
import type { Act, Change } from './world-event.js';

/** What the world is like after the change. */
export interface Aftermath {
  readonly placeName: string;
  /** The burst that a shock has begun. */
  readonly burst: ShockBurst | undefined;
}

/** The entry of one change. */
export function entryOf(change: Change, atS: number, after: Aftermath): TruthEntry | undefined {
  switch (change.kind) {
    case 'lid':
      return { kind: 'lid', atS, isOpen: change.isOpen };
    case 'slot':
      return slotEntry(change, atS);
    case 'scan': {
      const kit = change.kit.packingList.sgtin;
      return { kind: 'scan', atS, slot: change.slot, kit };
    }
    case 'press':
    case 'hold':
      return { kind: change.kind, atS };
    case 'dock':
      return { kind: 'dock', atS, isDocked: true, dockId: change.place.gln };
    case 'undock':
      return { kind: 'dock', atS, isDocked: false, dockId: '' };
    case 'depart':
    case 'arrive':
    case 'stay':
      return { kind: 'place', atS, text: after.placeName };
    case 'power':
      return change.isOn ? undefined : { kind: 'powerOff', atS };
    case 'shock':
      return after.burst && shockEntry(after.burst, atS);
    case 'clock':
      return change.isLost ? { kind: 'clock', atS, isSet: false } : undefined;
    case 'task':
    case 'said':
      return undefined;
  }
}

/** The entry of what a person did. */
export function actEntry({ atMs, what, text, kit, slot }: Act): TruthEntry {
  return {
    kind: 'act',
    atS: atMs / 1000,
    what,
    text,
    ...(kit !== undefined && { kit }),
    ...(slot !== undefined && { slot }),
  };
}

function slotEntry(change: Extract<Change, { kind: 'slot' }>, atS: number): TruthEntry {
  const { slot, cause } = change;
  const { packingList, profileId } = change.kit;
  const kit = packingList.sgtin;
  if (cause !== 'pack') return { kind: cause, atS, slot, kit };
  const expiryWallS = kitExpiryWallS(packingList);
  return { kind: 'pack', atS, slot, kit, profile: profileId, expiryWallS };
}

function shockEntry(burst: ShockBurst, atS: number): TruthEntry {
  const isClipped = burst.samples.some((value) => Math.abs(value) >= burst.rangeMilliG);
  return { kind: 'shock', atS, isClipped, ...burst.truth };
}
