/**
 * What the indicator shows: per slot empty, go, look or no, and how many go. Sent to the port only
 * when it changes. While the clock is unset, records are being lost, or the journal cannot be
 * mounted, nothing says go.
 */
import { equal, copy } from '../core/bytes.js';
import { COMMON, KIT, KIT_COUNT_MAX, kitAt } from '../core/excursion/kits.js';
import { type Limits, SLOT_COUNT_MAX } from '../core/limits.js';
import {
  INDICATOR_FLAG,
  INDICATOR_LAYOUT,
  INDICATOR_SLOT,
  type IndicatorPort,
} from '../core/ports.js';
import { CUSTODY, VERDICT } from '../core/units.js';

const BYTES_MAX = INDICATOR_LAYOUT.slots + SLOT_COUNT_MAX;

export class Lamp {
  private readonly shown = new Uint8Array(BYTES_MAX);
  private readonly next = new Uint8Array(BYTES_MAX);
  private readonly port: IndicatorPort;
  private readonly words: Int32Array;
  private readonly limits: Limits;
  private hasShown = false;
  private revision = -1;

  constructor(port: IndicatorPort, words: Int32Array, limits: Limits) {
    this.port = port;
    this.words = words;
    this.limits = limits;
  }

  /** Shows the state of all slots if it differs from what is shown; `revision` is the ledger's. */
  show(revision: number, isDocked: boolean, isLosing: boolean): void {
    if (revision === this.revision) return;
    this.revision = revision;
    const { next, words } = this;
    const length = INDICATOR_LAYOUT.slots + this.limits.slotCount;
    let flags = 0;
    if (isDocked) flags |= INDICATOR_FLAG.docked;
    if (words[COMMON.sealed] === 1) flags |= INDICATOR_FLAG.sealed;
    if (isLosing) flags |= INDICATOR_FLAG.journalLosing;
    if (words[COMMON.wallKnown] === 0) flags |= INDICATOR_FLAG.clockUnset;
    if (words[COMMON.service] === 1) flags |= INDICATOR_FLAG.service;
    if (this.isUseBySoon()) flags |= INDICATOR_FLAG.useBySoon;
    next[INDICATOR_LAYOUT.flags] = flags;
    this.fillSlots(isLosing);
    if (this.hasShown && equal(next, 0, this.shown, 0, length)) return;
    copy(next, 0, this.shown, 0, length);
    this.hasShown = true;
    this.port.show(next, length);
  }

  /** Shows "look" on every slot: the container cannot vouch for anything. */
  showUnknown(): void {
    const { next } = this;
    const length = INDICATOR_LAYOUT.slots + this.limits.slotCount;
    next.fill(INDICATOR_SLOT.look, INDICATOR_LAYOUT.slots, length);
    next[INDICATOR_LAYOUT.goCount] = 0;
    next[INDICATOR_LAYOUT.flags] = INDICATOR_FLAG.journalLosing;
    this.port.show(next, length);
  }

  /** Whether half of a mixed kit's use-by has passed, or more. */
  private isUseBySoon(): boolean {
    const { words } = this;
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      const at = kitAt(kit);
      const isMixed = words[at + KIT.custody] === CUSTODY.mixed;
      if (isMixed && words[at + KIT.noticed] !== 0) return true;
    }
    return false;
  }

  private fillSlots(isLosing: boolean): void {
    const { next, words, limits } = this;
    for (let slot = 0; slot < limits.slotCount; slot++) {
      const isFilled = (words[COMMON.slots]! & (1 << slot)) !== 0;
      // A filled slot whose kit nobody has explained is for people to look at.
      next[INDICATOR_LAYOUT.slots + slot] = isFilled ? INDICATOR_SLOT.look : INDICATOR_SLOT.empty;
    }
    let goCount = 0;
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      const at = kitAt(kit);
      if (words[at + KIT.custody] !== CUSTODY.in) continue;
      let sign = signOf(words[at + KIT.recordedVerdict]!);
      if (isLosing && sign === INDICATOR_SLOT.go) sign = INDICATOR_SLOT.look;
      next[INDICATOR_LAYOUT.slots + words[at + KIT.slot]!] = sign;
      if (sign === INDICATOR_SLOT.go) goCount++;
    }
    next[INDICATOR_LAYOUT.goCount] = goCount;
  }
}

/** Sign for a recorded verdict + 1; 0, not judged yet, is for people to look at. */
function signOf(recordedVerdict: number): number {
  if (recordedVerdict === 0) return INDICATOR_SLOT.look;
  const verdict = recordedVerdict - 1;
  if (verdict === VERDICT.usable) return INDICATOR_SLOT.go;
  return verdict <= VERDICT.unknown ? INDICATOR_SLOT.look : INDICATOR_SLOT.no;
}
