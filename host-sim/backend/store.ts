/**
 * Hands on records from PostgreSQL in this process (PGlite). A record is one row, named by (logger,
 * epoch, sequence), its content canonical JSON; a wall time that a later anchor gives is filled in
 * afterwards and is no part of the content. PGlite runs without fsync: the receiver's spool is
 * what survives, and from it this store can be rebuilt.
 */
import { PGlite, type Transaction } from '@electric-sql/pglite';
import type { DecodedRecord, RecordName } from './record-types.js';
import type { JournalName, RecordStore, SaveResult, SetAside } from './store-types.js';
import type { StoreBatch, StoreCounts, StoredCheckpoint } from './store-types.js';
import type { StoredFinding, StoredReceipt } from './store-types.js';

const SCHEMA = `
  create table if not exists records (
    logger text, epoch int, sequence int, boot int not null, uptime_s int not null, wall_s int,
    type text not null, content text not null, primary key (logger, epoch, sequence));
  create table if not exists checkpoints (
    logger text, epoch int, sequence int, chain_hash bytea not null, signed bytea not null,
    primary key (logger, epoch, sequence));
  create table if not exists receipts (
    logger text, epoch int, sequence int, wall_s int not null, signed bytea not null,
    primary key (logger, epoch, sequence, signed));
  create table if not exists set_aside (
    logger text, epoch int, sequence int, reason text not null, chain_hash bytea not null,
    signed bytea not null, contents text not null, primary key (logger, epoch, signed));
  create table if not exists findings (
    logger text, epoch int, sequence int, place int, finding text not null,
    primary key (logger, epoch, sequence, finding));`;

const INSERT_RECORDS = `
  insert into records (logger, epoch, sequence, boot, uptime_s, wall_s, type, content)
  select $1, $2, n.*
  from unnest($3::int[], $4::int[], $5::int[], $6::int[], $7::text[], $8::text[]) n
  on conflict (logger, epoch, sequence) do nothing`;

const FORKED = `
  select r.sequence from records r
  join unnest($3::int[], $4::text[]) n(sequence, content) on r.sequence = n.sequence
  where r.logger = $1 and r.epoch = $2 and r.content <> n.content order by r.sequence`;

/** Wall times from the first record of the same boot that has one. */
const RESOLVE_WALL = `
  update records r set wall_s = a.wall_s + r.uptime_s - a.uptime_s
  from (select distinct on (boot) boot, uptime_s, wall_s from records
        where logger = $1 and epoch = $2 and wall_s is not null order by boot, sequence) a
  where r.logger = $1 and r.epoch = $2 and r.boot = a.boot and r.wall_s is null`;

const INSERT_CHECKPOINT = `
  insert into checkpoints (logger, epoch, sequence, chain_hash, signed) values ($1, $2, $3, $4, $5)
  on conflict (logger, epoch, sequence) do nothing`;

const INSERT_FINDINGS = `
  insert into findings (logger, epoch, sequence, place, finding)
  select $1, $2, $3, n.place, n.finding
  from unnest($4::text[]) with ordinality n(finding, place) on conflict do nothing`;

/** Undoes the transaction and carries what was found out of it. */
class ForkFound extends Error {
  readonly forked: readonly number[];
  constructor(forked: readonly number[]) {
    super('fork');
    this.forked = forked;
  }
}

export class PgliteStore implements RecordStore {
  readonly #folder: string | undefined;
  #database: Promise<PGlite> | undefined;

  /** `folder` keeps the data; without one they live in memory. It starts with its first use. */
  constructor(folder?: string) {
    this.#folder = folder;
  }

  /** Starts it now; a use of the store does so by itself. */
  async start(): Promise<void> {
    await this.#open();
  }

  #open(): Promise<PGlite> {
    this.#database ??= openDatabase(this.#folder);
    return this.#database;
  }

  async lastCheckpoint({ giai, epoch }: JournalName): Promise<StoredCheckpoint | undefined> {
    const database = await this.#open();
    const { rows } = await database.query<{ sequence: number; chain_hash: Uint8Array }>(
      `select sequence, chain_hash from checkpoints where logger = $1 and epoch = $2
       order by sequence desc limit 1`,
      [giai, epoch],
    );
    const row = rows[0];
    return row && { sequence: row.sequence, chainHash: Uint8Array.from(row.chain_hash) };
  }

  async save(batch: StoreBatch): Promise<SaveResult> {
    const database = await this.#open();
    try {
      const stored = await database.transaction((transaction) => insertBatch(transaction, batch));
      return { stored, forked: [] };
    } catch (error) {
      if (error instanceof ForkFound) return { stored: 0, forked: error.forked };
      throw error;
    }
  }

  async setAside(branch: SetAside): Promise<void> {
    const database = await this.#open();
    const contents = JSON.stringify(
      branch.records.map((record) => [record.sequence, contentOf(record)]),
    );
    const { giai, epoch, checkpoint, reason, signedCheckpoint } = branch;
    await database.query(
      `insert into set_aside (logger, epoch, sequence, reason, chain_hash, signed, contents)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
      [giai, epoch, checkpoint.sequence, reason, checkpoint.chainHash, signedCheckpoint, contents],
    );
  }

  async saveReceipt({ giai, epoch, sequence, wallS, signed }: StoredReceipt): Promise<void> {
    const database = await this.#open();
    await database.query(
      `insert into receipts (logger, epoch, sequence, wall_s, signed) values ($1, $2, $3, $4, $5)
       on conflict do nothing`,
      [giai, epoch, sequence, wallS, signed],
    );
  }

  async journals(): Promise<JournalName[]> {
    const database = await this.#open();
    const { rows } = await database.query<JournalName>(
      'select distinct logger as giai, epoch from checkpoints order by logger, epoch',
    );
    return rows;
  }

  async records({ giai, epoch }: JournalName): Promise<DecodedRecord[]> {
    const database = await this.#open();
    const { rows } = await database.query<Row>(
      `select sequence, boot, uptime_s, wall_s, type, content from records
       where logger = $1 and epoch = $2 order by sequence`,
      [giai, epoch],
    );
    return rows.map(recordOf);
  }

  async findings({ giai, epoch }: JournalName): Promise<StoredFinding[]> {
    const database = await this.#open();
    const { rows } = await database.query<StoredFinding>(
      `select sequence, finding from findings where logger = $1 and epoch = $2
       order by sequence, place`,
      [giai, epoch],
    );
    return rows;
  }

  async counts(): Promise<StoreCounts> {
    const database = await this.#open();
    const { rows } = await database.query<StoreCounts>(
      `select (select count(*)::int from records) as records,
              (select count(*)::int from checkpoints) as checkpoints,
              (select count(*)::int from receipts) as receipts,
              (select count(*)::int from set_aside) as "setAside"`,
    );
    return rows[0]!;
  }

  async close(): Promise<void> {
    const database = await this.#database;
    this.#database = undefined;
    await database?.close();
  }
}

async function openDatabase(folder: string | undefined): Promise<PGlite> {
  const database = folder === undefined ? new PGlite() : new PGlite(folder);
  await database.exec(SCHEMA);
  return database;
}

/** Inserts what is new; undoes all of it when a record is stored with another content. */
async function insertBatch(transaction: Transaction, batch: StoreBatch): Promise<number> {
  const { giai, epoch, records, checkpoint, signedCheckpoint } = batch;
  const sequences = records.map((record) => record.sequence);
  const contents = records.map(contentOf);
  const inserted = await transaction.query(INSERT_RECORDS, [
    giai,
    epoch,
    sequences,
    records.map((record) => record.boot),
    records.map((record) => record.uptimeS),
    records.map((record) => record.wallS),
    records.map((record) => record.type),
    contents,
  ]);
  const forks = await transaction.query<{ sequence: number }>(FORKED, [
    giai,
    epoch,
    sequences,
    contents,
  ]);
  if (forks.rows.length > 0) throw new ForkFound(forks.rows.map((row) => row.sequence));
  await transaction.query(RESOLVE_WALL, [giai, epoch]);
  const { sequence, chainHash } = checkpoint;
  await transaction.query(INSERT_CHECKPOINT, [giai, epoch, sequence, chainHash, signedCheckpoint]);
  const { findings = [] } = batch;
  if (findings.length > 0) {
    await transaction.query(INSERT_FINDINGS, [giai, epoch, sequence, findings]);
  }
  return inserted.affectedRows ?? 0;
}

/** Canonical JSON of what a record says: fields by name, tail in hex. */
export function contentOf(record: DecodedRecord): string {
  const { boot, uptimeS, type, fields, temperaturesCentiC, tail } = record;
  const names = Object.keys(fields).sort();
  const sorted = Object.fromEntries(names.map((name) => [name, fields[name]]));
  return JSON.stringify({
    boot,
    uptimeS,
    type,
    fields: sorted,
    temperaturesCentiC: temperaturesCentiC ?? null,
    tail: Buffer.from(tail).toString('hex'),
  });
}

interface Row {
  readonly sequence: number;
  readonly boot: number;
  readonly uptime_s: number;
  readonly wall_s: number | null;
  readonly type: string;
  readonly content: string;
}

interface Content {
  readonly fields: Record<string, number>;
  readonly temperaturesCentiC: (number | null)[] | null;
  readonly tail: string;
}

function recordOf(row: Row): DecodedRecord {
  const { fields, temperaturesCentiC, tail } = JSON.parse(row.content) as Content;
  return {
    sequence: row.sequence,
    boot: row.boot,
    uptimeS: row.uptime_s,
    wallS: row.wall_s,
    type: row.type as RecordName,
    fields,
    ...(temperaturesCentiC === null ? {} : { temperaturesCentiC }),
    tail: Uint8Array.from(Buffer.from(tail, 'hex')),
  };
}
