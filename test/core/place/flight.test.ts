import assert from 'node:assert/strict';
import { FAULT } from '../../../firmware/core/faults.js';
import { DETECTOR, FLIGHT_STATE_WORDS, FlightJudge } from '../../../firmware/core/place/flight.js';

const LINE = 245;
const SEA_LEVEL_PA = 101325;
/** Pa a metre near the ground. */
const PA_PER_M = 12;

/** Looks at a container every so many seconds, as its owner would, and keeps what was decided. */
class Watcher {
  readonly state = new Int32Array(FLIGHT_STATE_WORDS);
  judge = new FlightJudge(this.state);
  flying = 0;
  nowS = 0;
  altitudeM = 0;
  isDocked = false;
  /** Seconds at which it was decided, and what. */
  readonly decided: [atS: number, flying: number, detectors: number][] = [];
  private readonly has: { readonly rotor: boolean; readonly pressure: boolean };

  constructor(has = { rotor: true, pressure: true }) {
    this.has = has;
  }

  /** One look; a line of 0 is none. */
  look(line: number, offsetPa = 0): this {
    const rotorSoon = this.judge.rotor(this.has.rotor ? line : FAULT.absent);
    const pressurePa = Math.round(SEA_LEVEL_PA - PA_PER_M * this.altitudeM + offsetPa);
    const pressure = this.has.pressure ? pressurePa : FAULT.absent;
    const pressureSoon = this.judge.pressure(this.nowS, pressure);
    const flying = this.judge.judge(this.flying, this.isDocked);
    if (flying !== this.flying) {
      this.decided.push([this.nowS, flying, this.judge.detectors(flying)]);
    }
    this.flying = flying;
    this.nowS += rotorSoon + pressureSoon > 0 ? 20 : 60;
    return this;
  }

  /** Looks for so many seconds, climbing by so many m/s. */
  pass(seconds: number, line = 0, climbMps = 0): this {
    const endS = this.nowS + seconds;
    const fromM = this.altitudeM;
    const startS = this.nowS;
    while (this.nowS < endS) {
      this.altitudeM = fromM + climbMps * (this.nowS - startS);
      this.look(line);
    }
    this.altitudeM = fromM + climbMps * seconds;
    return this;
  }

  /** As after a power cut: only what was recorded is left. */
  reboot(): this {
    this.state.fill(0);
    this.nowS = 0;
    return this;
  }
}

/** A flight of 20 minutes to a place 100 m higher, 300 m above ground on the way. */
function flight(watcher: Watcher, line: number): number {
  const startS = watcher.nowS;
  watcher.pass(60, line, 5).pass(1080, line).pass(50, line, -4);
  return startS;
}

describe('place/flight', () => {
  it('says ground of a container that rests', () => {
    const watcher = new Watcher().pass(86_400);
    assert.deepEqual(watcher.decided, []);
  });

  it('finds a flight within two minutes, and the ground within five after it', () => {
    const watcher = new Watcher().pass(3600);
    const startS = flight(watcher, LINE);
    const landedS = watcher.nowS;
    watcher.pass(3600);
    const [up, down] = watcher.decided;
    assert.equal(watcher.decided.length, 2);
    assert.ok(up![0] - startS <= 120, `${up![0] - startS} s`);
    assert.equal(up![1], 1);
    assert.ok(down![0] - landedS <= 300, `${down![0] - landedS} s`);
    assert.deepEqual(down!.slice(1), [0, DETECTOR.rotor | DETECTOR.pressure]);
  });

  describe('by the rotor alone', () => {
    it('finds a low flight that no barometer sees', () => {
      const watcher = new Watcher().pass(3600);
      const startS = watcher.nowS;
      watcher.pass(600, LINE).pass(600);
      assert.equal(watcher.decided.length, 2);
      assert.equal(watcher.decided[0]![2], DETECTOR.rotor);
      assert.ok(watcher.decided[0]![0] - startS <= 120);
    });

    it('needs three looks that hear one line, and four that hear none', () => {
      const votes: number[] = [];
      const watcher = new Watcher().pass(3600);
      for (const line of [250, 250, 0, 200, 220, 240, 240, 240, 0, 0, 0, 240, 0, 0, 0, 0]) {
        votes.push(watcher.look(line).flying);
      }
      assert.deepEqual(votes, [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    });

    it('is not led astray by a few looks in a shaky car', () => {
      const watcher = new Watcher().pass(3600);
      for (let i = 0; i < 1000; i++) watcher.look(i % 7 === 0 ? 160 + ((i * 37) % 100) : 0);
      assert.deepEqual(watcher.decided, []);
    });
  });

  describe('by the pressure alone', () => {
    it('finds the climb, and the ground only after a descent', () => {
      const watcher = new Watcher().pass(3600);
      const startS = watcher.nowS;
      watcher.pass(60, 0, 5).pass(1200);
      assert.equal(watcher.decided.length, 1);
      assert.deepEqual(watcher.decided[0]!.slice(1), [1, DETECTOR.pressure]);
      assert.ok(watcher.decided[0]![0] - startS <= 120);
      watcher.pass(70, 0, -4);
      const landedS = watcher.nowS;
      watcher.pass(1200);
      assert.equal(watcher.flying, 0);
      assert.ok(watcher.decided[1]![0] - landedS <= 360);
    });

    it('lets a container that a lift has taken up be on the ground after half an hour', () => {
      const watcher = new Watcher().pass(3600).pass(40, 0, 2);
      const startS = watcher.nowS;
      watcher.pass(3600);
      assert.equal(watcher.decided.length, 2);
      assert.ok(watcher.decided[1]![0] - startS < 2100);
    });

    it('is not led astray by weather, doors and ordinary roads', () => {
      const watcher = new Watcher().pass(3600);
      for (let i = 0; i < 600; i++) watcher.look(0, -40 * i + (i % 5 === 0 ? 60 : 0)); // 24 hPa/h
      assert.deepEqual(watcher.decided, []);
      const road = new Watcher().pass(3600).pass(1800, 0, 0.25).pass(1800, 0, -0.25);
      assert.deepEqual(road.decided, []);
    });

    it('does not compare with what is older than five minutes', () => {
      const watcher = new Watcher().pass(600);
      watcher.nowS += 7200;
      watcher.look(0, -900);
      assert.deepEqual(watcher.decided, []);
    });
  });

  describe('with a detector that does not work', () => {
    for (const has of [
      { rotor: true, pressure: false },
      { rotor: false, pressure: true },
    ]) {
      const name = has.rotor ? 'rotor line' : 'pressure';
      it(`finds the flight by the ${name}, and ends it only with a dock that is proven`, () => {
        const watcher = new Watcher(has).pass(3600);
        const startS = flight(watcher, LINE);
        assert.ok(watcher.decided[0]![0] - startS <= 120);
        watcher.pass(7200);
        assert.equal(watcher.flying, 1);
        watcher.isDocked = true;
        watcher.pass(120);
        assert.equal(watcher.flying, 0);
        watcher.isDocked = false;
        watcher.pass(3600);
        assert.equal(watcher.decided.length, 2);
      });

      it(`does not let a dock end it while the ${name} says flight`, () => {
        const watcher = new Watcher(has).pass(3600);
        watcher.isDocked = true;
        watcher.pass(60, LINE, 5).pass(60, LINE);
        assert.equal(watcher.flying, 1);
      });
    }

    it('takes pressures that cannot be for none', () => {
      for (const pressurePa of [0, -1, 29_999, 110_001]) {
        const watcher = new Watcher();
        watcher.flying = 1;
        watcher.isDocked = true;
        for (let i = 0; i < 4; i++) watcher.judge.rotor(0);
        watcher.judge.pressure(0, pressurePa);
        assert.equal(watcher.judge.judge(1, true), 0);
        assert.equal(watcher.judge.judge(1, false), 1);
      }
    });

    it('ends what was recorded at a proven dock when none works any more, and not before', () => {
      const watcher = new Watcher({ rotor: false, pressure: false });
      watcher.flying = 1;
      assert.equal(watcher.pass(3600).flying, 1);
      watcher.isDocked = true;
      assert.equal(watcher.look(0).flying, 0);
    });
  });

  describe('after a power cut in flight', () => {
    it('flies on, until both detectors know the ground', () => {
      const watcher = new Watcher().pass(3600).pass(60, LINE, 5).pass(300, LINE);
      watcher.reboot().pass(60);
      assert.equal(watcher.flying, 1);
      watcher.pass(600);
      assert.equal(watcher.flying, 0);
    });

    it('does not take a dock for more than a detector that has not decided yet', () => {
      const watcher = new Watcher().pass(3600).pass(60, LINE, 5);
      watcher.isDocked = true;
      watcher.reboot().look(LINE);
      assert.equal(watcher.flying, 1);
    });
  });
});
