import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { FAULT } from '../../firmware/core/faults.js';
import { DockContact } from '../../firmware/device/drivers/dock-contact.js';
import { FakeSerial } from './fakes/pins.js';
import { dockFrame, FakeTicks, InputBench, PIN } from './rigs.js';

const BANK = '4149521234000013';
const BASE = '4149521234000020254BAY7';

class Bench {
  readonly serial = new FakeSerial();
  readonly time = new FakeTicks(2 ** 31 - 500);
  newIds = 0;
  readonly contact = new DockContact(
    this.serial.io,
    { receive: 18, port: 1 },
    this.time.ticks,
    () => (this.newIds += 1),
  );

  send(...bytes: number[]): void {
    this.serial.receive(bytes);
    this.serial.deliver();
  }

  id(): string | number {
    const into = new Uint8Array(40);
    const length = this.contact.read(into);
    return length < 0 ? length : Buffer.from(into.subarray(0, length)).toString();
  }
}

describe('the dock’s contact', () => {
  it('listens at 9600 baud, on a port that is not the console’s', () => {
    const { serial } = new Bench();
    const { baud, port, receive, format } = serial.opened[0]!;
    assert.deepEqual(
      { baud, port, receive, format },
      {
        baud: 9600,
        port: 1,
        receive: 18,
        format: 'number',
      },
    );
  });

  it('hands on the id of a frame, however its bytes come in', () => {
    const cuts = fc.array(fc.nat(60), { maxLength: 6 });
    fc.assert(
      fc.property(cuts, fc.constantFrom(BANK, BASE), (at, id) => {
        const bench = new Bench();
        const frame = dockFrame(id);
        let from = 0;
        for (const end of [...at.sort((a, b) => a - b), frame.length]) {
          bench.send(...frame.slice(from, end));
          from = Math.max(from, Math.min(end, frame.length));
        }
        assert.equal(bench.id(), id);
      }),
    );
  });

  it('finds a frame behind any noise that holds no mark, and behind a cut one', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xa4), { maxLength: 60 }), (noise) => {
        const bench = new Bench();
        bench.send(...noise, ...dockFrame(BANK));
        assert.equal(bench.id(), BANK);
      }),
    );
    const bench = new Bench();
    bench.send(0xa5, 0xa5, 0x5a, 9, ...dockFrame(BANK).slice(0, 2), ...dockFrame(BANK));
    bench.send(...dockFrame(BANK));
    assert.equal(bench.id(), BANK);
    const doubled = new Bench();
    doubled.send(0xa5, ...dockFrame(BANK));
    assert.equal(doubled.id(), BANK);
  });

  it('is as its description’s example', () => {
    const path = join(__dirname, '..', '..', 'firmware', 'device', 'DOCK-CONTACT.md');
    const [, hex] = /^Example.*`(a5 5a [0-9a-f ]+)`/m.exec(readFileSync(path, 'utf8'))!;
    const bench = new Bench();
    bench.send(...Buffer.from(hex!.replaceAll(' ', ''), 'hex'));
    assert.equal(bench.id(), BANK);
  });

  it('takes no frame with any one bit wrong behind its marks', () => {
    const frame = dockFrame(BANK);
    for (let bit = 16; bit < 8 * frame.length; bit++) {
      const bench = new Bench();
      bench.send(...frame.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)));
      assert.equal(bench.id(), FAULT.absent, `bit ${bit}`);
    }
  });

  it('takes no frame of another version, of no length or of too great a one', () => {
    for (const [at, value] of [
      [2, 2],
      [3, 0],
      [3, 41],
    ] as const) {
      const bench = new Bench();
      bench.send(...dockFrame(BANK).map((byte, i) => (i === at ? value : byte)));
      assert.equal(bench.id(), FAULT.absent);
      bench.send(...dockFrame(BANK));
      assert.equal(bench.id(), BANK);
    }
  });

  it('knows an id for two seconds after its last frame', () => {
    const bench = new Bench();
    bench.send(...dockFrame(BANK));
    bench.time.nowMs += 2000;
    assert.equal(bench.id(), BANK);
    bench.time.nowMs += 1;
    assert.equal(bench.id(), FAULT.absent);
  });

  it('tells once of an id that is new, and again of another or after a pause', () => {
    const bench = new Bench();
    const told: number[] = [];
    for (const [id, pauseMs] of [
      [BANK, 0],
      [BANK, 250],
      [BANK, 250],
      [BASE, 250],
      [BASE, 3000],
    ] as const) {
      bench.time.nowMs += pauseMs;
      bench.send(...dockFrame(id));
      told.push(bench.newIds);
    }
    assert.deepEqual(told, [1, 1, 1, 2, 3]);
    assert.equal(bench.contact.idCount, 3);
    assert.equal(bench.id(), BASE);
  });

  it('loses a frame when nobody reads for long, and not the next one', () => {
    const bench = new Bench();
    for (let i = 0; i < 10; i++) bench.serial.receive(dockFrame(BANK).slice(0, 19));
    bench.serial.deliver();
    assert.equal(bench.id(), FAULT.absent);
    bench.send(...dockFrame(BASE));
    bench.send(...dockFrame(BASE));
    assert.equal(bench.id(), BASE);
  });

  it('has no id without contact, and forgets it when contact ends', () => {
    const bench = new InputBench();
    const into = new Uint8Array(40);
    bench.frame = dockFrame(BANK);
    bench.run(1000);
    assert.equal(bench.port.readDockId(into), FAULT.absent);
    bench.digital.pull(PIN.dock, true);
    bench.run(1000);
    assert.equal(bench.port.readDockId(into), BANK.length);
    bench.frame = [];
    bench.digital.pull(PIN.dock, false);
    bench.run(300);
    bench.digital.pull(PIN.dock, true);
    bench.run(300);
    assert.equal(bench.port.readDockId(into), FAULT.absent);
  });

  it('is news for the container: it should step', () => {
    const bench = new InputBench();
    const before = bench.port.revision;
    bench.frame = dockFrame(BANK);
    bench.run(100);
    assert.equal(bench.port.revision, before + 1);
    assert.equal(bench.wakeCount, 1);
  });
});
