import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import { MESSAGE, OBJECT } from '../../../firmware/core/handoff/protocol.js';
import { IDLE_MS } from '../../../firmware/core/handoff/session.js';
import { WALL_SOURCE } from '../../../firmware/core/units.js';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import { decodeBlocks } from '../../../host-sim/backend/decode.js';
import { KeyPair } from '../../../host-sim/backend/keys.js';
import { makeRoles, readCheckpoint } from '../../../host-sim/backend/objects.js';
import {
  type Answer,
  encodeBye,
  encodeCheckpointRequest,
  encodeCredit,
  encodeGet,
  encodeHelloRequest,
  encodePut,
  encodeRead,
  encodeReadAt,
  encodeReadSince,
} from '../../../host-sim/backend/protocol.js';
import { GIAI, GRAI, seededEntropy } from '../../host-sim/backend/support/fixtures.js';
import { crcOf, type Data, isData, readAll } from './support/readings.js';
import { connectedBench, CONTAINER_KEY, SessionBench } from './support/session-bench.js';

const ROOT = KeyPair.generate(seededEntropy('root'));
const hello = encodeHelloRequest();
const certificate = { giai: GIAI, grai: GRAI, publicKey: CONTAINER_KEY.publicKey };

describe('a session', () => {
  before(loadCbor);

  it('sleeps until someone connects', () => {
    assert.equal(new SessionBench().session.step(), IDLE_MS);
    assert.ok(connectedBench(1).session.step() < 100);
  });

  describe('at HELLO', () => {
    it('tells version, nonce, journal, clock, flags, encodings, length of its certificate', () => {
      const bench = connectedBench(10);
      bench.session.outbox.certificateLength = 233;
      bench.journal.acknowledge(4);
      const answer = bench.ask(hello, 'hello');
      assert.equal(answer.version, 1);
      assert.deepEqual([...answer.nonce], [...bench.desk.nonce]);
      assert.deepEqual([answer.epoch, answer.oldestSequence, answer.nextSequence], [77, 1, 11]);
      assert.equal(answer.receiptedSequence, 4);
      assert.deepEqual([answer.uptimeS, answer.wallS], [bench.uptimeS, bench.wallS]);
      assert.equal(answer.wallSource, WALL_SOURCE.dock);
      assert.deepEqual([answer.isSealed, answer.encodings], [true, 0b11]);
      assert.equal(answer.certificateLength, 233);
    });

    it('has a new nonce for every connection, and one for all of it', () => {
      const bench = connectedBench(1);
      const first = bench.ask(hello, 'hello').nonce;
      assert.deepEqual(bench.ask(hello, 'hello').nonce, first);
      bench.link.drop();
      bench.step();
      assert.notDeepEqual(bench.connect().ask(hello, 'hello').nonce, first);
    });

    it('answers an error to another version', () => {
      const { fault, messageType } = connectedBench(1).ask(Uint8Array.of(1, 2), 'error');
      assert.deepEqual([fault, messageType], [FAULT.malformed, MESSAGE.hello]);
    });
  });

  describe('while reading', () => {
    it('sends as many pieces as it has credit for, and goes on with more', () => {
      const bench = connectedBench();
      const count = (answers: Answer[]): number => answers.filter(isData).length;
      assert.equal(count(bench.send(encodeRead(1, 3))), 3);
      assert.equal(count(bench.step()), 0);
      assert.equal(count(bench.send(encodeCredit(5))), 5);
      assert.equal(count(bench.step()), 0);
      assert.equal(count(bench.send(encodeRead(1, 2))), 2); // a new READ has its own credit
    });

    it('never has more than 64 credits', () => {
      const bench = connectedBench(900);
      assert.equal(bench.send(encodeRead(1, 255)).filter(isData).length, 64);
    });

    it('gives the whole journal, with the CRC-32 of all that was sent', () => {
      const bench = connectedBench();
      const [pieces, end] = readAll(bench, encodeRead(1, 8));
      const { segment, offset } = bench.journal;
      assert.deepEqual(end, {
        type: 'end',
        segment,
        offset,
        nextSequence: 301,
        crc32: crcOf(pieces),
      });
      const log = decodeBlocks(pieces);
      assert.deepEqual([log.firstSequence, log.lastSequence, log.problems], [1, 300, []]);
    });

    it('starts at the segment of the sequence number asked for', () => {
      const bench = connectedBench();
      const [pieces] = readAll(bench, encodeRead(200, 8));
      const log = decodeBlocks(pieces);
      assert.equal(pieces[0]!.offset, 0);
      assert.ok(log.firstSequence > 1 && log.firstSequence <= 200);
      assert.equal(log.lastSequence, 300);
    });

    it('ends where the journal ended when it began', () => {
      const bench = connectedBench(50);
      const first = bench.send(encodeRead(1, 1)).filter(isData);
      bench.fillJournal(200);
      const [rest, end] = readAll(bench, encodeCredit(8));
      assert.equal(end.type === 'end' && end.nextSequence, 51);
      assert.equal(decodeBlocks([...first, ...rest]).lastSequence, 50);
    });

    it('goes on from any place that a piece named', () => {
      const bench = connectedBench();
      const [pieces] = readAll(bench, encodeRead(1, 8));
      for (const { segment, offset } of pieces.filter((_, i) => i % 7 === 3)) {
        const [rest, end] = readAll(bench, encodeReadAt(segment, offset, 8));
        const before = pieces.filter((it) => isBefore(it, { segment, offset }));
        assert.deepEqual([...before, ...rest], pieces);
        assert.equal(end.type === 'end' && end.crc32, crcOf(rest));
      }
    });

    it('reads from a time on: what was recorded at an uptime of a boot', () => {
      const bench = connectedBench();
      const [all] = readAll(bench, encodeRead(1, 8));
      const { records } = decodeBlocks(all);
      const from = records[Math.floor(records.length / 2)]!;
      const [pieces] = readAll(bench, encodeReadSince(from.boot, from.uptimeS, 8));
      const first = decodeBlocks(pieces).records[0]!;
      assert.ok(first.uptimeS <= from.uptimeS && first.sequence > 1, `${first.sequence}`);
      assert.deepEqual(pieces, all.slice(all.length - pieces.length));
      const [none] = readAll(bench, encodeReadSince(from.boot + 1, 0, 8));
      assert.equal(none[0]?.segment, bench.journal.segment);
    });

    it('goes on after the link was lost, and all pieces together are the journal', () => {
      const bench = connectedBench();
      const got = bench.send(encodeRead(1, 16)).filter(isData).slice(0, 11); // five got lost
      bench.link.drop();
      bench.step();
      bench.connect();
      assert.deepEqual(bench.step(), []); // the old credit is gone
      const last = got.at(-1)!;
      const next = encodeReadAt(last.segment, last.offset + last.bytes.length, 8);
      const log = decodeBlocks([...got, ...readAll(bench, next)[0]]);
      assert.deepEqual([log.lastSequence, log.problems], [300, []]);
    });

    it('loses nothing on a link that is busy all the time', () => {
      const bench = connectedBench();
      const [expected] = readAll(bench, encodeRead(1, 8));
      bench.link.queueLength = 1;
      const [pieces, end] = readAll(bench, encodeRead(1, 64), 1);
      assert.deepEqual(pieces, expected);
      assert.equal(end.type === 'end' && end.crc32, crcOf(expected));
    });

    it('gives the same bytes in small messages', () => {
      const bench = connectedBench(60);
      const bytesOf = (pieces: readonly Data[]): Buffer =>
        Buffer.concat(pieces.map(({ bytes }) => bytes));
      const expected = bytesOf(readAll(bench, encodeRead(1, 8))[0]);
      bench.link.maxBytes = 64;
      const [pieces] = readAll(bench, encodeRead(1, 8));
      assert.ok(pieces.every(({ bytes }) => bytes.length <= 57));
      assert.deepEqual(bytesOf(pieces), expected);
    });

    it('ends at once in an empty journal, and behind its end', () => {
      const empty = new SessionBench().connect();
      assert.equal(empty.ask(encodeRead(1, 8), 'end').nextSequence, 1);
      const bench = connectedBench(10);
      assert.equal(bench.ask(encodeReadAt(9, 0, 8), 'end').crc32, 0);
    });

    it('stops at BYE', () => {
      const bench = connectedBench();
      bench.send(encodeRead(1, 1));
      assert.deepEqual(bench.send(encodeBye()), []);
      assert.deepEqual(bench.send(encodeCredit(8)), []);
    });
  });

  describe('asked for objects', () => {
    it('gives the certificate piece by piece', () => {
      const bench = connectedBench(1);
      const bytes = Uint8Array.from({ length: 300 }, (_, i) => i);
      bench.session.outbox.certificate.set(bytes);
      bench.session.outbox.certificateLength = 300;
      const first = bench.ask(encodeGet(OBJECT.certificate, 0), 'object');
      assert.deepEqual([first.kind, first.total, first.offset], [1, 300, 0]);
      assert.equal(first.bytes.length, 238);
      const rest = bench.ask(encodeGet(OBJECT.certificate, 238), 'object');
      assert.deepEqual([...first.bytes, ...rest.bytes], [...bytes]);
      assert.equal(bench.ask(encodeGet(OBJECT.certificate, 300), 'error').fault, FAULT.badLength);
    });

    it('has no other object, and no checkpoint before one was asked for', () => {
      const bench = connectedBench(1);
      for (const kind of [0, OBJECT.checkpoint, OBJECT.command, OBJECT.receipt, 255]) {
        assert.equal(bench.ask(encodeGet(kind, 0), 'error').fault, FAULT.absent, `kind ${kind}`);
      }
    });

    it('signs a checkpoint of what its journal holds, and records that it did', () => {
      const bench = connectedBench(20);
      const { length } = bench.ask(encodeCheckpointRequest(), 'checkpointReady');
      const { bytes } = bench.ask(encodeGet(OBJECT.checkpoint, 0), 'object');
      assert.equal(bytes.length, length);
      const checkpoint = readCheckpoint(bytes, certificate);
      const log = decodeBlocks(readAll(bench, encodeRead(1, 8))[0]);
      assert.deepEqual([checkpoint.epoch, checkpoint.sequence], [77, 20]);
      assert.deepEqual(checkpoint.chainHash, log.chainHashAt(20));
      assert.deepEqual([bench.signed, log.records.at(-1)?.type], [[20], 'checkpoint']);
    });

    it('lets numbers that have moved be recorded before it states a checkpoint', () => {
      const bench = connectedBench(20);
      assert.deepEqual(bench.send(encodeCheckpointRequest()), []);
      assert.equal(bench.session.isCheckpointDue, true);
      bench.fillJournal(2); // what the container records then
      assert.deepEqual(
        bench.step().map(({ type }) => type),
        ['checkpointReady'],
      );
      assert.equal(bench.session.isCheckpointDue, false);
      const { bytes } = bench.ask(encodeGet(OBJECT.checkpoint, 0), 'object');
      assert.equal(readCheckpoint(bytes, certificate).sequence, 22);
    });

    it('is busy with a checkpoint while it signs, and goes on with all else', () => {
      const bench = connectedBench(20);
      bench.signer.pollsNeeded = 5;
      bench.session.outbox.certificateLength = 100;
      assert.deepEqual(bench.send(encodeCheckpointRequest()), []);
      const { busy } = FAULT;
      assert.equal(bench.ask(encodeCheckpointRequest(), 'error').fault, busy);
      assert.equal(bench.ask(encodeGet(OBJECT.checkpoint, 0), 'error').fault, busy);
      assert.equal(bench.ask(encodeGet(OBJECT.certificate, 0), 'object').total, 100);
      const put = bench.ask(encodePut(OBJECT.roles, Uint8Array.of(1), 0, 244), 'put');
      assert.deepEqual([put.kind, put.result], [OBJECT.roles, busy]);
      assert.deepEqual(bench.handler.refused, []);
      assert.equal(bench.step()[0]?.type, 'checkpointReady');
    });

    it('is busy with a put object while it verifies, and answers when it knows', () => {
      const bench = connectedBench(20);
      bench.signer.pollsNeeded = 3;
      bench.desk.rootKey.set(ROOT.publicKey);
      const put = encodePut(OBJECT.roles, makeRoles(ROOT, 1, []), 0, 244);
      assert.deepEqual(bench.send(put), []);
      assert.equal(bench.ask(encodeCheckpointRequest(), 'error').fault, FAULT.busy);
      assert.equal(bench.ask(put, 'put').result, FAULT.busy);
      const [done] = bench.step();
      assert.deepEqual(done, { type: 'put', kind: OBJECT.roles, nextOffset: 0, result: 1 });
      assert.deepEqual(bench.handler.started, [{ kind: OBJECT.roles, role: 6, signer: -1 }]);
    });

    it('keeps an answer to itself when the one who asked has gone', () => {
      const bench = connectedBench(20);
      bench.signer.pollsNeeded = 2;
      bench.desk.rootKey.set(ROOT.publicKey);
      bench.send(encodePut(OBJECT.roles, makeRoles(ROOT, 1, []), 0, 244));
      bench.link.drop();
      for (let i = 0; i < 3; i++) bench.session.step();
      assert.equal(bench.handler.started.length, 1);
      bench.connect().ask(hello, 'hello');
    });

    it('says so when it cannot sign, and has no checkpoint then', () => {
      const bench = connectedBench(1);
      bench.signer.signFault = FAULT.timeout;
      const error = bench.ask(encodeCheckpointRequest(), 'error');
      assert.deepEqual([error.messageType, error.fault], [MESSAGE.checkpoint, FAULT.timeout]);
      assert.equal(bench.ask(encodeGet(OBJECT.checkpoint, 0), 'error').fault, FAULT.absent);
    });

    it('finishes what it signs without a link, and greets the next one first', () => {
      const bench = connectedBench(5);
      bench.signer.pollsNeeded = 2;
      bench.send(encodeCheckpointRequest());
      bench.step();
      bench.link.drop();
      for (let i = 0; i < 4; i++) bench.session.step();
      assert.deepEqual(bench.signed, [5]);
      assert.equal(bench.connect().ask(hello, 'hello').nextSequence, 7);
    });
  });

  describe('whatever it receives', () => {
    const MESSAGES = [
      hello,
      encodeRead(1, 8),
      encodeCredit(1),
      encodeReadAt(0, 0, 8),
      encodeReadSince(1, 0, 8),
      encodePut(OBJECT.roles, Uint8Array.of(1, 2, 3), 0, 244),
      encodeGet(OBJECT.certificate, 0),
    ];

    it('answers ERROR to a message that is cut short, and names its type', () => {
      for (const message of MESSAGES) {
        const fixed = message[0] === MESSAGE.put ? 6 : message.length;
        for (let length = 1; length < fixed; length++) {
          const answer = connectedBench(1).ask(message.subarray(0, length), 'error');
          assert.deepEqual([answer.messageType, answer.fault], [message[0], FAULT.truncated]);
        }
      }
    });

    it('answers ERROR to types and encodings that it does not know', () => {
      const known: readonly number[] = Object.values(MESSAGE).filter((type) => type < 0x80);
      for (let type = 0; type < 256; type++) {
        if (known.includes(type)) continue;
        const answer = connectedBench(1).ask(Uint8Array.of(type, 0, 0), 'error');
        assert.deepEqual([answer.messageType, answer.fault], [type, FAULT.malformed]);
      }
      for (const encoding of [2, 7, 8, 32, 255]) {
        for (const message of [encodeRead(1, 8, encoding), encodeReadAt(0, 0, 8, encoding)]) {
          assert.equal(connectedBench(1).ask(message, 'error').fault, FAULT.malformed);
        }
      }
    });

    it('throws nothing, keeps to its credit and still greets', () => {
      const head = fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 0x81, 0xff);
      const message = fc
        .tuple(head, fc.uint8Array({ maxLength: 20 }))
        .map(([type, rest]) => Uint8Array.of(type, ...rest));
      const bench = connectedBench(150);
      fc.assert(
        fc.property(fc.array(message, { maxLength: 8 }), (messages) => {
          for (const one of messages) {
            assert.ok(bench.send(one).filter(isData).length <= 64);
          }
          bench.send(encodeBye());
          bench.step();
          bench.take();
          bench.ask(hello, 'hello');
        }),
      );
    });
  });
});

function isBefore(
  a: Pick<Data, 'segment' | 'offset'>,
  b: Pick<Data, 'segment' | 'offset'>,
): boolean {
  return a.segment === b.segment ? a.offset < b.offset : a.segment < b.segment;
}
