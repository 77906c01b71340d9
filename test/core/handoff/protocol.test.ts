import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULT } from '../../../firmware/core/faults.js';
import { KID_BYTES, MESSAGE, NONCE_BYTES } from '../../../firmware/core/handoff/protocol.js';
import { OBJECT, PAYLOAD, PROTOCOL_VERSION } from '../../../firmware/core/handoff/protocol.js';
import { HEADER_BYTES } from '../../../firmware/core/journal/layout.js';
import { LINK_BYTES_MAX, OBJECT_BYTES_MAX } from '../../../firmware/core/limits.js';
import { COMMAND } from '../../../firmware/core/record/schema.js';
import { type CborMap, asBytes, decodeCbor, loadCbor } from '../../../host-sim/backend/cbor.js';
import { KeyPair } from '../../../host-sim/backend/keys.js';
import {
  makeCertificate,
  makeCheckpoint,
  makeCommand,
  makeDecision,
  makeProfileObject,
  makeReceipt,
  makeRoles,
  makeSlip,
  open,
} from '../../../host-sim/backend/objects.js';
import {
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
import {
  GIAI,
  GRAI,
  packingListOf,
  seededEntropy,
} from '../../host-sim/backend/support/fixtures.js';
import { tableUnder } from '../../support/document.js';
import { connectedBench } from './support/session-bench.js';

const DOCUMENT = readFileSync(
  join(__dirname, '../../../firmware/core/handoff/PROTOCOL.md'),
  'utf8',
);
const ROWS = tableUnder(DOCUMENT, '## Messages');
const WIDTHS: Readonly<Record<string, number>> = { u8: 1, u16: 2, i16: 2, i32: 4 };

/** `HELLO_ANSWER` as the constants name it: helloAnswer. */
function camelCase(name: string): string {
  return name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Bytes of a layout like "u8 type, 16 B nonce, i32 epoch, ...". */
function layoutBytes(layout: string): number {
  const fields = layout.split(', ').filter((field) => field !== '...');
  return fields.reduce((sum, field) => {
    const [width, unit] = field.split(' ');
    return sum + (unit === 'B' ? Number(width) : WIDTHS[width!]!);
  }, 0);
}

/** The least bytes that a message of a name has, by the document. */
function bytesOf(name: string): number {
  const row = ROWS.find(([, found]) => found === name);
  return Number(row?.[4]);
}

/** Keys of a payload that the host made and signed. */
function keysOf(object: Uint8Array, key: KeyPair, kind: number): string {
  return [...open(object, key.publicKey, kind, 'object').keys()].join(', ');
}

describe('PROTOCOL.md', () => {
  before(loadCbor);

  it('names every message with its type', () => {
    assert.deepEqual(
      ROWS.map(([type, name]) => [camelCase(name!), Number(type)]),
      Object.entries(MESSAGE),
    );
  });

  it('says who sends what: the container’s types have the highest bit', () => {
    for (const [type, name, from] of ROWS) {
      assert.equal(from, Number(type) >= 0x80 ? 'container' : 'dock', name);
    }
  });

  it('gives layouts that are as long as it says', () => {
    for (const [, name, , layout, bytes] of ROWS) {
      assert.equal(layoutBytes(layout!), Number(bytes), name);
    }
  });

  it('is how long a dock’s messages are', () => {
    const object = Uint8Array.of(1, 2, 3);
    const sent: readonly (readonly [string, Uint8Array, number])[] = [
      ['HELLO', encodeHelloRequest(), 0],
      ['READ', encodeRead(1, 8), 0],
      ['CREDIT', encodeCredit(8), 0],
      ['READ_AT', encodeReadAt(1, 2, 8), 0],
      ['READ_SINCE', encodeReadSince(1, 2, 8), 0],
      ['CHECKPOINT', encodeCheckpointRequest(), 0],
      ['PUT', encodePut(OBJECT.roles, object, 0, 244), 3],
      ['GET', encodeGet(OBJECT.certificate, 0), 0],
      ['BYE', encodeBye(), 0],
    ];
    for (const [name, message, more] of sent) {
      assert.equal(message.length, bytesOf(name) + more, name);
    }
  });

  it('is how long a container’s messages are', () => {
    const bench = connectedBench(1);
    bench.session.outbox.certificateLength = 5;
    const lengthOf = (message: Uint8Array): number => {
      bench.link.toContainer.push(message);
      for (let i = 0; i < 3; i++) bench.session.step();
      const answers = bench.link.toDock.splice(0);
      return answers.at(-1)!.length;
    };
    assert.equal(lengthOf(encodeHelloRequest()), bytesOf('HELLO_ANSWER'));
    assert.equal(lengthOf(encodeRead(1, 1)), bytesOf('DATA') + HEADER_BYTES);
    assert.equal(lengthOf(encodeReadAt(5, 0, 1)), bytesOf('END'));
    assert.equal(lengthOf(encodeGet(OBJECT.certificate, 0)), bytesOf('OBJECT') + 5);
    assert.equal(lengthOf(encodePut(4, Uint8Array.of(1), 0, 244)), bytesOf('PUT_ANSWER'));
    assert.equal(lengthOf(encodeCheckpointRequest()), bytesOf('CHECKPOINT_READY'));
    assert.equal(lengthOf(Uint8Array.of(99)), bytesOf('ERROR'));
  });

  it('names the kinds of object, and the keys of each as the host makes it', () => {
    const key = KeyPair.generate(seededEntropy('protocol'));
    const hash = new Uint8Array(32);
    const at = { giai: GIAI, epoch: 1, sequence: 2, chainHash: hash, wallS: 4 };
    const made: Readonly<Record<keyof typeof OBJECT, Uint8Array>> = {
      certificate: makeCertificate(key, { giai: GIAI, grai: GRAI, publicKey: key.publicKey }),
      checkpoint: makeCheckpoint(key, { ...at, boot: 1, uptimeS: 3 }),
      command: makeCommand(key, GIAI, new Uint8Array(NONCE_BYTES), new Map([[1, 2]])),
      roles: makeRoles(key, 1, []),
      profile: makeProfileObject(key, 1, hash),
      receipt: makeReceipt(key, { ...at, counter: 1 }),
      decision: makeDecision(key, { giai: GIAI, epoch: 1 }, 1, new Map([[1, 1]])),
      slip: makeSlip(key, { ...at, sgtin: packingListOf('S1').sgtin, number: 1, exposure: hash }),
    };
    const rows = tableUnder(DOCUMENT, '## Objects');
    assert.deepEqual(
      rows.map(([kind, name, , , , keys]) => [name, Number(kind), keys]),
      Object.entries(OBJECT).map(([name, kind]) => {
        return [name, kind, keysOf(made[name as keyof typeof OBJECT], key, kind)];
      }),
    );
  });

  it('names the keys of a payload, and the header of a signature', () => {
    const rows = tableUnder(DOCUMENT, '### Payload keys');
    assert.deepEqual(
      rows.map(([key, name]) => [name, Number(key)]),
      Object.entries(PAYLOAD),
    );
    const key = KeyPair.generate(seededEntropy('protocol'));
    const message = decodeCbor(makeRoles(key, 1, []), 'roles') as unknown as {
      tag: number;
      value: [Uint8Array, CborMap, Uint8Array, Uint8Array];
    };
    const head = decodeCbor(message.value[0], 'header') as CborMap;
    assert.deepEqual([message.tag, head.get(1), message.value[1].size], [18, -7, 0]);
    assert.deepEqual([...asBytes(head.get(4), 'kid')], [...key.kid]);
    assert.equal(key.kid.length, KID_BYTES);
  });

  it('names the commands with their codes', () => {
    const rows = tableUnder(DOCUMENT, '### Commands');
    assert.deepEqual(
      rows.map(([code, name]) => [name, Number(code)]),
      Object.entries(COMMAND),
    );
  });

  it('names faults by their codes', () => {
    for (const [code, name] of tableUnder(DOCUMENT, '## Faults')) {
      assert.equal(FAULT[name as keyof typeof FAULT], Number(code), name);
    }
  });

  it('states the version and the bounds of the code', () => {
    assert.ok(DOCUMENT.startsWith(`# The hand-over protocol, version ${PROTOCOL_VERSION}\n`));
    for (const [text, value] of [
      [/Messages of 64 to (\d+) bytes/, LINK_BYTES_MAX],
      [/At most (\d+) bytes\. PUT/, OBJECT_BYTES_MAX],
      [/segment's header \((\d+) bytes\)/, HEADER_BYTES],
    ] as const) {
      assert.equal(Number(text.exec(DOCUMENT)?.[1]), value);
    }
  });
});
