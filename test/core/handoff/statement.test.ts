import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  Statement,
  STATEMENT_BYTES_MAX,
  StatementWriter,
} from '../../../firmware/core/handoff/statement.js';
import { FAULT } from '../../../firmware/core/faults.js';
import { WALL_UNKNOWN } from '../../../firmware/core/units.js';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import { KeyPair } from '../../../host-sim/backend/keys.js';
import { makeCheckpoint, readCheckpoint } from '../../../host-sim/backend/objects.js';
import { bytesOf } from '../../../host-sim/world/labels.js';
import { GIAI, GRAI, seededEntropy } from '../../host-sim/backend/support/fixtures.js';

const KEY = KeyPair.generate(seededEntropy('statement'));
const CERTIFICATE = { giai: GIAI, grai: GRAI, publicKey: KEY.publicKey };

type Values = Omit<Parameters<typeof makeCheckpoint>[1], 'giai'>;

/** The checkpoint as the container makes it. */
function write(values: Values, writer = new StatementWriter()): Uint8Array {
  const statement = new Statement();
  const { chainHash, wallS, ...numbers } = values;
  Object.assign(statement, numbers, { wallS: wallS ?? WALL_UNKNOWN });
  statement.chainHash.set(chainHash);
  assert.equal(writer.begin(statement, bytesOf(GIAI), GIAI.length, KEY.kid), 0);
  writer.sign(KEY.signDigest(writer.digest));
  return writer.bytes.slice(0, writer.length);
}

const VALUES: Values = {
  epoch: 1234567,
  sequence: 4711,
  chainHash: Uint8Array.from({ length: 32 }, (_, i) => i),
  boot: 3,
  uptimeS: 86400,
  wallS: 163144800,
};

const int32 = fc.integer({ min: -0x80000000 + 1, max: 0x7fffffff });
const anyValues = fc.record({
  epoch: int32,
  sequence: int32,
  chainHash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  boot: fc.nat(65535),
  uptimeS: fc.nat(),
  wallS: fc.option(int32),
});

describe('a checkpoint', () => {
  before(loadCbor);

  it('is, byte for byte, what the host makes of the same values', () => {
    const expected = makeCheckpoint(KEY, { giai: GIAI, ...VALUES });
    assert.deepEqual(write(VALUES), expected);
  });

  it('is read and verified by the host, whatever it states', () => {
    const writer = new StatementWriter();
    fc.assert(
      fc.property(anyValues, (values) => {
        const read = readCheckpoint(write(values, writer), CERTIFICATE);
        assert.deepEqual(read, { giai: GIAI, ...values });
      }),
      { numRuns: 40 },
    );
  });

  it('says null where there is no wall time', () => {
    assert.equal(readCheckpoint(write({ ...VALUES, wallS: null }), CERTIFICATE).wallS, null);
  });

  it('does not verify after any byte of it was altered', () => {
    const bytes = write(VALUES);
    for (let at = 0; at < bytes.length; at += 3) {
      const altered = bytes.slice();
      altered[at] = altered[at]! ^ 0x01;
      assert.throws(() => readCheckpoint(altered, CERTIFICATE), `byte ${at}`);
    }
  });

  it('fits its buffer with the longest identity of a logger', () => {
    const writer = new StatementWriter();
    const statement = new Statement();
    statement.epoch = 0x7fffffff;
    statement.sequence = 0x7fffffff;
    statement.boot = 65535;
    statement.uptimeS = 0x7fffffff;
    statement.wallS = 0x7fffffff;
    const giai = new Uint8Array(34).fill(0x39); // "8004" and 30 characters
    assert.equal(writer.begin(statement, giai, giai.length, KEY.kid), 0);
    assert.ok(writer.length > 0 && writer.length <= STATEMENT_BYTES_MAX);
  });

  it('that would not fit is refused', () => {
    const giai = new Uint8Array(200);
    const begun = new StatementWriter().begin(new Statement(), giai, giai.length, KEY.kid);
    assert.equal(begun, FAULT.overflow);
  });
});
