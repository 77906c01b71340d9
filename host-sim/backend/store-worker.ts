/**
 * Hands on a store that runs in a thread of its own: starting PostgreSQL takes seconds of one core,
 * which pass here beside the simulation instead of before it. This file is both sides: loaded by
 * `WorkerStore` as a thread it answers requests, imported it gives the class that sends them.
 */
import { extname } from 'node:path';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { messageOf } from './cbor.js';
import type { DecodedRecord } from './record-types.js';
import { PgliteStore } from './store.js';
import type { JournalName, RecordStore, SaveResult, SetAside } from './store-types.js';
import type { StoreBatch, StoreCounts, StoredCheckpoint } from './store-types.js';
import type { StoredFinding, StoredReceipt } from './store-types.js';

/** Tells this file that it is the thread of a store and no other worker. */
const MARK = 'plasmavakt store';

type Method = keyof RecordStore;
interface Request {
  readonly id: number;
  readonly method: Method;
  readonly argument: unknown;
}
type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A RecordStore in its own thread; it starts at once and holds the process only while it works. */
export class WorkerStore implements RecordStore {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  constructor(folder?: string) {
    const isSource = extname(__filename) === '.ts'; // run through ts-node: so must the thread be
    const execArgv = isSource ? ['-r', require.resolve('ts-node/register/transpile-only')] : [];
    this.#worker = new Worker(__filename, { workerData: { mark: MARK, folder }, execArgv });
    this.#worker.on('message', (reply: Reply) => this.#settle(reply));
    this.#worker.on('error', (error: Error) => this.#failAll(error));
    this.#worker.on('exit', () => this.#failAll(new Error('The store has ended')));
    this.#worker.unref();
  }

  lastCheckpoint(journal: JournalName): Promise<StoredCheckpoint | undefined> {
    return this.#call('lastCheckpoint', journal) as Promise<StoredCheckpoint | undefined>;
  }
  save(batch: StoreBatch): Promise<SaveResult> {
    return this.#call('save', batch) as Promise<SaveResult>;
  }
  async setAside(branch: SetAside): Promise<void> {
    await this.#call('setAside', branch);
  }
  async saveReceipt(receipt: StoredReceipt): Promise<void> {
    await this.#call('saveReceipt', receipt);
  }
  journals(): Promise<JournalName[]> {
    return this.#call('journals', undefined) as Promise<JournalName[]>;
  }
  records(journal: JournalName): Promise<DecodedRecord[]> {
    return this.#call('records', journal) as Promise<DecodedRecord[]>;
  }
  findings(journal: JournalName): Promise<StoredFinding[]> {
    return this.#call('findings', journal) as Promise<StoredFinding[]>;
  }
  counts(): Promise<StoreCounts> {
    return this.#call('counts', undefined) as Promise<StoreCounts>;
  }

  /** Closes the database and ends the thread. */
  async close(): Promise<void> {
    await this.#call('close', undefined);
    await this.#worker.terminate();
  }

  #call(method: Method, argument: unknown): Promise<unknown> {
    const id = this.#nextId++;
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, method, argument } satisfies Request);
    });
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('error' in reply) waiting?.reject(new Error(reply.error));
    else waiting?.resolve(reply.value);
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** The thread's side. */
function serve(folder: string | undefined): void {
  const store = new PgliteStore(folder);
  void store.start().catch(() => undefined); // told to whoever asks first
  parentPort?.on('message', (request: Request) => {
    void answer(store, request).then((reply) => parentPort?.postMessage(reply));
  });
}

async function answer(store: PgliteStore, { id, method, argument }: Request): Promise<Reply> {
  try {
    const call = store[method].bind(store) as (argument: unknown) => Promise<unknown>;
    return { id, value: await call(argument) };
  } catch (error) {
    return { id, error: messageOf(error) };
  }
}

const data = workerData as { mark?: string; folder?: string } | null;
if (!isMainThread && data?.mark === MARK) serve(data.folder);
