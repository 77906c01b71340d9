/** Whole readings of a journal over the test's link. */
import { crc32 } from 'node:zlib';
import { type Answer, encodeCredit } from '../../../../host-sim/backend/protocol.js';
import type { SessionBench } from './session-bench.js';

export type Data = Extract<Answer, { type: 'data' }>;
export const isData = (answer: Answer): answer is Data => answer.type === 'data';

/** Reads on with credit until END; the pieces and the END. */
export function readAll(bench: SessionBench, request: Uint8Array, credit = 8): [Data[], Answer] {
  const pieces: Data[] = [];
  let answers = bench.send(request);
  for (let round = 0; round < 10_000; round++) {
    pieces.push(...answers.filter(isData));
    const end = answers.find(({ type }) => type !== 'data');
    if (end !== undefined) return [pieces, end];
    answers = bench.send(encodeCredit(credit));
  }
  throw new Error('No END came');
}

/** CRC-32 of all bytes of the pieces, as END tells it. */
export const crcOf = (pieces: readonly Data[]): number =>
  pieces.reduce((crc, { bytes }) => crc32(bytes, crc), 0) | 0;
