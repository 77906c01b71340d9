import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Nmea } from '../../firmware/device/motion/nmea.js';
import { type Epoch, epochText, sentence } from './gnss-bench.js';

const BASE: Epoch = {
  time: '084512.00',
  latitude: 59.954_12,
  longitude: 11.048_87,
  quality: 1,
  hdop: 1.12,
  dimensions: 3,
};
/** What tells the dimensions, before the rest of a moment. */
const GSA = sentence('GNGSA,A,3,04,07,09,16,23,26,27,,,,,,2.1,1.12,1.8,1');
const RMC = 'GNRMC,084512.00,A,5957.24720,N,01102.93220,E,0.012,,251126,,,A,V';
const GGA = 'GNGGA,084512.00,5957.24720,N,01102.93220,E,1,07,1.12,98.1,M,42.0,M,,';

/** How many fixes a text tells of. */
function feed(nmea: Nmea, text: string): number {
  let count = 0;
  for (const byte of Buffer.from(text, 'latin1')) count += nmea.take(byte);
  return count;
}

function fixes(...bodies: string[]): number {
  return feed(new Nmea(), GSA + bodies.map(sentence).join(''));
}

describe('a fix', () => {
  it('is what GGA and RMC of one moment say, once GSA has told the dimensions', () => {
    const nmea = new Nmea();
    assert.equal(feed(nmea, epochText(BASE)), 0);
    assert.equal(feed(nmea, epochText({ ...BASE, time: '084513.00' })), 1);
    const { latitudeMicroDeg, longitudeMicroDeg, quality, hdopCenti, dimensions } = nmea;
    assert.deepEqual([latitudeMicroDeg, longitudeMicroDeg], [59_954_120, 11_048_870]);
    assert.deepEqual([quality, hdopCenti, dimensions], [1, 112, 3]);
    assert.equal(nmea.sentenceCount, 10);
  });

  it('does not hang on their order, nor on who talks', () => {
    assert.equal(fixes(GGA, RMC), 1);
    assert.equal(fixes(RMC, GGA), 1);
    for (const talker of ['GP', 'GL', 'GA', 'GB']) {
      assert.equal(fixes(talker + RMC.slice(2), talker + GGA.slice(2)), 1);
    }
  });

  it('is anywhere on Earth, to 0.2 m', () => {
    const property = fc.property(
      fc.double({ min: -90, max: 90, noNaN: true }),
      fc.double({ min: -180, max: 180, noNaN: true }),
      (latitude, longitude) => {
        const nmea = new Nmea();
        feed(nmea, GSA);
        assert.equal(feed(nmea, epochText({ ...BASE, latitude, longitude })), 1);
        assert.ok(Math.abs(nmea.latitudeMicroDeg - latitude * 1e6) <= 2);
        assert.ok(Math.abs(nmea.longitudeMicroDeg - longitude * 1e6) <= 2);
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  const angles: readonly [text: string, microDeg: number][] = [
    ['0000.0000', 0],
    ['0000.0001', 2],
    ['0000.0006', 10],
    ['0030', 500_000],
    ['0059.9999', 999_998],
    ['0059.99999999', 999_998],
    ['4530.5', 45_508_333],
    ['9000.00000', 90_000_000],
  ];
  for (const [text, microDeg] of angles) {
    it(`reads ${text} as ${microDeg} µ°`, () => {
      const nmea = new Nmea();
      feed(nmea, GSA + sentence(RMC) + sentence(GGA.replace('5957.24720', text)));
      assert.equal(nmea.latitudeMicroDeg, microDeg);
    });
  }

  it('is one a moment, and none of two moments', () => {
    assert.equal(fixes(RMC, GGA, RMC, GGA, RMC), 2);
    assert.equal(fixes(RMC, GGA.replace('084512', '084513')), 0);
    assert.equal(fixes(RMC, RMC, RMC), 0);
  });
});

describe('no fix', () => {
  const none: readonly (readonly [name: string, ...bodies: string[]])[] = [
    ['is in a receiver’s warning', RMC.replace(',A,', ',V,'), GGA],
    ...[0, 3, 6, 7, 8, 9].map(
      (quality) => [`has quality ${quality}`, RMC, GGA.replace(',1,07', `,${quality},07`)] as const,
    ),
    ['is without a quality', RMC, GGA.replace(',1,07', ',,07')],
    ['is without a dilution', RMC, GGA.replace('1.12', '')],
    ['has no dilution at all', RMC, GGA.replace('1.12', '0.00')],
    ['is at 60 minutes', RMC, GGA.replace('5957.24720', '5960.00000')],
    ['is beyond the pole', RMC, GGA.replace('5957.24720', '9000.00100')],
    ['is beyond the other side', RMC, GGA.replace('01102.93220', '18000.00100')],
    ['is in no half of the world', RMC, GGA.replace(',N,', ',E,')],
    ['is without a letter', RMC, GGA.replace(',N,', ',,')],
    ['is not a number', RMC, GGA.replace('5957.24720', '5957.2472x')],
    ['has two points', RMC, GGA.replace('5957.24720', '5957.24.20')],
    ['has a sign', RMC, GGA.replace('5957.24720', '-957.24720')],
    ['is empty', RMC, GGA.replace('5957.24720', '')],
    ['has a number without end', RMC, GGA.replace('5957.24720', '59572472059572.1')],
    ['is at 24 hours', RMC.replace('084512', '240000'), GGA.replace('084512', '240000')],
    ['is at 60 minutes past', RMC.replace('084512', '086000'), GGA.replace('084512', '086000')],
    ['is at 61 seconds', RMC.replace('512.', '561.'), GGA.replace('512.', '561.')],
    ['is at a short time', RMC.replace('084512.00', '512'), GGA.replace('084512.00', '512')],
    ['has a field too many', RMC, `${GGA},`],
    ['has a field too few', RMC, GGA.slice(0, -1)],
    ['has fields without end', RMC, GGA + ','.repeat(30)],
    ['is a maker’s', `P${RMC.slice(1)}`, `PUBX${GGA.slice(5)}`],
    ['has a longer name', `G${RMC}`, `G${GGA}`],
  ];
  for (const [name, ...bodies] of none) {
    it(name, () => assert.equal(fixes(...bodies), 0));
  }

  it('is there before GSA has told the dimensions, or when it says none', () => {
    assert.equal(feed(new Nmea(), sentence(RMC) + sentence(GGA)), 0);
    const flat = sentence('GNGSA,A,1,,,,,,,,,,,,,99.9,99.9,99.9,1');
    assert.equal(feed(new Nmea(), GSA + flat + sentence(RMC) + sentence(GGA)), 0);
    const old = sentence('GPGSA,A,2,04,07,09,,,,,,,,,,2.1,1.12,1.8');
    assert.equal(feed(new Nmea(), old + sentence(RMC) + sentence(GGA)), 1, 'of NMEA 2.1');
  });

  it('outlives a restart', () => {
    const nmea = new Nmea();
    feed(nmea, GSA + sentence(RMC));
    nmea.restart();
    assert.equal(feed(nmea, sentence(GGA.replace('12.00', '13.00')) + GSA + sentence(GGA)), 0);
    assert.equal(feed(nmea, sentence(RMC)), 1);
  });
});

describe('a sentence', () => {
  it('with any one bit wrong, or one character lost, tells of no fix', () => {
    const text = sentence(GGA);
    const end = text.length - 2;
    const wrong: string[] = [];
    for (let i = 0; i < end; i++) {
      wrong.push(text.slice(0, i) + text.slice(i + 1));
      for (let bit = 0; bit < 8; bit++) {
        const byte = String.fromCharCode(text.charCodeAt(i) ^ (1 << bit));
        wrong.push(text.slice(0, i) + byte + text.slice(i + 1));
      }
    }
    for (const one of wrong) {
      assert.equal(feed(new Nmea(), GSA + sentence(RMC) + one), 0, JSON.stringify(one));
    }
  });

  it('counts without a checksum for nothing', () => {
    const bare = `$${GGA}\r\n`;
    assert.equal(feed(new Nmea(), GSA + sentence(RMC) + bare), 0);
    assert.equal(feed(new Nmea(), `${GSA}$\r\n$*\r\n$*00\r\n$,*2C\r\n`), 0);
  });

  it('too long is passed over, and the next one read', () => {
    const long = sentence(`GNTXT,${'x'.repeat(200)}`);
    assert.equal(feed(new Nmea(), long + GSA + sentence(RMC) + long + sentence(GGA)), 1);
  });

  it('cut off by the next one, as when bytes are lost, does no harm to it', () => {
    const text = sentence(GGA);
    for (let cut = 0; cut < text.length - 2; cut++) {
      const nmea = new Nmea();
      assert.equal(feed(nmea, GSA + sentence(RMC) + text.slice(0, cut) + text), 1, `${cut}`);
    }
  });

  it('after any bytes is read as ever, and any bytes alone are nothing', () => {
    const noise = fc.uint8Array({ maxLength: 300 });
    const property = fc.property(noise, (bytes) => {
      const nmea = new Nmea();
      for (const byte of bytes) assert.equal(nmea.take(byte), 0);
      assert.equal(feed(nmea, `\n${GSA}${sentence(RMC)}${sentence(GGA)}`), 1);
    });
    fc.assert(property, { numRuns: 300 });
  });
});
