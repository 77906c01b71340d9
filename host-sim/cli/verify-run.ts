/**
 * `npm run verify` from its arguments to its exit code: reads a hand-off file and a root key, and
 * tells which records of which container are proven by them, visit by visit. 0 when all of the file
 * verifies; 1 with the first thing that does not; 2 for options or a key that cannot be used. It
 * needs nothing of the run that wrote the file.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { loadCbor, messageOf } from '../backend/cbor.js';
import { readHandoff } from '../backend/handoff-file.js';
import { identityOf, plural } from '../web/format.js';
import { type HandoffProof, type ProvenJournal, proveHandoff } from './handoff-proof.js';
import { publicKeyOfPem } from './root-key.js';
import { readableFile } from './start-options.js';

/** What the command needs of its process. */
export interface VerifyIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

interface VerifyRequest {
  readonly file: string;
  readonly root: string;
  readonly json: boolean;
}

const HELP = `
Without --root the key is root.pub in the folder of FILE. A key that came with the file proves no
more than that the two belong together: compare it with the one that you know.
Exit code: 0 when everything verifies, 1 when something does not, 2 for options that cannot be
used.`;

export async function verifyRun(args: readonly string[], io: VerifyIo): Promise<number> {
  const command = verifyCommand(io);
  let request: VerifyRequest;
  let rootPublicKey: Uint8Array;
  try {
    request = parseVerify(args, command);
    rootPublicKey = rootKeyOf(request.root, command);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  await loadCbor();
  const proof = proofOf(readFileSync(request.file), rootPublicKey);
  const [fault] = proof.faults;
  if (request.json) io.stdout.write(jsonText(request, proof));
  else io.stdout.write(proof.journals.map(journalText).join(''));
  if (fault !== undefined) {
    io.stderr.write(`error: ${request.file}: ${fault}\n`);
    return 1;
  }
  if (!request.json) io.stdout.write(`${request.file}: all of it verifies under ${request.root}\n`);
  return 0;
}

function verifyCommand(io: VerifyIo): Command {
  return new Command('npm run verify --')
    .description('Verifies what a dock received: certificate, signed checkpoints, hash chain.')
    .argument('<FILE>', 'a hand-off file, such as out/handoff.bin', readableFile)
    .option('--root <FILE>', 'the root key, PEM (default: root.pub beside FILE)', readableFile)
    .option('--json', 'print one JSON object')
    .allowExcessArguments(false)
    .addHelpText('after', HELP)
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    })
    .exitOverride();
}

function parseVerify(args: readonly string[], command: Command): VerifyRequest {
  command.parse([...args], { from: 'user' });
  const { root, json = false } = command.opts<{ root?: string; json?: true }>();
  const file = command.processedArgs[0] as string;
  const beside = join(dirname(file), 'root.pub');
  if (root === undefined && statSync(beside, { throwIfNoEntry: false }) === undefined) {
    command.error(`error: there is no ${beside}, expected --root FILE with the root key`);
  }
  return { file, root: root ?? beside, json };
}

function rootKeyOf(path: string, command: Command): Uint8Array {
  try {
    return publicKeyOfPem(readFileSync(path, 'utf8'));
  } catch (error) {
    return command.error(`error: ${path}: ${messageOf(error)}`);
  }
}

/** The proof of a file's bytes; a file that is damaged or proves nothing has a fault. */
function proofOf(bytes: Uint8Array, rootPublicKey: Uint8Array): HandoffProof {
  const { sections, fault } = readHandoff(bytes);
  const { journals, faults } = proveHandoff(sections, rootPublicKey);
  if (fault !== undefined) return { journals, faults: [fault, ...faults] };
  if (sections.length > 0) return { journals, faults };
  return { journals, faults: ['Hand-off without a visit, expected one at least'] };
}

function journalText({ grai, giai, epoch, ...journal }: ProvenJournal): string {
  const { fromSequence, toSequence, summedUp, checkpoints } = journal;
  const lines = [
    `container   ${identityOf(grai)}`,
    `logger      ${identityOf(giai)}, epoch ${epoch}`,
    `proven      records ${fromSequence} to ${toSequence}`,
    ...(summedUp === 0 ? [] : [`summed up   ${plural(summedUp, 'reading')}, for want of room`]),
    `checkpoints ${plural(checkpoints.length, 'signature')}`,
    ...checkpoints.map(({ visit, dockId, sequence, chainHash }) => {
      const where = `visit ${visit} at ${identityOf(dockId)}, record ${sequence}`;
      return `  ${where}\n    chain hash ${chainHash}`;
    }),
  ];
  return `${lines.join('\n')}\n\n`;
}

function jsonText({ file, root }: VerifyRequest, { journals, faults }: HandoffProof): string {
  const told = journals.map(({ blocks: _, ...journal }) => journal);
  const isVerified = faults.length === 0;
  return `${JSON.stringify({ file, root, isVerified, faults, journals: told }, null, 2)}\n`;
}
