import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { type FlashOp, NorFlash, PowerCut } from '../../../host-sim/ports/flash.js';
import { TEARS, type Tear } from '../../../host-sim/ports/flash-tear.js';

const BYTES = 4 * SECTOR_BYTES;

function makeFlash(seed = 1, onOp?: (op: FlashOp) => void) {
  const time = { ms: 0 };
  const flash = new NorFlash({ region: 'journal', bytes: BYTES, seed, nowMs: () => time.ms, onOp });
  return { flash, time };
}

function readBack(flash: NorFlash, address: number, length: number): number[] {
  const into = new Uint8Array(length);
  assert.equal(flash.read(address, into, length), length);
  return [...into];
}

describe('NOR flash', () => {
  it('is all ones at first', () => {
    const { flash } = makeFlash();
    assert.equal(flash.size(), BYTES);
    assert.ok(flash.image().every((byte) => byte === 0xff));
  });

  it('keeps what was programmed, and only clears bits', () => {
    const { flash } = makeFlash();
    assert.equal(flash.program(16, Uint8Array.of(0, 0xf0, 0xaa), 1, 2), 2);
    assert.deepEqual(readBack(flash, 15, 4), [0xff, 0xf0, 0xaa, 0xff]);
    assert.equal(flash.program(16, Uint8Array.of(0x30), 0, 1), 1);
    assert.deepEqual(readBack(flash, 16, 1), [0x30]);
  });

  it('follows the rule of NOR for any bytes, or throws an error that names the address', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 2 }), ([old, wanted]) => {
        const { flash } = makeFlash();
        flash.program(7, Uint8Array.of(old!), 0, 1);
        const again = () => flash.program(7, Uint8Array.of(wanted!), 0, 1);
        if ((old! & wanted!) === wanted) {
          again();
          assert.deepEqual(readBack(flash, 7, 1), [wanted]);
        } else {
          assert.throws(again, /journal: program at 0x7 sets bits/);
          assert.deepEqual(readBack(flash, 7, 1), [old]);
        }
      }),
    );
  });

  const forbidden: readonly [name: string, use: (flash: NorFlash) => unknown, message: RegExp][] = [
    ['crossing a page', (f) => f.program(250, new Uint8Array(7), 0, 7), /at 0xfa crosses a page/],
    [
      'programming beyond the end',
      (f) => f.program(BYTES - 1, new Uint8Array(2), 0, 2),
      /program of 2 bytes at 0x3fff/,
    ],
    [
      'reading beyond the end',
      (f) => f.read(BYTES, new Uint8Array(1), 1),
      /read of 1 bytes at 0x4000/,
    ],
    ['a negative address', (f) => f.read(-1, new Uint8Array(1), 1), /read of 1 bytes at 0x-1/],
    ['erasing a sector that is not there', (f) => f.startErase(4), /erase of 4096 bytes at 0x4000/],
  ];
  for (const [name, use, message] of forbidden) {
    it(`refuses ${name}`, () => assert.throws(() => use(makeFlash().flash), message));
  }

  it('refuses buffers that are too small with a fault', () => {
    const { flash } = makeFlash();
    assert.equal(flash.read(0, new Uint8Array(3), 4), FAULT.overflow);
    assert.equal(flash.program(0, new Uint8Array(3), 1, 3), FAULT.overflow);
  });

  it('erases one sector in 45 ms, and lets others be used meanwhile', () => {
    const { flash, time } = makeFlash();
    flash.program(SECTOR_BYTES, Uint8Array.of(1), 0, 1);
    assert.equal(flash.startErase(1), 0);
    assert.equal(flash.startErase(2), FAULT.busy);
    assert.equal(flash.program(0, Uint8Array.of(9), 0, 1), 1);
    assert.throws(() => readBack(flash, SECTOR_BYTES, 1), /while sector 1 is being erased/);
    assert.throws(() => readBack(flash, SECTOR_BYTES - 1, 2), /while sector 1 is being erased/);
    time.ms = 44;
    assert.equal(flash.pollErase(), 0);
    time.ms = 45;
    assert.equal(flash.pollErase(), 1);
    assert.equal(flash.pollErase(), FAULT.absent);
    assert.deepEqual(readBack(flash, SECTOR_BYTES, 1), [0xff]);
    assert.deepEqual(readBack(flash, 0, 1), [9]);
  });

  it('fails to erase a sector that is worn out, and keeps its bytes', () => {
    const { flash, time } = makeFlash();
    flash.program(0, Uint8Array.of(1), 0, 1);
    flash.wearOut(0);
    flash.startErase(0);
    time.ms = 100;
    assert.equal(flash.pollErase(), FAULT.flashFailed);
    assert.deepEqual(readBack(flash, 0, 1), [1]);
  });

  it('counts and tells every operation in order', () => {
    const ops: FlashOp[] = [];
    const { flash, time } = makeFlash(1, (op) => ops.push(op));
    flash.program(8, Uint8Array.of(1, 2, 3), 1, 2);
    time.ms = 7;
    flash.startErase(3);
    readBack(flash, 0, 10);
    assert.deepEqual(ops, [
      {
        region: 'journal',
        kind: 'program',
        atMs: 0,
        address: 8,
        length: 2,
        hex: '0203',
      },
      {
        region: 'journal',
        kind: 'erase',
        atMs: 7,
        address: 3 * SECTOR_BYTES,
        length: SECTOR_BYTES,
      },
    ]);
    const { programs, programmedBytes, erases, reads, readBytes, busyMicros } = flash.counters;
    assert.deepEqual([programs, programmedBytes, erases, reads, readBytes], [1, 2, 1, 1, 10]);
    assert.ok(busyMicros > 45_000);
    assert.equal(flash.operations, 2);
  });

  it('can start from an image', () => {
    const { flash } = makeFlash();
    flash.program(100, Uint8Array.of(42), 0, 1);
    const other = makeFlash().flash;
    other.load(flash.image());
    assert.deepEqual(other.image(), flash.image());
    assert.throws(() => other.load(new Uint8Array(5)), /image of 5 bytes, expected 16384/);
  });
});

describe('a power cut in the middle of an operation', () => {
  const OLD = 0b1111_0000;
  const NEW = 0b1010_0000;
  const cutProgram = (tear: Tear, seed: number) => {
    const { flash } = makeFlash(seed);
    flash.program(0, new Uint8Array(64).fill(OLD), 0, 64);
    flash.cutAt(2, tear);
    assert.throws(() => flash.program(0, new Uint8Array(64).fill(NEW), 0, 64), PowerCut);
    return flash;
  };

  it('stops everything until the next boot', () => {
    const flash = cutProgram('clean', 1);
    assert.throws(() => flash.image() && flash.read(0, new Uint8Array(1), 1), /used without power/);
    assert.throws(() => flash.startErase(0), PowerCut);
    flash.boot(-1);
    assert.deepEqual(readBack(flash, 0, 1), [OLD]);
  });

  for (const tear of TEARS) {
    it(`leaves only bits that were there or wanted (${tear}), otherwise for each seed`, () => {
      const outcomes = new Set<string>();
      for (let seed = 1; seed <= 20; seed++) {
        const flash = cutProgram(tear, seed);
        flash.boot(-1);
        const bytes = readBack(flash, 0, 64);
        for (const byte of bytes) {
          assert.equal(byte & ~OLD, 0, 'a bit that was 0 is 1');
          assert.equal(byte & NEW, NEW, 'a bit that was to stay is gone');
        }
        outcomes.add(bytes.join());
      }
      assert.equal(outcomes.size === 1, tear === 'clean');
    });
  }

  it('as a prefix: done up to a byte, nothing after it', () => {
    const flash = cutProgram('prefix', 5);
    flash.boot(-1);
    const bytes = readBack(flash, 0, 64);
    const done = bytes.filter((byte) => byte === NEW).length;
    assert.deepEqual(bytes, [
      ...new Array<number>(done).fill(NEW),
      ...new Array<number>(64 - done).fill(OLD),
    ]);
  });

  it('may leave bits that read differently each time, until they are programmed or erased', () => {
    const flash = cutProgram('unstable', 3);
    flash.boot(-1);
    const reads = new Set(Array.from({ length: 12 }, () => readBack(flash, 0, 64).join()));
    assert.ok(reads.size > 1);
    flash.program(0, new Uint8Array(64).fill(NEW), 0, 64);
    assert.deepEqual(new Set(readBack(flash, 0, 64)), new Set([NEW]));
  });

  it('tears an erase that runs when the world’s power goes, and none that was done', () => {
    const eraseAt = (powerLostMs: number) => {
      const { flash, time } = makeFlash(4);
      flash.program(0, new Uint8Array(256), 0, 256);
      time.ms = 1000;
      flash.startErase(0);
      time.ms = 5000;
      flash.boot(powerLostMs);
      return readBack(flash, 0, 256).filter((byte) => byte === 0xff).length;
    };
    assert.ok(eraseAt(1010) < 250);
    assert.equal(eraseAt(1045), 256);
    assert.equal(eraseAt(-1), 256);
  });
});
