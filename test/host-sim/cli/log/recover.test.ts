/** `npm run log -- FILE --recover`: what the container's own recovery makes of an image. */
import assert from 'node:assert/strict';
import { KitFold } from '../../../../host-sim/backend/kit-fold.js';
import type { Recovery } from '../../../../host-sim/cli/log/recover.js';
import { type Day, loggedDay } from './fixture.js';

const SECTOR = 4096;

describe('npm run log --recover', function () {
  this.timeout(60_000);
  let day: Day;
  let whole: Recovery;
  before(async () => {
    day = await loggedDay();
    whole = (await recover(day.image)).recovery;
  });
  after(() => day.folder.remove());

  async function recover(image: Uint8Array, ...args: string[]) {
    const path = day.folder.write('flash.bin', image);
    const { code, out, err } = await day.folder.run(
      path,
      '--recover',
      '--format',
      'jsonl',
      ...args,
    );
    return { code, err, recovery: JSON.parse(out) as Recovery };
  }

  function damaged(damage: (bytes: Uint8Array) => void): Uint8Array {
    const bytes = day.image.slice();
    damage(bytes);
    return bytes;
  }

  it('holds what the log says: numbers, starts, receipts', () => {
    const { log } = day.lived;
    const receipts = log.records.filter(({ type }) => type === 'receipt');
    assert.equal(whole.fault, null);
    assert.equal(whole.epoch, log.epoch);
    assert.equal(whole.nextSequence, log.lastSequence + 1);
    assert.equal(whole.newestSegment, [...log.chainHashes.keys()].at(-1));
    assert.equal(whole.oldestSequence, 1);
    assert.equal(whole.receiptedSequence, receipts.at(-1)!.fields['sequence']);
    assert.equal(whole.bootCount, log.records.at(-1)!.boot);
    assert.equal(whole.isSealed, true);
    assert.deepEqual(whole.retiredSectors, []);
    assert.ok(whole.reads > 0 && whole.reads <= 64);
    assert.ok(whole.readBytes <= 8192);
  });

  it('holds the kits with custody, slot and verdict as they were recorded last', () => {
    const kits = new KitFold(day.lived.log.records);
    assert.equal(whole.kits.length, 2);
    for (const { kit, custody, slot, verdict } of whole.kits) {
      const life = kits.lifeAt(kit, day.lived.log.lastSequence)!;
      assert.equal(custody, life.custodyAt());
      assert.equal(verdict, life.verdictWordAt());
      assert.equal(slot, kit);
    }
    assert.deepEqual(
      whole.kits.map(({ custody }) => custody),
      ['taken', 'in'],
    );
  });

  it('shows what a start writes: the tail once more, then a new segment with its records', () => {
    const { start, newestSegment, nextSequence } = whole;
    const [tail, ...rest] = start;
    assert.equal(tail!.kind, 'program');
    assert.equal(tail!.sector, newestSegment);
    assert.match(tail!.what, new RegExp(`^record ${nextSequence - 1}, \\w+, once more`));
    const told = rest.map(({ kind, what }) => (kind === 'erase' ? 'erase' : what));
    const state = told.indexOf(`state of segment ${newestSegment + 1}`);
    const header = told.indexOf(`header of segment ${newestSegment + 1}`);
    const boot = told.indexOf(`record ${nextSequence}, boot`);
    assert.ok(state >= 0 && state < header && header < boot, told.join('\n'));
    assert.equal(told[boot + 1], `record ${nextSequence + 1}, config`);
  });

  it('is the same with the catalogue, which text says when it is not given', async () => {
    const catalogue = day.lived.setup.sim.catalogueFlash.image();
    const path = day.folder.write('catalogue.bin', catalogue);
    const { recovery } = await recover(day.image, '--catalogue', path);
    assert.equal(recovery.isCatalogueGiven, true);
    assert.ok(recovery.start.length > 0);
    const { start } = recovery;
    assert.deepEqual({ ...recovery, start }, { ...whole, isCatalogueGiven: true, start });
    const { out } = await day.folder.run(day.folder.write('flash.bin', day.image), '--recover');
    assert.match(out, /catalogue +not given/);
    assert.match(out, /\nkit 1, slot 1, taken: \w+.*; expires 20\d\d-/);
    assert.match(out, /\nAt its start it\n {2}programs \d+ bytes at 0x[0-9a-f]+: record \d+/);
  });

  it('goes on from damage as the container does, and says what the log lacks', async () => {
    const at = SECTOR + 400;
    const { code, err, recovery } = await recover(damaged((b) => (b[at] = b[at]! ^ 1)));
    assert.equal(code, 1);
    assert.match(err, /error: .*segment 1, offset 400 \(0x1190 in the file\)/);
    assert.equal(recovery.nextSequence, whole.nextSequence, 'an old segment is not needed');
  });

  it('begins an empty journal on blank flash', async () => {
    const { code, recovery } = await recover(new Uint8Array(16 * SECTOR).fill(0xff));
    assert.deepEqual([code, recovery.fault, recovery.isEmpty], [0, null, true]);
    assert.ok(recovery.start.some(({ what }) => what === 'record 1, boot'));
  });

  it('ends with 1 where the container would not start, and names the fault', async () => {
    const { code, err, recovery } = await recover(
      damaged((bytes) => bytes.fill(0x5a, 0, bytes.length)).slice(),
      '--as',
      'image',
    );
    assert.equal(code, 1);
    assert.equal(recovery.fault, 'foreignImage');
    assert.deepEqual(recovery.start, []);
    assert.match(err, /error: .*recovery fails: foreignImage/);
  });
});
