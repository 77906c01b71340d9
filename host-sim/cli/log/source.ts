/**
 * Hands on what a file holds, whatever it is: the image of a journal's flash, or what docks
 * received. Each journal in it is decoded by the backend's decoder; beside its records stands what
 * is broken or missing, with places in the file. Nothing is ever thrown for damage.
 */
import { decodeBlocks } from '../../backend/decode.js';
import type { HandoffSection } from '../../backend/handoff-file.js';
import type { DecodedLog } from '../../backend/record-types.js';
import { plural } from '../../web/format.js';
import { fault, type Finding } from './finding.js';
import { ChainFindings, endText, handoffStart, isHash, startFinding } from './findings.js';
import { type Claim, type HandoffJournal, readVisits } from './handoff.js';
import {
  behindNewest,
  type JournalImage,
  looksLikeImage,
  lostAtStart,
  readImage,
  sectorFindings,
  stateFindings,
} from './image.js';
import { type PlacedBlock, type SegmentView, segmentViews } from './segments.js';

export type SourceKind = 'image' | 'handoff';

/** One journal of one container, as far as it is in the file. */
export interface SourceJournal {
  readonly epoch: number;
  readonly log: DecodedLog;
  readonly views: readonly SegmentView[];
  readonly findings: readonly Finding[];
  /** Of a hand-off: what its checkpoints say, not yet verified. */
  readonly claims: readonly Claim[];
  /** Of a hand-off: bytes of all its blocks, in whatever form they came. */
  readonly receivedBytes?: number;
}

export interface Source {
  readonly kind: SourceKind;
  /** What the file is, in words. */
  readonly description: string;
  readonly journals: readonly SourceJournal[];
  /** What is wrong with the file as a whole. */
  readonly findings: readonly Finding[];
  /** Of an image. */
  readonly image?: JournalImage;
  /** Of a hand-off: what of it could be read. */
  readonly sections?: readonly HandoffSection[];
}

/** What kind of file these bytes are, or undefined. */
export function kindOf(bytes: Uint8Array): SourceKind | undefined {
  if (Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'PVH1') return 'handoff';
  return looksLikeImage(bytes) ? 'image' : undefined;
}

/** Reads a file of that kind; damage is in the findings. Needs `loadCbor` for hand-off files. */
export function readSource(bytes: Uint8Array, kind: SourceKind): Source {
  return kind === 'image' ? imageSource(bytes) : handoffSource(bytes);
}

function imageSource(bytes: Uint8Array): Source {
  const image = readImage(bytes);
  const journals = [...image.epochs].map(([epoch, blocks]) => imageJournal(image, epoch, blocks));
  const several =
    journals.length < 2
      ? []
      : [fault(`segments of ${journals.length} journals (epochs), expected those of one`)];
  return {
    kind: 'image',
    description: `image of a journal's flash, ${plural(image.sectorCount, 'sector')} of 4096 bytes`,
    journals,
    findings: [...image.findings, ...several],
    image,
  };
}

function imageJournal(
  image: JournalImage,
  epoch: number,
  blocks: readonly PlacedBlock[],
): SourceJournal {
  const views = segmentViews(blocks);
  const log = decodeBlocks(blocks);
  const lost = lostAtStart(image, blocks, log.firstSequence);
  const start = startFinding(log, lost);
  const findings = [
    ...sectorFindings(image, [...lost, ...brokenNumbers(log, views)]),
    ...(start === undefined ? [] : [start]),
    ...new ChainFindings(log, views).findings,
    ...stateFindings(views),
    ...behindNewest(image, views.at(-1)?.segment ?? -1, endText(log)),
  ];
  return { epoch, log, views, findings: withProblems(findings, log), claims: [] };
}

/** Numbers between two segments that do not lead to one another. */
function brokenNumbers(log: DecodedLog, views: readonly SegmentView[]): number[] {
  const numbers: number[] = [];
  views.forEach((view, i) => {
    const before = views[i - 1];
    if (before === undefined || view.segment === before.segment + 1) return;
    const [from, to] = [log.chainHashes.get(before.segment), log.chainHashes.get(view.segment)];
    if (from && to && Buffer.compare(from.chainAfter, to.chainBefore) === 0) return;
    for (let n = before.segment + 1; n < view.segment; n++) numbers.push(n);
  });
  return numbers;
}

function handoffSource(bytes: Uint8Array): Source {
  const { journals, visitCount, findings, sections } = readVisits(bytes);
  return {
    kind: 'handoff',
    description: `hand-off file, ${plural(visitCount, 'visit')}`,
    journals: journals.map(handoffJournal),
    findings,
    sections,
  };
}

function handoffJournal({ epoch, blocks, others, claims }: HandoffJournal): SourceJournal {
  const views = segmentViews(blocks);
  const log = decodeBlocks([...views.map((view) => view.joined), ...others]);
  const findings = withProblems(handoffFindings(log, views, claims), log);
  const receivedBytes = [...blocks, ...others].reduce((sum, { bytes }) => sum + bytes.length, 0);
  return { epoch, log, views, findings, claims, receivedBytes };
}

function handoffFindings(
  log: DecodedLog,
  views: readonly SegmentView[],
  claims: readonly Claim[],
): Finding[] {
  const findings: Finding[] = [];
  for (const { segment, walk, blocks } of views) {
    if (walk?.header.segment === segment) continue;
    const address = blocks[0]?.address;
    const text = `segment ${segment}: no valid header came with it, expected one of ${segment}`;
    findings.push(fault(text, { segment, offset: 0, address }));
  }
  const start = handoffStart(log);
  if (start !== undefined) findings.push(start);
  findings.push(...new ChainFindings(log, views).findings);
  for (const claim of claims) {
    const finding = claimFinding(log, claim);
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

/** A checkpoint that came with a visit: all that it covers must be there, and lead to its hash. */
function claimFinding(log: DecodedLog, claim: Claim): Finding | undefined {
  const { visit, sequence, chainHash } = claim;
  const which = `the checkpoint of visit ${visit} covers the records up to ${sequence}`;
  if (log.lastSequence < sequence) {
    const range = { fromSequence: log.lastSequence + 1, toSequence: sequence };
    const missing = `records ${range.fromSequence} to ${sequence} are missing`;
    return fault(`${which}, the file ends with ${log.lastSequence}: ${missing}`, range);
  }
  if (!log.records.some((record) => record.sequence === sequence)) {
    return fault(`${which}, and that one cannot be read`, { toSequence: sequence });
  }
  if (isHash(log, sequence, chainHash)) return undefined;
  return fault(`${which}, and signed another chain hash than they have`, { toSequence: sequence });
}

/** Whatever the decoder complains of is a fault, also where no place was found for it. */
function withProblems(findings: readonly Finding[], log: DecodedLog): Finding[] {
  const isPlaced = (problem: string): boolean => {
    const segment = Number(/^segments? (\d+)/.exec(problem)?.[1] ?? -1);
    return findings.some((finding) => finding.isFault && finding.segment === segment);
  };
  const others = log.problems.filter((problem) => !isPlaced(problem));
  return [...findings, ...others.map((problem) => fault(problem))];
}
