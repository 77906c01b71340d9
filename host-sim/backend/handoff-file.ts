/**
 * Hands on what a dock received, as the file handoff.bin: "PVH1", then sections of type u8, length
 * u32 little-endian and bytes, in the order of arrival, all visits one after another. A visit
 * starts with its dock; then come the container's certificate, the checkpoint and blocks: segment
 * i32, offset u16 and bytes, which are those of the flash, or of the segment's compact form
 * (FORMAT.md §10); at the end slips of kits that left.
 *
 * | type | section                | type | section        |
 * | ---- | ---------------------- | ---- | -------------- |
 * | 1    | certificate            | 4    | visit: dock id |
 * | 2    | checkpoint             | 5    | compact block  |
 * | 3    | block, verbatim        | 6    | slip           |
 *
 * Everything a verifier needs but the root's key stands in it. The receiver's spool has the same
 * format, so that a store can be rebuilt from it.
 */
import { type CompactBlock, isCompact } from './compact-decode.js';
import { ENCODING } from './protocol.js';
import type { FlashBlock } from './record-types.js';
import { identityBytes, identityText } from './identity.js';

const MAGIC = 'PVH1';
const SECTION = Object.freeze({
  certificate: 1,
  checkpoint: 2,
  block: 3,
  visit: 4,
  compactBlock: 5,
  slip: 6,
} as const);
const SECTION_HEADER_BYTES = 5;
const BLOCK_HEADER_BYTES = 6; // segment i32, offset u16

export type HandoffSection =
  | { readonly type: 'visit'; readonly dockId: string }
  | { readonly type: 'certificate'; readonly bytes: Uint8Array }
  | { readonly type: 'checkpoint'; readonly bytes: Uint8Array }
  | { readonly type: 'block'; readonly block: FlashBlock }
  | { readonly type: 'slip'; readonly bytes: Uint8Array };

/** The head of such a file. */
export function handoffHead(): Uint8Array {
  return Uint8Array.from(Buffer.from(MAGIC, 'ascii'));
}

/** Sections as bytes, without the file's head. */
export function encodeSections(sections: readonly HandoffSection[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(sections.map(encodeSection)));
}

/** A whole handoff file. */
export function encodeHandoff(sections: readonly HandoffSection[]): Uint8Array {
  return Uint8Array.from(Buffer.concat([handoffHead(), encodeSections(sections)]));
}

function encodeSection(section: HandoffSection): Buffer {
  const content = sectionContent(section);
  const head = Buffer.alloc(SECTION_HEADER_BYTES);
  const isPacked = section.type === 'block' && isCompact(section.block);
  head.writeUInt8(isPacked ? SECTION.compactBlock : SECTION[section.type], 0);
  head.writeUInt32LE(content.length, 1);
  return Buffer.concat([head, content]);
}

function sectionContent(section: HandoffSection): Uint8Array {
  if (section.type === 'visit') return identityBytes(section.dockId);
  if (section.type !== 'block') return section.bytes;
  const head = Buffer.alloc(BLOCK_HEADER_BYTES);
  head.writeInt32LE(section.block.segment, 0);
  head.writeUInt16LE(section.block.offset, 4);
  return Buffer.concat([head, section.block.bytes]);
}

/** The sections of a handoff file; throws an Error with offset and expectation. */
export function decodeHandoff(bytes: Uint8Array): HandoffSection[] {
  const { sections, fault } = readHandoff(bytes);
  if (fault !== undefined) throw new Error(fault);
  return sections;
}

/** What of a file could be read: the sections before the first fault, and where they end. */
export interface HandoffRead {
  readonly sections: HandoffSection[];
  /** Offset behind the last whole section. */
  readonly end: number;
  readonly fault?: string;
}

/** As `decodeHandoff`, but hands on what stands before the first fault, and the fault. */
export function readHandoff(bytes: Uint8Array): HandoffRead {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const sections: HandoffSection[] = [];
  const magic = view.toString('latin1', 0, MAGIC.length);
  if (magic !== MAGIC) {
    return { sections, end: 0, fault: `Hand-off at offset 0: '${magic}', expected '${MAGIC}'` };
  }
  let at = MAGIC.length;
  while (at < view.length) {
    const stop = (offset: number, text: string): HandoffRead => {
      return { sections, end: at, fault: `Hand-off at offset ${offset}: ${text}` };
    };
    const start = at + SECTION_HEADER_BYTES;
    const left = view.length - start;
    if (left < 0) return stop(at, `${view.length - at} bytes, expected a section`);
    const length = view.readUInt32LE(at + 1);
    if (length > left) return stop(start, `${left} bytes, expected ${length}`);
    const section = decodeSection(view.readUInt8(at), view.subarray(start, start + length));
    if (typeof section === 'string') return stop(at, section);
    sections.push(section);
    at = start + length;
  }
  return { sections, end: at };
}

/** The section, or what is wrong with it. */
function decodeSection(type: number, content: Buffer): HandoffSection | string {
  const bytes = Uint8Array.from(content);
  switch (type) {
    case SECTION.certificate:
      return { type: 'certificate', bytes };
    case SECTION.checkpoint:
      return { type: 'checkpoint', bytes };
    case SECTION.slip:
      return { type: 'slip', bytes };
    case SECTION.visit:
      return { type: 'visit', dockId: identityText(bytes) };
    case SECTION.block:
    case SECTION.compactBlock: {
      if (content.length < BLOCK_HEADER_BYTES) {
        return `block of ${content.length} bytes, expected at least ${BLOCK_HEADER_BYTES}`;
      }
      const segment = content.readInt32LE(0);
      const offset = content.readUInt16LE(4);
      const block = { segment, offset, bytes: bytes.slice(BLOCK_HEADER_BYTES) };
      if (type === SECTION.block) return { type: 'block', block };
      const compact: CompactBlock = { ...block, encoding: ENCODING.compact };
      return { type: 'block', block: compact };
    }
    default:
      return `section of type ${type}, expected 1 to 6`;
  }
}

/** One visit of a container to a dock, as its sections tell it. */
export interface Visit {
  readonly dockId: string;
  readonly certificate: Uint8Array;
  readonly checkpoint: Uint8Array;
  readonly blocks: readonly FlashBlock[];
}

/** The visits of a file in their order; throws when one lacks its certificate or checkpoint. */
export function visitsOf(sections: readonly HandoffSection[]): Visit[] {
  return groupVisits(sections).map(visitOf);
}

/** The sections of each visit; throws when the first one starts none. */
export function groupVisits(sections: readonly HandoffSection[]): HandoffSection[][] {
  const visits: HandoffSection[][] = [];
  for (const section of sections) {
    if (section.type === 'visit') visits.push([]);
    const current = visits.at(-1);
    if (current === undefined) throw new Error(`Hand-off starts with a ${section.type}, no visit`);
    current.push(section);
  }
  return visits;
}

/** One visit from its sections; `index` counts from 0, for the message. */
export function visitOf(sections: readonly HandoffSection[], index: number): Visit {
  let dockId = '';
  let certificate: Uint8Array | undefined;
  let checkpoint: Uint8Array | undefined;
  const blocks: FlashBlock[] = [];
  for (const section of sections) {
    if (section.type === 'visit') dockId = section.dockId;
    else if (section.type === 'certificate') certificate = section.bytes;
    else if (section.type === 'checkpoint') checkpoint = section.bytes;
    else if (section.type === 'block') blocks.push(section.block);
  }
  if (certificate === undefined || checkpoint === undefined) {
    const missing = certificate === undefined ? 'certificate' : 'checkpoint';
    throw new Error(`Hand-off, visit ${index + 1} at ${dockId}: it has no ${missing}`);
  }
  return { dockId, certificate, checkpoint, blocks };
}
