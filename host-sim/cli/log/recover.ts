/**
 * Hands on what a container would hold after a start from this flash: a copy of the image is
 * mounted by the container's own recovery code, and a second copy is started by the container
 * itself, which shows what it writes at the tail. Neither touches the file.
 */
import { COMMON, KIT, KIT_COUNT_MAX, kitAt } from '../../../firmware/core/excursion/kits.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { CUSTODY } from '../../../firmware/core/units.js';
import { custodyWordOf, verdictWordOf } from '../../backend/code-words.js';
import type { DecodedLog } from '../../backend/record-types.js';
import { isoOf, plural } from '../../web/format.js';
import { reasonWords, spaced } from '../../web/words.js';
import { hexOf, numbersText } from './finding.js';
import type { JournalImage } from './image.js';
import { mount, rehearse } from './mount.js';
import { type StartAct, startActs } from './start.js';

export interface RecoveredKit {
  readonly kit: number;
  readonly custody: string;
  /** The one that it is in, or was taken out of. */
  readonly slot: number;
  /** As recorded last; null before the first verdict. */
  readonly verdict: string | null;
  readonly reasons: readonly string[];
  readonly expiry: string;
}

export interface Recovery {
  /** Name of the fault that stops the container, or null. */
  readonly fault: string | null;
  readonly isEmpty: boolean;
  readonly epoch: number;
  readonly nextSequence: number;
  readonly newestSegment: number;
  readonly oldestSegment: number;
  readonly oldestSequence: number;
  readonly receiptedSequence: number;
  readonly thinnedSequence: number;
  /** Starts so far. */
  readonly bootCount: number;
  readonly isSealed: boolean;
  readonly lostRecords: number;
  readonly retiredSectors: readonly number[];
  readonly kits: readonly RecoveredKit[];
  /** What recovery read. */
  readonly reads: number;
  readonly readBytes: number;
  /** Erases and programs of a start, in their order. */
  readonly start: readonly StartAct[];
  readonly isCatalogueGiven: boolean;
}

/** Mounts and starts copies of an image; `log` tells how the container was built. */
export function recoveryOf(
  image: JournalImage,
  log: DecodedLog | undefined,
  catalogue: Uint8Array | undefined,
): Recovery {
  const mounted = mount(image, log, catalogue);
  const { journal, memory, fault, retiredSectors } = mounted;
  const { kits } = memory;
  const isMounted = fault === null;
  return {
    fault,
    isEmpty: isMounted && journal.segment < 0,
    epoch: journal.epoch,
    nextSequence: journal.nextSequence,
    newestSegment: journal.segment,
    oldestSegment: isMounted ? journal.oldestSegment : -1,
    oldestSequence: isMounted ? journal.oldestSequence() : 0,
    receiptedSequence: journal.receiptedSequence,
    thinnedSequence: mounted.thinnedSequence,
    bootCount: kits[COMMON.bootCount]!,
    isSealed: kits[COMMON.sealed] === 1,
    lostRecords: kits[COMMON.lostRecords]!,
    retiredSectors,
    kits: isMounted ? recoveredKits(kits) : [],
    reads: mounted.reads,
    readBytes: mounted.readBytes,
    start: isMounted ? startActs(rehearse(image, log, catalogue)) : [],
    isCatalogueGiven: catalogue !== undefined,
  };
}

function recoveredKits(words: Int32Array): RecoveredKit[] {
  const found: RecoveredKit[] = [];
  for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
    const at = kitAt(kit);
    const custody = words[at + KIT.custody]!;
    if (custody === CUSTODY.none) continue;
    const verdict = words[at + KIT.recordedVerdict]!;
    found.push({
      kit,
      custody: custodyWordOf(custody),
      slot: words[at + KIT.slot]!,
      verdict: verdict === 0 ? null : verdictWordOf(verdict - 1),
      reasons: reasonWords(words[at + KIT.recordedReasons]!),
      expiry: isoOf(words[at + KIT.expiryWallS]!),
    });
  }
  return found;
}

/** All of it as text. */
export function recoveryText(recovery: Recovery): string {
  if (recovery.fault !== null) {
    const fault = `The container would not start: ${recovery.fault}`;
    const what = `${fault}. It writes nothing to this flash.`;
    return `${what}\nread        ${readText(recovery)}\n`;
  }
  if (recovery.isEmpty) {
    return `An empty journal: the container would begin one with record 1.\n${startText(recovery)}`;
  }
  const { kits, retiredSectors, isCatalogueGiven, nextSequence, oldestSequence } = recovery;
  const hasRetired = retiredSectors.length > 0;
  const retired = hasRetired ? `sectors ${numbersText(retiredSectors)}` : 'no sector';
  const lines = [
    `epoch       ${recovery.epoch}`,
    `records     next is ${nextSequence}; oldest still there is ${oldestSequence}`,
    `segments    ${recovery.oldestSegment} to ${recovery.newestSegment}`,
    `receipted   up to record ${recovery.receiptedSequence}`,
    ...(recovery.thinnedSequence > 0 ? [`thinned     up to ${recovery.thinnedSequence}`] : []),
    ...(recovery.lostRecords > 0 ? [`lost        ${plural(recovery.lostRecords, 'record')}`] : []),
    `starts      ${recovery.bootCount} so far`,
    `container   ${recovery.isSealed ? 'sealed' : 'open'}`,
    `retired     ${retired}`,
    `read        ${readText(recovery)}`,
    ...(isCatalogueGiven
      ? []
      : ['catalogue   not given: allowances since the last state are not followed']),
    '',
    ...(kits.length === 0 ? ['no kit'] : kits.map(kitLine)),
    '',
  ];
  return `${lines.join('\n')}\n${startText(recovery)}`;
}

function readText({ reads, readBytes }: Recovery): string {
  return `${plural(reads, 'read')} of flash, ${plural(readBytes, 'byte')}, to recover`;
}

function kitLine({ kit, custody, slot, verdict, reasons, expiry }: RecoveredKit): string {
  const why = reasons.length === 0 ? '' : ` (${reasons.map(spaced).join(', ')})`;
  const word = verdict ?? 'no verdict yet';
  return `kit ${kit + 1}, slot ${slot + 1}, ${spaced(custody)}: ${word}${why}; expires ${expiry}`;
}

function startText({ start }: Recovery): string {
  if (start.length === 0) return 'At its start it would write nothing.\n';
  const lines = start.map(({ kind, sector, offset, bytes, what }) => {
    const address = hexOf(sector * SECTOR_BYTES + offset);
    if (kind === 'erase') return `  erases sector ${sector} (${address})`;
    return `  programs ${plural(bytes, 'byte')} at ${address}: ${what}`;
  });
  return `${['At its start it', ...lines].join('\n')}\n`;
}
