/** `npm run verify` from its arguments to its exit code. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeHandoff, handoffHead } from '../../../host-sim/backend/handoff-file.js';
import { pemOfPublicKey, publicKeyOfPem } from '../../../host-sim/cli/root-key.js';
import { verifyRun } from '../../../host-sim/cli/verify-run.js';
import { type Morning, morning } from './handoff-fixture.js';
import { FakeTerminal } from './run-fixture.js';

describe('npm run verify', function () {
  this.timeout(60_000);
  let folder: string;
  let file: string;
  let day: Morning;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plasmavakt-verify-'));
    file = join(folder, 'handoff.bin');
    day = await morning();
    writeFileSync(file, encodeHandoff(day.lived.journey.received));
    writeFileSync(join(folder, 'root.pub'), pemOfPublicKey(day.rootPublicKey));
  });
  after(() => rmSync(folder, { recursive: true }));

  async function verify(...args: string[]) {
    const [stdout, stderr] = [new FakeTerminal(), new FakeTerminal()];
    const code = await verifyRun(args, { stdout, stderr });
    return { code, out: stdout.text, err: stderr.text };
  }

  function written(name: string, content: Uint8Array | string): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  it('ends with 0 and names container, epoch, records, checkpoints', async () => {
    const { code, out, err } = await verify(file);
    assert.deepEqual([code, err], [0, '']);
    const { sequence } = day.lived.journey.handoffs.at(-1)!;
    assert.match(out, /container +\(8003\) 09521234100010BOX1\n/);
    assert.match(out, /logger +\(8004\) 952123LOG1, epoch -?\d+\n/);
    assert.match(out, new RegExp(`proven +records 1 to ${sequence}\\n`));
    const hash = Buffer.from(day.lived.log.chainHashAt(sequence)).toString('hex');
    assert.ok(out.includes(`record ${sequence}\n    chain hash ${hash}`), out);
    assert.match(out, /all of it verifies under .*root\.pub\n$/);
  });

  it('--json prints one object', async () => {
    const { code, out } = await verify(file, '--json');
    assert.equal(code, 0);
    const told = JSON.parse(out) as { isVerified: boolean; journals: Record<string, unknown>[] };
    assert.equal(told.isVerified, true);
    const [journal] = told.journals;
    assert.equal(journal!['grai'], '800309521234100010BOX1');
    assert.equal(journal!['fromSequence'], 1);
    assert.equal((journal!['checkpoints'] as unknown[]).length, day.visits.length);
  });

  it('ends with 1 and the first bad thing, whatever byte was altered', async () => {
    const [dock, ...proven] = day.visits[0]!;
    const whole = encodeHandoff(day.visits[0]!);
    const from = encodeHandoff([dock!]).length; // where it was stands under no signature
    const header = whole.length - encodeHandoff(proven.slice(2)).length + 4 + 5 + 6;
    let tried = 0;
    for (let at = from; at < whole.length; at += 13, tried++) {
      if (at === header + 70 || at === header + 71) continue; // reserved: without meaning
      const bytes = whole.slice();
      bytes[at] = bytes[at]! ^ 0x04;
      const { code, err } = await verify(written('altered.bin', bytes));
      assert.equal(code, 1, `byte ${at}`);
      assert.match(err, /^error: .*altered\.bin: (Visit 1|Hand-off at offset \d+)/, `byte ${at}`);
    }
    assert.ok(tried > 30);
  });

  it('ends with 1 for a file that is cut short, empty, or none of these', async () => {
    const whole = encodeHandoff(day.lived.journey.received);
    const cut = await verify(written('cut.bin', whole.subarray(0, -3)));
    assert.equal(cut.code, 1);
    assert.match(cut.err, /Hand-off at offset \d+: \d+ bytes, expected \d+/);
    assert.match(cut.out, /records 1 to /, 'what stands before it is proven all the same');
    const empty = await verify(written('empty.bin', handoffHead()));
    assert.deepEqual([empty.code, /without a visit/.test(empty.err)], [1, true]);
    const none = await verify(written('none.bin', 'PK\u0003\u0004 something else'));
    assert.deepEqual([none.code, /expected 'PVH1'/.test(none.err)], [1, true]);
  });

  it('ends with 1 under another root, in --json too', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const root = written('other.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const { code, out, err } = await verify(file, '--root', root, '--json');
    assert.equal(code, 1);
    assert.match(err, /Visit 1 at 4149521234000013: /);
    assert.equal((JSON.parse(out) as { isVerified: boolean }).isVerified, false);
  });

  it('ends with 2 for options or a key that cannot be used', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const spki = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const alone = join(folder, 'alone');
    mkdirSync(alone);
    const lonely = written(join('alone', 'handoff.bin'), handoffHead());
    const cases: [args: string[], expectation: RegExp][] = [
      [[], /missing required argument 'FILE'/],
      [['/no/such/file'], /there is none/],
      [[folder], /this is a folder/],
      [[file, '--rot', 'x'], /unknown option '--rot'/],
      [[file, '--root', '/no/such.pub'], /there is none/],
      [[lonely], /there is no .*root\.pub, expected --root FILE/],
      [[file, '--root', written('p384.pub', spki)], /P-256, found one of P-384/],
      [[file, '--root', written('secret.pem', secret)], /expected a public key in PEM/],
      [[file, '--root', written('text.pub', 'not a key')], /expected a public key in PEM/],
    ];
    for (const [args, expectation] of cases) {
      const { code, err } = await verify(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(err, expectation);
    }
  });

  it('ends with 0 after --help, which says what the key must be', async () => {
    const { code, out } = await verify('--help');
    assert.equal(code, 0);
    assert.match(out, /root\.pub in the folder of FILE/);
  });
});

describe('root.pub', () => {
  it('is read as it was written', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x, y } = publicKey.export({ format: 'jwk' });
    const xy = Buffer.concat([Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')]);
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    assert.equal(pemOfPublicKey(xy), pem);
    assert.deepEqual(publicKeyOfPem(pem), Uint8Array.from(xy));
  });
});
