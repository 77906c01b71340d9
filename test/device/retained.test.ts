import assert from 'node:assert/strict';
import fc from 'fast-check';
import sinon from 'sinon';
import { getI32 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { RETAINED } from '../../firmware/device/board.js';
import { bury, EPITAPH_BYTES } from '../../firmware/device/epitaph.js';
import { Entropy } from '../../firmware/device/entropy.js';
import { RETAINED_HEAD_BYTES, RetainedRegion } from '../../firmware/device/retained.js';
import { Watchdog } from '../../firmware/device/watchdog.js';
import { FakeSilicon } from './fakes/silicon.js';

const HOT_BYTES = 6144;

function regions(silicon = new FakeSilicon()) {
  const hot = new RetainedRegion(silicon, RETAINED.hotAt, RETAINED.hotBytes);
  const epitaph = new RetainedRegion(silicon, RETAINED.epitaphAt, RETAINED.epitaphBytes);
  return { silicon, hot, epitaph };
}

describe('retained memory', () => {
  it('holds nothing after power-on, whatever noise is in it', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const { silicon, hot, epitaph } = regions();
      silicon.powerOn(seed);
      assert.equal(hot.inspect(), FAULT.absent);
      assert.equal(epitaph.load(new Uint8Array(EPITAPH_BYTES)), FAULT.absent);
    }
  });

  it('keeps any bytes over a restart, up to 6 kB, and nothing else moves', () => {
    const content = fc.uint8Array({ maxLength: 400 }).map((bytes) => {
      const whole = new Uint8Array(bytes.length * 16 > HOT_BYTES ? HOT_BYTES : bytes.length * 16);
      for (let at = 0; at < whole.length; at += bytes.length) {
        whole.set(bytes.subarray(0, whole.length - at), at);
      }
      return whole;
    });
    fc.assert(
      fc.property(content, (bytes) => {
        const { silicon, hot, epitaph } = regions();
        silicon.powerOn();
        bury(epitaph, 7, 'last words');
        assert.equal(hot.save(bytes, bytes.length), 0);
        const after = regions(silicon);
        const into = new Uint8Array(HOT_BYTES);
        assert.equal(after.hot.inspect(), bytes.length);
        assert.equal(after.hot.load(into), bytes.length);
        assert.deepEqual(into.subarray(0, bytes.length), bytes);
        assert.equal(after.epitaph.load(into), EPITAPH_BYTES);
      }),
      { numRuns: 60 },
    );
  });

  it('has room for the largest hot state, and for both regions', () => {
    const { silicon, hot } = regions();
    const bytes = new Uint8Array(HOT_BYTES + 4);
    assert.equal(hot.save(bytes, HOT_BYTES), 0);
    assert.equal(hot.save(bytes, HOT_BYTES + 4), FAULT.overflow);
    assert.equal(hot.inspect(), HOT_BYTES, 'what was kept before stays');
    assert.ok(RETAINED.epitaphAt >= RETAINED.hotAt + RETAINED.hotBytes);
    assert.ok(RETAINED.epitaphAt + RETAINED.epitaphBytes <= silicon.retainedBytes);
    assert.equal(RETAINED.epitaphBytes, EPITAPH_BYTES + RETAINED_HEAD_BYTES);
  });

  it('notices every bit that has changed', () => {
    const { silicon, epitaph } = regions();
    epitaph.save(
      Uint8Array.from({ length: 40 }, (_, i) => i * 5),
      40,
    );
    const bits = 8 * (RETAINED_HEAD_BYTES + 40);
    for (let bit = 0; bit < bits; bit++) {
      const at = RETAINED.epitaphAt + (bit >> 3);
      silicon.memory[at] = silicon.memory[at]! ^ (1 << (bit & 7));
      const expected = bit < 32 ? FAULT.absent : FAULT.badChecksum;
      assert.equal(epitaph.inspect(), expected, `bit ${bit}`);
      silicon.memory[at] = silicon.memory[at] ^ (1 << (bit & 7));
    }
    assert.equal(epitaph.inspect(), 40);
  });

  it('notices that words have changed places', () => {
    const { silicon, hot } = regions();
    hot.save(
      Uint8Array.from({ length: 1024 }, (_, i) => (i * i) >> 7),
      1024,
    );
    const content = RETAINED.hotAt + RETAINED_HEAD_BYTES;
    const [first, second] = [0, 256].map((at) =>
      silicon.memory.slice(content + at, content + at + 256),
    );
    silicon.memory.set(second!, content);
    silicon.memory.set(first!, content + 256);
    assert.equal(hot.inspect(), FAULT.badChecksum);
  });

  it('holds nothing when a restart came into the middle of saving', () => {
    for (let survived = 0; survived < 3; survived++) {
      const { silicon, hot } = regions();
      hot.save(new Uint8Array(64).fill(1), 64);
      const write = sinon.stub(silicon, 'writeRetained').callThrough();
      write.onCall(survived).throws(new Error('restart'));
      assert.throws(() => hot.save(new Uint8Array(64).fill(2), 64), /restart/);
      write.restore();
      const expected = survived === 0 ? 64 : FAULT.absent; // the first write empties it
      assert.equal(regions(silicon).hot.inspect(), expected);
    }
  });

  it('is not loaded into too small a buffer, and can be emptied', () => {
    const { hot } = regions();
    hot.save(new Uint8Array(64), 64);
    assert.equal(hot.load(new Uint8Array(60)), FAULT.overflow);
    assert.equal(hot.save(new Uint8Array(8), 12), FAULT.overflow);
    hot.clear();
    assert.equal(hot.inspect(), FAULT.absent);
  });

  it('cannot be laid out wrongly', () => {
    const silicon = new FakeSilicon();
    assert.throws(() => new RetainedRegion(silicon, silicon.retainedBytes - 64, 68), /212/);
    assert.throws(() => new RetainedRegion(silicon, 2, 64), /211/);
    assert.throws(() => new RetainedRegion(silicon, 0, RETAINED_HEAD_BYTES), /211/);
    assert.throws(() => regions().hot.save(new Uint8Array(8), 6), /213/);
  });
});

describe('an epitaph', () => {
  const read = (error: unknown) => {
    const { silicon, epitaph } = regions();
    bury(epitaph, 1234, error);
    const bytes = new Uint8Array(EPITAPH_BYTES);
    assert.equal(regions(silicon).epitaph.load(bytes), EPITAPH_BYTES);
    const text = Buffer.from(bytes.subarray(4)).toString('latin1').replace(/\0+$/, '');
    return { uptimeS: getI32(bytes, 0), text };
  };

  it('says when, and what', () => {
    const expected = { uptimeS: 1234, text: 'RangeError: assert 204' };
    assert.deepEqual(read(new RangeError('assert 204')), expected);
  });

  it('is cut off where its place ends, and can be of anything', () => {
    assert.equal(read(new Error('x'.repeat(500))).text.length, EPITAPH_BYTES - 4);
    assert.equal(read(undefined).text, 'undefined');
    assert.equal(read('né').text, 'ni', '7 bits a character');
  });
});

describe('the watchdog', () => {
  it('is fed by the container alone, and begins with it', () => {
    const silicon = new FakeSilicon();
    const port = new Watchdog(silicon);
    assert.deepEqual([silicon.isWatching, silicon.feedCount], [true, 0]);
    port.kick();
    assert.equal(silicon.feedCount, 1);
  });

  it('is absent in a build without one', () => {
    const silicon = new FakeSilicon();
    silicon.hasWatchdog = false;
    assert.equal(new Watchdog(silicon).kick(), FAULT.absent);
  });
});

describe('randomness', () => {
  it('is asked for no more bytes than there is room for', () => {
    const silicon = new FakeSilicon();
    const fill = sinon.spy(silicon, 'fillRandom');
    const port = new Entropy(silicon);
    port.fill(new Uint8Array(8), 9);
    assert.equal(fill.callCount, 0);
    port.fill(new Uint8Array(8), 8);
    assert.deepEqual(fill.firstCall.args[1], 8);
  });
});
