/**
 * Takes a hand-off file apart: blocks of flash with their places in the file, journal by journal,
 * and what the checkpoints that came along claim. Nothing is verified here but that it can be read:
 * whether the signatures hold is for whoever has the root key.
 */
import { PAYLOAD } from '../../../firmware/core/handoff/protocol.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { asBytes, asInteger, asMap, decodeCbor, messageOf } from '../../backend/cbor.js';
import { parseSign1 } from '../../backend/cose-host.js';
import { isCompact } from '../../backend/compact-decode.js';
import type { FlashBlock } from '../../backend/record-types.js';
import { handoffHead, type HandoffSection } from '../../backend/handoff-file.js';
import { readHandoff } from '../../backend/handoff-file.js';
import { fault, type Finding, hexOf } from './finding.js';
import { type PlacedBlock, walkSegment } from './segments.js';

/** What a checkpoint says of its journal, whoever signed it. */
export interface Claim {
  readonly visit: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly chainHash: Uint8Array;
}

export interface HandoffJournal {
  readonly epoch: number;
  /** Bytes as they stand on flash. */
  readonly blocks: readonly PlacedBlock[];
  /** Blocks in the compact form. */
  readonly others: readonly FlashBlock[];
  readonly claims: readonly Claim[];
}

interface Journal extends HandoffJournal {
  readonly blocks: PlacedBlock[];
  readonly others: FlashBlock[];
  readonly claims: Claim[];
}

interface OneVisit {
  readonly number: number;
  readonly blocks: PlacedBlock[];
  readonly others: FlashBlock[];
  claim: Claim | undefined;
}

/** Application identifier 414 and 13 digits. */
const GLN = /^414\d{13}$/;
const HEAD_BYTES = handoffHead().length;
const SECTION_HEAD_BYTES = 5;
/** Type, length and the identity of a dock. */
const VISIT_BYTES_MAX = 64;
/** A block's content begins behind type, length, segment and offset. */
const BLOCK_HEAD_BYTES = 11;

/** The journals of a hand-off file, as far as it can be read. */
export function readVisits(file: Uint8Array): {
  readonly journals: readonly HandoffJournal[];
  readonly visitCount: number;
  readonly findings: readonly Finding[];
  readonly sections: readonly HandoffSection[];
} {
  const findings: Finding[] = [];
  const placedOnes = placedSections(file, findings);
  const visits: OneVisit[] = [];
  for (const placed of placedOnes) {
    const { section, address } = placed;
    if (section.type === 'visit' || visits.length === 0) {
      visits.push({ number: visits.length + 1, blocks: [], others: [], claim: undefined });
      if (section.type !== 'visit') {
        findings.push(fault(`starts with a ${section.type}, expected a visit`, { address }));
      }
    }
    take(placed, visits.at(-1)!, findings);
  }
  if (visits.length === 0) findings.push(fault('no visit, expected one at least'));
  const sections = placedOnes.map(({ section }) => section);
  return { journals: journalsOf(visits), visitCount: visits.length, findings, sections };
}

interface PlacedSection {
  readonly section: HandoffSection;
  readonly address: number;
}

/** Sections and their places; behind one that cannot be read, from the next visit on. */
function placedSections(file: Uint8Array, findings: Finding[]): PlacedSection[] {
  const placed: PlacedSection[] = [];
  const head = handoffHead();
  if (Buffer.compare(file.subarray(0, HEAD_BYTES), head) !== 0) {
    findings.push(fault("the first bytes are not 'PVH1' (0x0 in the file)", { address: 0 }));
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let at = HEAD_BYTES;
  while (at < file.length) {
    const { sections, end, fault: problem } = readHandoff(withHead(file.subarray(at)));
    let address = at;
    for (const section of sections) {
      placed.push({ section, address });
      if (section.type === 'visit') checkDock(section.dockId, address, findings);
      address += SECTION_HEAD_BYTES + view.getUint32(address + 1, true);
    }
    at += end - HEAD_BYTES;
    if (problem === undefined) break;
    const rest = cutSection(file.subarray(at));
    if (rest !== undefined) placed.push({ section: rest, address: at });
    const next = nextVisit(file, at + 1);
    const bytes = `${next - at} bytes from ${hexOf(at)} on`;
    const what = `${problem.replace(/^Hand-off at offset \d+: /, '')}`;
    const read = rest === undefined ? 'cannot be read' : 'are a section that is cut off';
    findings.push(fault(`${bytes} ${read}: ${what}`, { address: at }));
    at = next;
  }
  return placed;
}

/** Where a visit says that it was; a dock names itself by its GLN. */
function checkDock(dockId: string, address: number, findings: Finding[]): void {
  if (GLN.test(dockId)) return;
  const text = `a visit to '${dockId}' (${hexOf(address)} in the file), expected a dock's GLN`;
  findings.push(fault(text, { address }));
}

function withHead(sections: Uint8Array): Uint8Array {
  return Uint8Array.from(Buffer.concat([handoffHead(), sections]));
}

/** What is there of a section that the end of the file cuts off: of a block its first bytes. */
function cutSection(bytes: Uint8Array): HandoffSection | undefined {
  if (bytes.length <= SECTION_HEAD_BYTES) return undefined;
  const shortened = Buffer.from(bytes);
  shortened.writeUInt32LE(bytes.length - SECTION_HEAD_BYTES, 1);
  const [section] = readHandoff(withHead(shortened)).sections;
  return section?.type === 'block' ? section : undefined;
}

/** Where the next visit begins that can be read, or the end of the file. */
function nextVisit(file: Uint8Array, from: number): number {
  for (let at = from; at < file.length; at++) {
    // A visit is a short section: looking at its first bytes saves reading the rest each time.
    const [section] = readHandoff(withHead(file.subarray(at, at + VISIT_BYTES_MAX))).sections;
    if (section?.type === 'visit' && GLN.test(section.dockId)) return at;
  }
  return file.length;
}

function take({ section, address }: PlacedSection, visit: OneVisit, findings: Finding[]): void {
  if (section.type === 'block' && isCompact(section.block)) visit.others.push(section.block);
  else if (section.type === 'block') {
    const at = address + BLOCK_HEAD_BYTES;
    visit.blocks.push({ ...section.block, address: at, visit: visit.number });
  }
  if (section.type !== 'checkpoint') return;
  try {
    visit.claim = claimOf(section.bytes, visit.number);
  } catch (error) {
    const text = `visit ${visit.number} (${hexOf(address)} in the file): ${messageOf(error)}`;
    findings.push(fault(text, { address }));
  }
}

/** What a checkpoint says, its signature unread. */
function claimOf(bytes: Uint8Array, visit: number): Claim {
  const { payload } = parseSign1(bytes, 'checkpoint');
  const map = asMap(decodeCbor(payload, 'checkpoint, payload'), 'checkpoint, payload');
  return {
    visit,
    epoch: asInteger(map.get(PAYLOAD.epoch), 'checkpoint, epoch'),
    sequence: asInteger(map.get(PAYLOAD.sequence), 'checkpoint, sequence'),
    chainHash: asBytes(map.get(PAYLOAD.chainHash), 'checkpoint, chain hash', 32),
  };
}

/** Visits of the same journal together: segments of another epoch have the same numbers. */
function journalsOf(visits: readonly OneVisit[]): Journal[] {
  const journals = new Map<number, Journal>();
  for (const { blocks, others, claim } of visits) {
    const epoch = epochOf(blocks) ?? claim?.epoch ?? [...journals.keys()].at(-1) ?? 0;
    const journal = journals.get(epoch) ?? { epoch, blocks: [], others: [], claims: [] };
    journal.blocks.push(...blocks);
    journal.others.push(...others);
    if (claim !== undefined) journal.claims.push(claim);
    journals.set(epoch, journal);
  }
  return [...journals.values()];
}

/** The epoch that the first valid header among the blocks names. */
function epochOf(blocks: readonly PlacedBlock[]): number | undefined {
  for (const { offset, bytes } of blocks) {
    if (offset !== 0) continue;
    const sector = new Uint8Array(SECTOR_BYTES).fill(0xff);
    sector.set(bytes.subarray(0, SECTOR_BYTES));
    const walk = walkSegment(sector);
    if (walk !== undefined) return walk.header.epoch;
  }
  return undefined;
}
