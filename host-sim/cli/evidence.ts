/**
 * The files that a journey leaves behind, from what was handed over and what the container holds:
 * images, decoded log, verdicts, EPCIS events, report, and the root key that verifies them. What a
 * file says of the proof was proven from the bytes of handoff.bin, the same that are written.
 */
import type { Setup } from './setup.js';
import type { Journey } from './journey.js';
import type { HandoffProof } from './handoff-proof.js';
import type { KnownLog } from './known-log.js';
import { logCsv, logJsonl } from './logs.js';
import type { OutputSet } from './output.js';
import { pemOfPublicKey } from './root-key.js';
import { type UnmappedRecord, epcisDocument } from '../backend/epcis.js';
import type { KitFold } from '../backend/kit-fold.js';
import type { LanguageCode } from '../backend/sentences/language.js';
import type { KitVerdict } from '../backend/verdicts.js';
import { plural } from '../web/format.js';
import { buildReportData, type ReportInput } from '../web/report-data.js';
import { renderReport } from '../web/report.js';

export interface Evidence {
  readonly setup: Setup;
  readonly journey: Journey;
  /** The bytes of handoff.bin, and what they prove under the root key. */
  readonly handoff: Uint8Array;
  readonly proof: HandoffProof;
  readonly known: KnownLog;
  readonly kits: KitFold;
  readonly verdicts: readonly KitVerdict[];
  /** Of the verdicts. */
  readonly language?: LanguageCode | undefined;
}

/** Writes all files but those that grew during the journey; hands on what could not be written. */
export function writeEvidence(files: OutputSet, evidence: Evidence): string[] {
  const { setup, handoff, known, kits, verdicts } = evidence;
  const { log, provenSequence } = known;
  const { grai, giai } = setup.scenario.identity;
  const events = epcisDocument(log, { grai, giai, profiles: setup.profiles, kits });
  files.write('flash.bin', setup.sim.journalFlash.image());
  files.write('handoff.bin', handoff);
  files.write('root.pub', [pemOfPublicKey(setup.authority.rootPublicKey)]);
  files.write('log.csv', logCsv(log.records, provenSequence));
  files.write('log.jsonl', logJsonl(log.records, provenSequence));
  files.write('verdicts.json', [`${JSON.stringify(verdicts, null, 2)}\n`]);
  files.write('events.jsonld', [`${JSON.stringify(events.document, null, 2)}\n`]);
  files.write('report.html', [renderReport(buildReportData(reportInput(evidence)))]);
  return unmappedText(events.unmapped);
}

/** One sentence for each reason for which records have no event. */
export function unmappedText(unmapped: readonly UnmappedRecord[]): string[] {
  const byReason = new Map<string, UnmappedRecord[]>();
  for (const record of unmapped) {
    const records = byReason.get(record.why);
    if (records === undefined) byReason.set(record.why, [record]);
    else records.push(record);
  }
  return [...byReason].map(([why, records]) => {
    const first = records[0]!;
    const which = `${plural(records.length, 'record')} from ${first.sequence} (${first.type}) on`;
    return `events.jsonld leaves out ${which}: ${why}`;
  });
}

function reportInput(evidence: Evidence): ReportInput {
  const { setup, journey, proof, known, kits, verdicts, language } = evidence;
  const { scenario, profiles } = setup;
  const { log } = known;
  const receiptSequence = receiptedUpTo(journey);
  return {
    records: log.records,
    kits,
    verdicts,
    profiles: profiles.all,
    containerGrai: scenario.identity.grai,
    loggerGiai: scenario.identity.giai,
    epoch: log.epoch,
    chainHash: known.checkpoint?.chainHash ?? lastHash(known),
    checkpoint: checkpointOf(known, proof),
    receiptSequence: receiptSequence > 0 ? receiptSequence : null,
    isSimulated: true,
    language,
    localOffsetMinutes: scenario.start.offsetMs / 60_000,
    placeNames: new Map([...scenario.places.values()].map(({ gln, name }) => [gln, name])),
    problems: [...known.problems, ...kits.problems],
  };
}

/** The last record that a receipt covers; 0 without one. */
function receiptedUpTo({ handoffs }: Pick<Journey, 'handoffs'>): number {
  return handoffs.reduce((most, { sequence }) => Math.max(most, sequence), 0);
}

/** Without a checkpoint the chain hash after the last record is all there is. */
function lastHash({ log }: KnownLog): string {
  const last = log.records.at(-1);
  return last === undefined ? '' : Buffer.from(log.chainHashAt(last.sequence)).toString('hex');
}

function checkpointOf(known: KnownLog, { faults }: HandoffProof): ReportInput['checkpoint'] {
  const [fault] = faults;
  if (known.checkpoint !== undefined) {
    const { sequence } = known.checkpoint;
    return { sequence, isVerified: true, detail: "the container's certificate under root.pub" };
  }
  return fault === undefined ? null : { sequence: 0, isVerified: false, detail: fault };
}
