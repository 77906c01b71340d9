import assert from 'node:assert/strict';
import { FAULT } from '../../../firmware/core/faults.js';
import { ENCODING, MESSAGE, OBJECT } from '../../../firmware/core/handoff/protocol.js';
import { Session } from '../../../firmware/core/handoff/session.js';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import { KeyPair } from '../../../host-sim/backend/keys.js';
import { makeRoles } from '../../../host-sim/backend/objects.js';
import {
  decodeAnswer,
  encodeBye,
  encodeCredit,
  encodeHelloRequest,
  encodePut,
  encodeRead,
  encodeReadAt,
} from '../../../host-sim/backend/protocol.js';
import { SimEntropy } from '../../../host-sim/ports/entropy.js';
import { seededEntropy } from '../../host-sim/backend/support/fixtures.js';
import { crcOf, type Data, readAll } from './support/readings.js';
import { connectedBench, SessionBench } from './support/session-bench.js';

const ROOT = KeyPair.generate(seededEntropy('root'));
const sizeOf = (pieces: readonly Data[]): number =>
  pieces.reduce((size, { bytes }) => size + bytes.length, 0);

describe('a session that reads the compact form', () => {
  before(loadCbor);

  const { compact } = ENCODING;

  it('gives the whole journal in half the bytes, with the CRC-32 of all that was sent', () => {
    const bench = connectedBench();
    const [verbatim] = readAll(bench, encodeRead(1, 8));
    const [pieces, end] = readAll(bench, encodeRead(1, 8, compact));
    const { segment } = bench.journal;
    const last = pieces.at(-1)!;
    const offset = last.offset + last.bytes.length;
    const crc = crcOf(pieces);
    assert.deepEqual(end, { type: 'end', segment, offset, nextSequence: 301, crc32: crc });
    assert.ok(sizeOf(pieces) < sizeOf(verbatim));
  });

  it('goes on from any place that a piece named, and without loss on a busy link', () => {
    const bench = connectedBench();
    const [pieces] = readAll(bench, encodeRead(1, 8, compact));
    const { segment, offset } = pieces[20]!;
    const [rest] = readAll(bench, encodeReadAt(segment, offset, 8, compact));
    assert.deepEqual([...pieces.slice(0, 20), ...rest], pieces);
    bench.link.queueLength = 1;
    assert.deepEqual(readAll(bench, encodeRead(1, 64, compact), 1)[0], pieces);
  });

  it('takes no object meanwhile, and takes it afterwards', () => {
    const bench = connectedBench();
    bench.desk.rootKey.set(ROOT.publicKey);
    const put = encodePut(OBJECT.roles, makeRoles(ROOT, 1, []), 0, 244);
    const pieces = bench.send(encodeRead(1, 1, compact));
    assert.equal(pieces.length, 1);
    assert.equal(bench.ask(put, 'put').result, FAULT.busy);
    readAll(bench, encodeCredit(8));
    assert.equal(bench.ask(put, 'put').result, 1);
    bench.send(encodeRead(1, 1, compact));
    bench.send(encodeBye());
    assert.equal(bench.ask(put, 'put').result, 1);
  });

  it('is busy while an object is verified, and forgets one that is half here', () => {
    const bench = connectedBench();
    bench.signer.pollsNeeded = 3;
    bench.desk.rootKey.set(ROOT.publicKey);
    const roles = makeRoles(ROOT, 1, []);
    bench.send(encodePut(OBJECT.roles, roles, 0, 244));
    const error = bench.ask(encodeRead(1, 8, compact), 'error');
    assert.deepEqual([error.messageType, error.fault], [MESSAGE.read, FAULT.busy]);
    for (let i = 0; i < 4; i++) bench.step();
    bench.send(encodePut(OBJECT.roles, roles, 0, 40));
    readAll(bench, encodeRead(1, 8, compact));
    const rest = bench.ask(encodePut(OBJECT.roles, roles, 34, 244), 'put');
    assert.deepEqual([rest.nextOffset, rest.result], [0, FAULT.badState]);
  });

  it('is not offered by a container that was built without', () => {
    const { link, journal, desk, signer } = new SessionBench();
    const bench = new SessionBench();
    const session = new Session(link, journal, desk, signer, new SimEntropy('x'), bench);
    link.isConnected = true;
    link.toContainer.push(encodeHelloRequest(), encodeRead(1, 8, compact));
    session.step();
    session.step();
    const [answer, error] = link.toDock.map(decodeAnswer);
    assert.equal(answer?.type === 'hello' && answer.encodings, 1);
    assert.equal(error?.type === 'error' && error.fault, FAULT.malformed);
  });
});
