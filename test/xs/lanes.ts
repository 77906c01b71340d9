/**
 * Records and replays many tapes, as many side by side as there are cores. Tapes are kept in `.xs/`
 * while they are needed and deleted when they agreed; one that did not stays for whoever looks.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { XS_FOLDER } from './engine.js';
import type { RecorderAnswer, RecorderRequest } from './recorder.js';
import type { TapeOrder } from './tapes.js';

const TAPES = join(XS_FOLDER, 'tapes');

/** A tape to record, by a name that is its file's too. */
export interface NamedOrder extends TapeOrder {
  readonly name: string;
}

/** Records each order and hands its tape to `use`; results in the order of the orders. */
export async function withTapes<R>(
  orders: readonly NamedOrder[],
  use: (tape: string, order: NamedOrder) => Promise<R>,
): Promise<R[]> {
  mkdirSync(TAPES, { recursive: true });
  const results = new Array<R>(orders.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    const recorder = startRecorder();
    try {
      while (next < orders.length) {
        const at = next++;
        const order = orders[at]!;
        const tape = join(TAPES, `${order.name}.tape`);
        await record(recorder, { order, file: tape }).catch((error: unknown) => {
          throw new Error(`${order.name} could not be recorded`, { cause: error });
        });
        results[at] = await use(tape, order);
      }
    } finally {
      recorder.kill();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), orders.length) }, lane));
  return results;
}

/** Deletes a tape that is not needed any more. */
export function dropTape(tape: string): void {
  rmSync(tape, { force: true });
}

function startRecorder(): ChildProcess {
  return fork(join(__dirname, 'recorder.ts'), {
    execArgv: ['--require', require.resolve('ts-node/register')],
    env: { ...process.env, TS_NODE_TRANSPILE_ONLY: '1' },
  });
}

async function record(recorder: ChildProcess, request: RecorderRequest): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const answered = once(recorder, 'message', { signal });
  const died = once(recorder, 'exit', { signal }).then(([code]): [RecorderAnswer] => {
    return [{ error: `the recorder ended with ${code}` }];
  });
  recorder.send(request);
  const [answer] = (await Promise.race([answered, died])) as [RecorderAnswer];
  died.catch(() => undefined); // it goes on living, and the wait for its end is aborted
  answered.catch(() => undefined);
  over.abort();
  if (answer.error !== undefined) {
    throw new Error(answer.error);
  }
}
