/**
 * `npm run log` from its arguments to its exit code: reads an image or a hand-off file, prints the
 * records that are wanted, and says on stderr what is broken or missing and where. 0 when all is
 * whole, 1 when not, 2 for options and files that cannot be used. It never writes to its input.
 */
import { readFileSync } from 'node:fs';
import { type Command, CommanderError } from 'commander';
import { loadCbor, messageOf } from '../../backend/cbor.js';
import { ProfileLibrary } from '../../backend/profile.js';
import { isoOf, plural } from '../../web/format.js';
import { proveHandoff } from '../handoff-proof.js';
import { fault, type Finding, note } from './finding.js';
import { type Bound, type LogIo, type LogRequest, logCommand, parseLog } from './options.js';
import { csvHeader, csvLines, isWhat, jsonLines, probeCountOf } from './records.js';
import { type Selection, textLines } from './records.js';
import { recoveryOf, recoveryText } from './recover.js';
import { kindOf, readSource, type Source, type SourceJournal, type SourceKind } from './source.js';
import { statsOf, statsText } from './stats.js';
import { AtomicFile } from './output.js';
import { publicKeyOfPem } from '../root-key.js';

export type { LogIo } from './options.js';

/** What of the records a root key proves, by epoch; and what it does not. */
interface Proof {
  readonly provenSequences: ReadonlyMap<number, number> | undefined;
  readonly findings: readonly Finding[];
}

export async function logRun(args: readonly string[], io: LogIo): Promise<number> {
  const command = logCommand(io);
  try {
    const request = parseLog(args, command);
    const bytes = read(request.file, command);
    const kind = kindFor(request, bytes, command);
    const root = kind === 'handoff' ? rootKeyOf(request.root, command) : undefined;
    const catalogue = request.catalogue && read(request.catalogue, command);
    await loadCbor();
    const profiles = await ProfileLibrary.load();
    const source = readSource(bytes, kind);
    const proof = proofOf(source, request, root);
    const out = new Output(io, request.output, command);
    let findings: Finding[];
    try {
      findings = [...source.findings, ...source.journals.flatMap((journal) => journal.findings)];
      findings.push(...proof.findings);
      if (request.recover) {
        findings.push(...mountCopy(source, catalogue || undefined, request, out));
      } else if (request.stats) printStats(source, request, findings, out);
      else printRecords(source, request, proof, profiles, out);
      out.commit();
    } catch (error) {
      out.discard();
      throw error;
    }
    return tell(source, request, findings, io);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

function read(file: string, command: Command): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    return command.error(`error: ${file}: cannot be read (${messageOf(error)})`);
  }
}

function kindFor(
  { file, as, recover }: LogRequest,
  bytes: Uint8Array,
  command: Command,
): SourceKind {
  const found = kindOf(bytes);
  const kind = as ?? found;
  if (kind === 'handoff' && recover) {
    command.error(`error: ${file}: a hand-off file; --recover needs an image of the flash`);
  }
  if (kind !== undefined) return kind;
  return command.error(
    `error: ${file}: ${plural(bytes.length, 'byte')}, neither an image of a journal's flash (no ` +
      `sector of 4096 bytes begins with 'PVJ1') nor a hand-off file (it does not begin with ` +
      `'PVH1'); expected one of them, or --as image or --as handoff`,
  );
}

function rootKeyOf(path: string | undefined, command: Command): Uint8Array | undefined {
  if (path === undefined) return undefined;
  try {
    return publicKeyOfPem(readFileSync(path, 'utf8'));
  } catch (error) {
    return command.error(`error: ${path}: ${messageOf(error)}`);
  }
}

const NO_PROOF: Proof = { provenSequences: undefined, findings: [] };

function proofOf({ sections }: Source, request: LogRequest, root: Uint8Array | undefined): Proof {
  if (sections === undefined) return NO_PROOF;
  if (root === undefined) {
    const text = 'signatures were not checked: there is no root.pub beside it, and no --root FILE';
    return { provenSequences: undefined, findings: [note(text)] };
  }
  const { journals, faults } = proveHandoff(sections, root);
  const proven = journals.map(({ epoch, toSequence }) => [epoch, toSequence] as const);
  const [first, ...more] = faults;
  const rest = more.length === 0 ? '' : `; nor are ${plural(more.length, 'other visit')}`;
  const findings =
    first === undefined ? [] : [fault(`not proven under ${request.root}: ${first}${rest}`)];
  for (const { grai, giai, epoch, toSequence, checkpoints } of journals) {
    const signatures = plural(checkpoints.length, 'signed checkpoint');
    const who = `container ${grai}, logger ${giai}, epoch ${epoch}`;
    const text = `${who}: ${signatures} up to record ${toSequence} verify under ${request.root}`;
    findings.push(note(text));
  }
  return { provenSequences: new Map(proven), findings };
}

function printRecords(
  source: Source,
  { format, what, from, to }: LogRequest,
  { provenSequences }: Proof,
  profiles: ProfileLibrary,
  out: Output,
): void {
  const { journals } = source;
  const probeCount = Math.max(0, ...journals.map(({ log }) => probeCountOf(log.records)));
  if (format === 'csv') out.write(csvHeader(what, probeCount));
  for (const { epoch, log } of journals) {
    const wanted = log.records.filter((record) => {
      if (!isWhat(record, what)) return false;
      return isFrom(record, from) && isTo(record, to);
    });
    const provenSequence = provenSequences && (provenSequences.get(epoch) ?? 0);
    const selection: Selection = { epoch, all: log.records, wanted, provenSequence, profiles };
    if (format === 'text' && journals.length > 1) out.write(`epoch ${epoch}\n`);
    if (format === 'text') out.writeAll(textLines(selection));
    else if (format === 'jsonl') out.writeAll(jsonLines(selection));
    else out.writeAll(csvLines(selection, what, probeCount));
  }
}

type Place = SourceJournal['log']['records'][number];

/** A record without a time is in no range of times. */
function isFrom({ sequence, wallS }: Place, bound: Bound | undefined): boolean {
  if (bound === undefined) return true;
  if ('sequence' in bound) return sequence >= bound.sequence;
  return wallS !== null && wallS >= bound.wallS;
}

function isTo({ sequence, wallS }: Place, bound: Bound | undefined): boolean {
  if (bound === undefined) return true;
  if ('sequence' in bound) return sequence <= bound.sequence;
  return wallS !== null && wallS <= bound.wallS;
}

function printStats(
  source: Source,
  { format, file }: LogRequest,
  findings: readonly Finding[],
  out: Output,
): void {
  const stats = source.journals.map(statsOf);
  if (format === 'text') out.write(stats.map(statsText).join('\n'));
  else out.write(`${JSON.stringify({ file, kind: source.kind, journals: stats, findings })}\n`);
}

/** Mounts a copy of the image; a recovery that fails is a fault. */
function mountCopy(
  { image, journals }: Source,
  catalogue: Uint8Array | undefined,
  { file, format }: LogRequest,
  out: Output,
): Finding[] {
  if (image === undefined) throw new Error(`${file}: expected an image of the flash`);
  try {
    const recovery = recoveryOf(image, journals[0]?.log, catalogue);
    if (format === 'text') out.write(recoveryText(recovery));
    else out.write(`${JSON.stringify({ file, ...recovery })}\n`);
    return recovery.fault === null ? [] : [fault(`recovery fails: ${recovery.fault}`)];
  } catch (error) {
    return [fault(`recovery fails: ${messageOf(error)}`)]; // as on a board: its watchdog bites
  }
}

/** Says on stderr what the file is and what is wrong with it. */
function tell(
  source: Source,
  request: LogRequest,
  findings: readonly Finding[],
  io: LogIo,
): number {
  const { file } = request;
  const say = (text: string): void => void io.stderr.write(`${text}\n`);
  say(`${file}: ${source.description}${request.as === undefined ? '' : ', as told'}`);
  for (const { epoch, log } of source.journals) {
    const { records, firstSequence, lastSequence } = log;
    const timed = records.flatMap(({ wallS }) => (wallS === null ? [] : [wallS]));
    const [from, to] = [timed[0], timed.at(-1)];
    const times = from === undefined ? '' : `, ${isoOf(from)} to ${isoOf(to ?? from)}`;
    const range = records.length === 0 ? '' : `, ${firstSequence} to ${lastSequence}`;
    say(`${file}: epoch ${epoch}, ${plural(records.length, 'record')}${range}${times}`);
  }
  if (source.journals.length === 0) say(`${file}: no records`);
  for (const { isFault, text } of findings) say(`${isFault ? 'error' : 'note'}: ${file}: ${text}`);
  const faults = findings.filter(({ isFault }) => isFault).length;
  const isEmpty = source.journals.length === 0;
  if (faults === 0) say(`${file}: whole${isEmpty ? '' : ', every segment leads to the next'}`);
  return faults === 0 ? 0 : 1;
}

/** Where records go: stdout as long as somebody reads, or a file that appears when it is whole. */
class Output {
  private readonly io: LogIo;
  private readonly file: AtomicFile | undefined;

  constructor(io: LogIo, path: string | undefined, command: Command) {
    this.io = io;
    try {
      this.file = path === undefined ? undefined : new AtomicFile(path);
    } catch (error) {
      command.error(`error: --output ${path}: cannot be written (${messageOf(error)})`);
    }
  }

  write(text: string): void {
    if (text === '') return;
    if (this.file === undefined) this.io.stdout.write(text);
    else this.file.write(text);
  }

  /** In batches, and no further once nobody reads any more (`| head`). */
  writeAll(lines: Iterable<string>): void {
    let batch = '';
    for (const line of lines) {
      batch += line;
      if (batch.length < 65536) continue;
      this.write(batch);
      batch = '';
      if (this.file === undefined && this.io.stdout.destroyed === true) return;
    }
    this.write(batch);
  }

  commit(): void {
    this.file?.commit();
  }

  discard(): void {
    this.file?.discard();
  }
}
