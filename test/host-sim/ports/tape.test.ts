/**
 * A tape plays back what it recorded, byte for byte, and says exactly where a container does
 * something else. The format's own bytes are held against TAPE.md.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { TapeReader, TapeSink } from '../../../host-sim/ports/tape-bytes.js';
import { CALLS, type Call } from '../../../host-sim/ports/tape-table.js';
import {
  TapePlayer,
  createMemoryRecorder,
  createTapeRecorder,
  replayTape,
} from '../../../host-sim/ports/tape.js';
import {
  TOY_CALLS,
  TOY_LIMITS,
  type Toy,
  type ToyChange,
  bytesOf,
  createToy,
  recordToy,
  toyPorts,
} from './tape-toy.js';

function replayChanged(tape: Uint8Array, change: ToyChange): void {
  replayTape(tape, (ports) => createToy(ports, change));
}

describe('tape', () => {
  const recorded = recordToy(3);

  it('knows every method that the toy calls, and the toy calls every method', () => {
    const names = CALLS.filter((call) => call !== undefined).map(({ name }) => name);
    assert.deepEqual([...TOY_CALLS].sort(), names.sort());
  });

  it('is passed by the container that made it, which hears the same', () => {
    let toy: Toy | undefined;
    const result = replayTape(recorded.tape, (ports, limits) => {
      assert.deepEqual(limits, TOY_LIMITS);
      toy = createToy(ports);
      return toy;
    });
    assert.deepEqual(result, { boots: 1, steps: 3, calls: 3 * TOY_CALLS.length, cuts: 0 });
    assert.deepEqual(toy?.heard, recorded.heard);
    assert.ok(recorded.heard.some((line) => line === `accelerometer.poll 2 ${heardFifo(1)}`));
  });

  it('hands its bytes on in chunks that together are the tape', () => {
    const chunks: Uint8Array[] = [];
    const recorder = createTapeRecorder(TOY_LIMITS, (chunk) => chunks.push(chunk));
    recorder.boot();
    const toy = createToy(recorder.wrap(toyPorts()));
    for (let i = 0; i < 300; i++) recorder.step(toy.step());
    recorder.finish();
    assert.ok(chunks.length > 1, 'more than one chunk');
    const { tape } = recordToy(300);
    assert.ok(Buffer.concat(chunks).equals(tape));
    assert.equal(replayTape(tape, (ports) => createToy(ports)).steps, 300);
  });

  it('spends two bytes on a read whose bytes have not changed', () => {
    const into = new Uint8Array(12);
    const lengthAfter = (times: number): number => {
      const probe = createMemoryRecorder(TOY_LIMITS);
      const wrapped = probe.wrap(toyPorts());
      for (let i = 0; i < times; i++) wrapped.inputs.read(into);
      probe.finish();
      return probe.bytes().length;
    };
    assert.equal(lengthAfter(1) - lengthAfter(0), 1 + 1 + 1 + 12);
    assert.equal(lengthAfter(2) - lengthAfter(1), 2);
  });

  it('refuses to record an answer that is no int32', () => {
    const recorder = createMemoryRecorder(TOY_LIMITS);
    const ports = recorder.wrap({ ...toyPorts(), watchdog: { kick: () => 2 ** 31 } });
    assert.throws(
      () => ports.watchdog.kick(),
      /answer of watchdog.kick is 2147483648, expected an int32/,
    );
  });

  describe('names call, step, boot and day where', () => {
    const place = /call \d+, step 2, boot 1, day 2 \(uptime 86400 s, 2020-01-01T00:02:00Z\)/;
    const cases: readonly (readonly [what: string, change: ToyChange, expected: RegExp])[] = [
      [
        'a call is left out',
        { at: 'inputs.read', times: 0 },
        /call: expected inputs.read, got inputs.readDockId/,
      ],
      [
        'a call is made twice',
        { at: 'inputs.read', times: 2 },
        /call: expected inputs.readDockId, got inputs.read/,
      ],
      [
        'the last call of a step is left out',
        { at: 'watchdog.kick', times: 0 },
        /expected watchdog.kick, got the end of the step, which returned 250 ms/,
      ],
      [
        'a step makes one call more than before',
        { at: 'watchdog.kick', times: 2 },
        /call: expected the end of the step, got watchdog.kick/,
      ],
      [
        'an int argument differs',
        { at: 'clock.setWall', ints: [5, 2] },
        /argument wallS of clock.setWall: expected 190000002, got 5/,
      ],
      [
        'the second int argument differs',
        { at: 'journalFlash.read', ints: [4096, 4] },
        /argument length of journalFlash.read: expected 5, got 4/,
      ],
      [
        'an argument that only says where in the buffer differs',
        { at: 'journalFlash.program', ints: [256, 0, 3] },
        /argument from of journalFlash.program: expected 1, got 0/,
      ],
      [
        'a byte that is handed in differs',
        { at: 'journalFlash.program', buffer: bytesOf(0, 10, 11, 99, 0) },
        /bytes of journalFlash.program from byte 2: expected 0x0c, got 0x63/,
      ],
      [
        'fewer bytes are handed in than the argument says',
        { at: 'link.send', buffer: bytesOf(1, 2) },
        /number of bytes of link.send: expected 3, got 2/,
      ],
      [
        'the buffer has no room for the answer',
        { at: 'probes.poll', buffer: new Uint8Array(4) },
        /room in the buffer of probes.poll: expected 8 bytes, got 4/,
      ],
      ['a step returns another sleep', { sleepMs: 251 }, /expected sleep of 250 ms, got 251 ms/],
    ];
    for (const [what, change, expected] of cases) {
      it(what, () => {
        assert.throws(
          () => replayChanged(recorded.tape, { ...change, step: 2 }),
          (error: Error) => expected.test(error.message) && place.test(error.message),
        );
      });
    }

    it('any call is left out', () => {
      for (const at of TOY_CALLS) {
        assert.throws(() => replayChanged(recorded.tape, { at, step: 2, times: 0 }), {
          message: new RegExp(`differs in call \\d+, step 2.*expected ${at}`),
        });
      }
    });
  });

  it('does not let a container go on that catches the difference', () => {
    const swallowing: Parameters<typeof replayTape>[1] = (ports) => ({
      step: () => {
        try {
          ports.watchdog.kick();
        } catch {
          return 250;
        }
        return 250;
      },
    });
    assert.throws(() => replayTape(recorded.tape, swallowing), /expected clock.read, got watchdog/);
  });

  describe('power cuts', () => {
    /** Boot, a step, a step that loses power at its third call, boot, a step. */
    function recordCut(): Uint8Array {
      const recorder = createMemoryRecorder(TOY_LIMITS);
      recorder.boot();
      const toy = createToy(recorder.wrap(toyPorts(TOY_CALLS.length + 13)));
      recorder.step(toy.step());
      assert.throws(() => toy.step(), /power cut/);
      recorder.boot();
      recorder.step(createToy(recorder.wrap(toyPorts())).step());
      recorder.finish();
      return recorder.bytes();
    }

    it('end the container in the middle of the call and boot a new one', () => {
      const result = replayTape(recordCut(), (ports) => createToy(ports));
      const calls = 2 * TOY_CALLS.length + 13;
      assert.deepEqual(result, { boots: 2, steps: 2, calls, cuts: 1 });
    });

    it('compare what was asked of the call that never returned', () => {
      const change: ToyChange = {
        at: 'journalFlash.program',
        step: 2,
        buffer: bytesOf(1, 1, 1, 1),
      };
      assert.throws(
        () => replayChanged(recordCut(), change),
        /bytes of journalFlash.program from byte 0: expected 0x0a0b0c, got 0x010101/,
      );
    });
  });

  describe('damage', () => {
    it('is a clear error wherever the tape is cut off', () => {
      const { tape } = recordToy(1);
      for (let length = 0; length < tape.length; length++) {
        assert.throws(
          () => replayTape(tape.subarray(0, length), (ports) => createToy(ports)),
          (error: Error) => error.message.startsWith(`Tape truncated: it ends at byte ${length}`),
          `cut off at ${length}`,
        );
      }
    });

    it('is found in any byte', () => {
      const { tape } = recordToy(1);
      for (let at = 0; at < tape.length; at++) {
        const altered = tape.slice();
        altered[at] = altered[at]! ^ 1;
        assert.throws(() => replayTape(altered, (ports) => createToy(ports)), `byte ${at}`);
      }
    });

    it('names what is no tape, and what is one of another version', () => {
      const { tape } = recordToy(1);
      const played = (at: number, value: number) => () => {
        const altered = tape.slice();
        altered[at] = value;
        return new TapePlayer(altered);
      };
      assert.throws(played(0, 81), /Not a tape: it begins with "QVT1", expected "PVT1"/);
      assert.throws(played(4, 2), /Tape of version 2, expected 1/);
      assert.throws(played(5, 99), /Tape of record format 99, expected 2/);
    });

    it('refuses bytes behind the end', () => {
      const longer = new Uint8Array([...recordToy(1).tape, 0]);
      assert.throws(
        () => replayTape(longer, (ports) => createToy(ports)),
        /1 bytes follow its end/,
      );
    });
  });

  describe('TAPE.md', () => {
    const text = readFileSync(join(__dirname, '../../../host-sim/ports/TAPE.md'), 'utf8');

    it('prints the port table as it is', () => {
      const printed = text.split('\n').filter((line) => /^\| \d+ \| \w+\.\w+ \|/.test(line));
      const rows = CALLS.filter((call) => call !== undefined).map(rowOf);
      assert.deepEqual(printed, rows);
    });

    it('describes these bytes', () => {
      const recorder = createMemoryRecorder(TOY_LIMITS);
      recorder.boot();
      const ports = recorder.wrap({ ...toyPorts(), watchdog: { kick: () => -25 } });
      ports.clock.setWall(-2, 300);
      ports.watchdog.kick();
      ports.indicator.show(bytesOf(7, 8, 9), 2);
      recorder.step(64);
      recorder.finish();
      const hex = Buffer.from(recorder.bytes()).toString('hex');
      const header = '50565431' + '0102' + '0302' + '3c00' + 'f401' + '00000100' + '00';
      const probes = '010203' + '00'.repeat(13);
      const calls = '01' + '03' + 'd804' + '02' + ('60' + '31') + ('58' + '04' + '02' + '0708');
      const end = '00' + ('79' + '8001') + '78';
      assert.equal(hex.slice(0, -8), header + probes + '7a' + calls + end);
    });
  });

  it('reads back every int32 and count', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer(), fc.nat())), (pairs) => {
        const chunks: Uint8Array[] = [];
        const sink = new TapeSink((chunk) => chunks.push(chunk));
        for (const [int, count] of pairs) {
          sink.int(int);
          sink.count(count);
        }
        sink.flush();
        const reader = new TapeReader(new Uint8Array(Buffer.concat(chunks)));
        for (const [int, count] of pairs) {
          assert.equal(reader.int('int'), int);
          assert.equal(reader.count('count'), count);
        }
        assert.equal(reader.at, reader.tape.length);
      }),
    );
  });
});

function heardFifo(fill: number): string {
  return Buffer.from([
    ...new Array<number>(22).fill(fill),
    ...new Array<number>(42).fill(0),
  ]).toString('hex');
}

function rowOf(call: Call): string {
  const carried = carriedText(call);
  const direction = call.direction === 'none' ? '' : call.direction;
  return `| ${call.op} | ${call.name} | ${call.ints.join(', ')} | ${direction} | ${carried} |`;
}

function carriedText(call: Call): string {
  const rule = call.length;
  if (call.direction === 'none') return '';
  if ('fixed' in rule) return `${rule.fixed}`;
  if ('each' in rule) {
    return rule.header === 0 ? 'answer' : `${rule.header} + ${rule.each} × answer`;
  }
  const from = rule.from === undefined ? '' : `, beginning at \`${call.ints[rule.from]}\``;
  return `${call.ints[rule.argument]}${from}`;
}
