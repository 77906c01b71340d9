/** `npm run log` on journals that have come round: wrapped, with bad sectors, thinned for room. */
import assert from 'node:assert/strict';
import { RECORD } from '../../../../firmware/core/record/schema.js';
import { JournalBox } from '../../../support/journal-box.js';
import { makeRecord } from '../../../support/records.js';
import { ThinBox } from '../../../support/thin-box.js';
import { Folder } from './fixture.js';

const SECTOR = 4096;

describe('npm run log, of a small journal', function () {
  this.timeout(60_000);
  const folder = new Folder();
  after(() => folder.remove());

  interface Life {
    readonly readings: number;
    /** A receipt after so many readings; without one nothing is ever given up. */
    readonly receiptEach?: number;
    readonly badSectors?: readonly number[];
    readonly isThinned?: boolean;
  }

  /** The flash of a journal of 16 sectors. */
  function live({ readings, receiptEach, badSectors = [], isThinned = false }: Life): Uint8Array {
    const options = { sectorCount: 16, badSectors };
    const box = isThinned ? new ThinBox(options) : new JournalBox(options);
    assert.equal(box.boot(), 0);
    box.storeBoot();
    for (let i = 1; i <= readings; i++) {
      const noise = (i * 7919) % 97;
      let last = box.store(
        makeRecord(RECORD.reading, i * 60, [500 + (noise % 3), 400 + noise, 390]),
      );
      if (i % 400 === 0) last = box.store(makeRecord(RECORD.lid, i * 60, [(i / 400) & 1]));
      if (receiptEach !== undefined && i % receiptEach === 0) box.storeReceipt(last, i * 60);
    }
    return box.flash.image();
  }

  const numbersOf = (lines: readonly string[]): number[] =>
    lines.map((line) => Number(/^ *(\d+) /.exec(line)![1]));

  it('that wrapped: what was given up is a note, what is left is whole', async () => {
    const { code, err, lines } = await folder.run(
      folder.write('wrapped.bin', live({ readings: 30_000, receiptEach: 1000 })),
    );
    assert.equal(code, 0, err);
    const numbers = numbersOf(lines);
    assert.ok(numbers[0]! > 1);
    assert.ok(
      err.includes(`note: `) && err.includes(`starts with record ${numbers[0]}: those`),
      err,
    );
    numbers.forEach((number, i) => assert.equal(number, numbers[0]! + i));
  });

  it('that wrapped and was cut off: its segments tell how large the flash was', async () => {
    const whole = live({ readings: 30_000, receiptEach: 1000 });
    for (const sectors of [8, 11]) {
      const path = folder.write('cut.bin', whole.subarray(0, sectors * SECTOR));
      const { code, err, lines } = await folder.run(path);
      assert.equal(code, 1);
      const missing = `${(16 - sectors) * SECTOR} bytes are missing`;
      const reason = 'the numbers of its segments are those of 16 sectors';
      assert.ok(err.includes(`${missing}, ${reason}`), err);
      assert.match(err, /segments \d+ to \d+ cannot be read; missing: records /);
      assert.ok(lines.length > 0);
    }
  });

  it('that lost a segment of the lap before', async () => {
    const whole = live({ readings: 30_000, receiptEach: 1000 });
    const numbers = Array.from({ length: 16 }, (_, s) =>
      new DataView(whole.buffer).getInt32(s * SECTOR + 12, true),
    );
    const oldest = Math.min(...numbers.filter((n) => n > 0));
    whole.fill(0x11, (oldest % 16) * SECTOR, (oldest % 16) * SECTOR + 100);
    const { code, err } = await folder.run(folder.write('lost.bin', whole));
    assert.equal(code, 1);
    assert.match(err, new RegExp(`segment ${oldest} cannot be read; missing: records up to \\d+`));
  });

  it('with sectors that are not used: numbers of segments leap, nothing is missing', async () => {
    const image = live({ readings: 12_000, receiptEach: 1000, badSectors: [3, 4, 9] });
    const { code, err, lines } = await folder.run(folder.write('bad.bin', image));
    assert.equal(code, 0, err);
    const numbers = numbersOf(lines);
    numbers.forEach((number, i) => assert.equal(number, numbers[0]! + i));
    assert.ok(lines.some((line) => /fault +Fault: sector retired \(3, /.test(line)));
  });

  it('that was thinned: events are there under their own numbers, ranges are told', async () => {
    const image = live({ readings: 40_000, isThinned: true });
    const path = folder.write('thinned.bin', image);
    const { code, err, lines } = await folder.run(path);
    assert.equal(code, 0, err);
    assert.match(err, /note: .*: of records 1 to \d+ .* the readings were thinned for room\n/);
    const kept = lines.filter((line) => /\(kept in record \d+\)$/.test(line));
    assert.ok(kept.length > 3);
    assert.deepEqual(
      kept.filter((line) => !/ (lid|boot|thinned) +/.test(line)),
      [],
    );
    const told = JSON.parse((await folder.run(path, '--stats', '--format', 'jsonl')).out) as {
      journals: { thinned: { fromSequence: number; toSequence: number }[] }[];
    };
    const ranges = told.journals[0]!.thinned;
    assert.ok(ranges.length > 0);
    ranges.forEach(({ fromSequence, toSequence }) => assert.ok(fromSequence <= toSequence));
    assert.match(
      (await folder.run(path, '--stats')).out,
      /\nthinned +records \d+ to \d+, as record/,
    );
  });
});
