/**
 * Records tapes in a process of its own, so that recording and replaying share the cores: takes one
 * order after the other from its parent and writes each tape to the file that the order names.
 */
import { writeFileSync } from 'node:fs';
import { recordTape, type TapeOrder } from './tapes.js';

export interface RecorderRequest {
  readonly order: TapeOrder;
  readonly file: string;
}
/** What went wrong, or nothing. */
export interface RecorderAnswer {
  readonly error?: string;
}

process.on('message', (request: RecorderRequest) => {
  void answer(request).then((reply) => process.send!(reply));
});

async function answer({ order, file }: RecorderRequest): Promise<RecorderAnswer> {
  try {
    writeFileSync(file, await recordTape(order));
    return {};
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
