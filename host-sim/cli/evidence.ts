/**
 * The files that a journey leaves behind, from what was handed over and what the container holds:
 * images, decoded log, verdicts, EPCIS events, report, and the root key that verifies them.
 */
import { createPublicKey } from 'node:crypto';
import type { Setup } from './setup.js';
import type { Journey } from './journey.js';
import { logCsv, logJsonl } from './logs.js';
import type { OutputSet } from './output.js';
import { epcisDocument } from '../backend/epcis.js';
import { encodeHandoff } from '../backend/handoff-file.js';
import type { DecodedLog } from '../backend/record-types.js';
import type { KitVerdict } from '../backend/verdicts.js';
import { buildReportData, type ReportInput } from '../web/report-data.js';
import { renderReport } from '../web/report.js';

export interface Evidence {
  readonly setup: Setup;
  readonly journey: Journey;
  readonly log: DecodedLog;
  readonly verdicts: readonly KitVerdict[];
}

/** Writes all files but those that grew during the journey. */
export function writeEvidence(files: OutputSet, evidence: Evidence): void {
  const { setup, journey, log, verdicts } = evidence;
  files.write('flash.bin', setup.sim.journalFlash.image());
  files.write('handoff.bin', encodeHandoff(journey.received));
  files.write('root.pub', [publicKeyPem(setup.authority.rootPublicKey)]);
  files.write('log.csv', logCsv(log.records));
  files.write('log.jsonl', logJsonl(log.records));
  files.write('verdicts.json', [`${JSON.stringify(verdicts, null, 2)}\n`]);
  files.write('events.jsonld', [`${JSON.stringify(epcisOf(evidence), null, 2)}\n`]);
  files.write('report.html', [renderReport(buildReportData(reportInput(evidence)))]);
}

function epcisOf({ setup, log }: Evidence): unknown {
  const { grai, giai } = setup.scenario.identity;
  return epcisDocument(log, { grai, giai, profiles: setup.profiles }).document;
}

function reportInput({ setup, journey, log, verdicts }: Evidence): ReportInput {
  const { scenario, profiles } = setup;
  const receiptSequence = journey.handoffs.reduce((most, { sequence }) => {
    return Math.max(most, sequence);
  }, 0);
  const hash = log.records.length === 0 ? undefined : log.chainHashAt(log.lastSequence);
  return {
    records: log.records,
    verdicts,
    profiles: profiles.all,
    containerGrai: scenario.identity.grai,
    loggerGiai: scenario.identity.giai,
    epoch: log.epoch,
    chainHash: Buffer.from(hash ?? []).toString('hex'),
    checkpoint:
      receiptSequence === 0
        ? null
        : {
            sequence: receiptSequence,
            isVerified: true, // a receiver that could not verify it would not have receipted it
            detail: "the container's certificate under root.pub",
          },
    receiptSequence: receiptSequence === 0 ? null : receiptSequence,
    isSimulated: true,
    localOffsetMinutes: scenario.start.offsetMs / 60_000,
    placeNames: new Map([...scenario.places.values()].map(({ gln, name }) => [gln, name])),
    problems: log.problems,
  };
}

/** A P-256 key as PEM, which OpenSSL and every library reads. */
function publicKeyPem(publicKey: Uint8Array): string {
  const part = (from: number) =>
    Buffer.from(publicKey.slice(from, from + 32)).toString('base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: part(0), y: part(32) };
  return createPublicKey({ key: jwk, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
}
