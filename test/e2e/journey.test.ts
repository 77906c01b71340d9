import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContainer } from '../../firmware/app/container.js';
import { messageOf } from '../../host-sim/backend/cbor.js';
import { decodeBlocks } from '../../host-sim/backend/decode.js';
import { decodeHandoff, visitsOf } from '../../host-sim/backend/handoff-file.js';
import { checkVisit } from '../../host-sim/backend/visit-check.js';
import type { RunObserver, RunOptions, RunResult } from '../../host-sim/cli/run-types.js';
import { simulate } from '../../host-sim/cli/simulate.js';
import { replayTape } from '../../host-sim/ports/tape.js';
import { assertAgrees, live, type Lived } from '../support/journey.js';

const SILENT: RunObserver = { progress: () => undefined, note: () => undefined };
const OPTIONS = { tracePlace: 'outside', truth: true, tape: true, flashTrace: true } as const;

describe('the default journey', function () {
  this.timeout(60_000);
  let lived: Lived;
  before(async () => {
    lived = await live({ seed: 1 });
  });

  it('ends with the verdicts that the oracle computes from the truth', () => {
    assertAgrees(lived, 'npm start');
  });

  it('shows a spread of verdicts and customs, as it was made to', () => {
    const words = new Set(lived.verdicts.map(({ verdict }) => verdict));
    for (const word of ['usable', 'inspect', 'unknown', 'quarantine', 'expired'] as const) {
      assert.ok(words.has(word), `no kit is ${word}`);
    }
    assert.ok(lived.verdicts.some(({ custody }) => custody === 'mixed'));
  });

  it('agrees for other seeds, too', async () => {
    for (const seed of [2, 3]) assertAgrees(await live({ seed }), `npm start -- --seed ${seed}`);
  });

  it('hands everything over: receipted up to the last reading but those of the last minute', () => {
    const covered = Math.max(...lived.journey.handoffs.map(({ sequence }) => sequence));
    const open = lived.log.records.filter(
      ({ sequence, type }) => sequence > covered && type === 'reading',
    );
    assert.deepEqual(open, []);
  });

  it('plays back from its tape, every call alike', () => {
    const result = replayTape(lived.tape, createContainer);
    assert.equal(result.boots, 1);
    assert.ok(result.steps > 8000, `${result.steps} steps`);
  });

  it('is refused when a byte of what was handed over is altered', () => {
    const sections = lived.journey.received;
    const rootPublicKey = lived.setup.authority.rootPublicKey;
    const visits = visitsOf(sections);
    const last = visits.at(-1)!;
    const whole = checkVisit(last, rootPublicKey, decodeBlocks);
    assert.deepEqual(whole.findings, []);
    let refused = 0;
    for (const [index, block] of last.blocks.entries()) {
      for (let at = 0; at < block.bytes.length; at += 97) {
        const bytes = block.bytes.slice();
        bytes[at] = bytes[at]! ^ 0x10;
        const blocks = last.blocks.map((other, i) => (i === index ? { ...block, bytes } : other));
        const tampered = { ...last, blocks };
        const where = `segment ${block.segment}, byte ${block.offset + at}`;
        try {
          // Behind the checkpoint: nothing of it is taken.
          const { records } = checkVisit(tampered, rootPublicKey, decodeBlocks);
          assert.deepEqual(records, whole.records, where);
        } catch (error) {
          assert.match(messageOf(error), /damaged|altered|checkpoint/, where);
          refused++;
        }
      }
    }
    assert.ok(refused > 10);
  });

  it('is refused under another root key', () => {
    const last = visitsOf(lived.journey.received).at(-1)!;
    assert.throws(() => checkVisit(last, new Uint8Array(64).fill(7), decodeBlocks));
  });
});

describe('npm start', function () {
  this.timeout(90_000);
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'plasmavakt-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (name: string, options: Partial<RunOptions>): Promise<RunResult> =>
    simulate({ ...OPTIONS, seed: 1, outDir: join(folder, name), ...options }, SILENT);

  it('gives the same bytes for the same seed, in every file, and others for another', async () => {
    const first = await run('a', { days: 1 });
    const second = await run('b', { days: 1 });
    const other = await run('c', { days: 1, seed: 2 });
    const hashes = ({ files }: RunResult) => files.map(({ name, sha256 }) => [name, sha256]);
    assert.deepEqual(hashes(second), hashes(first));
    assert.equal(second.finalHash, first.finalHash);
    assert.notEqual(other.finalHash, first.finalHash);
    assert.equal(first.files.length, 11);
    for (const { path, sha256 } of first.files) {
      assert.equal(createHash('sha256').update(readFileSync(path)).digest('hex'), sha256);
    }
  });

  it('leaves a hand-off file that anyone can verify with root.pub alone', () => {
    const visits = visitsOf(decodeHandoff(readFileSync(join(folder, 'a', 'handoff.bin'))));
    const pem = readFileSync(join(folder, 'a', 'root.pub'), 'utf8');
    const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    for (const visit of visits) checkVisit(visit, der.subarray(der.length - 64), decodeBlocks);
    assert.ok(visits.length > 2);
  });
});
