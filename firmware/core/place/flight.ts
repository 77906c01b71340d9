/**
 * Hands on whether the container flies, from two detectors that know nothing of each other: the
 * rotor's line (shock/rotor.ts) and the pressure of the air. Either one that says flight is
 * believed; ground takes both. One that does not work has no vote for ground: the other's ground
 * then counts only together with a proven dock (contact, power, an id that the roles know), and a
 * proven dock alone where neither works. One that has not made up its mind since the boot is
 * waited for. Why, and what was rejected: decisions/0015-flight.md. State is in the caller's words;
 * all zero means nothing known. Whether it flew last is the caller's to keep (FLIGHT record).
 */

/** Bits of the FLIGHT record's field `detectors`. */
export const DETECTOR = Object.freeze({ rotor: 1, pressure: 2 } as const);

/** What a detector says. */
const VOTE = Object.freeze({ unknown: 0, ground: 1, flight: 2, absent: 3 } as const);

const F = Object.freeze({
  rotor: 0, // VOTE
  rotorRun: 1, // looks one after the other that heard one line, or (below 0) heard none
  rotorLine: 2, // that was heard last, tenths of a hertz
  pressure: 3, // VOTE
  olderPa: 4, // one to two looks of a minute ago; 0: none
  olderS: 5,
  newerPa: 6, // what becomes the older one
  newerS: 7,
  movedS: 8, // when the pressure changed last
  isUp: 9, // 1 when the last quick change was a climb
  changePa: 10, // of the last look
} as const);
/** Words of the state that are the caller's, who looks: seconds of uptime. */
export const LOOK = Object.freeze({
  nextS: 11, // the next look, if there is a step then
  latestS: 12, // or then at the latest
  heardS: 13, // the last one that told of the rotor
} as const);
export const FLIGHT_STATE_WORDS = 14;

/** Looks one after the other that hear the same line, and that hear none. */
const ROTOR_LOOKS = 3;
const GROUND_LOOKS = 4;
/** Lines of two looks are the same rotor's within this, tenths of a hertz. */
const SAME_LINE = 10;

/** What a barometer can say: 9 km up, and the highest pressure there was (1085 hPa). */
const PASCAL_MIN = 30000;
const PASCAL_MAX = 110000;
/** 40 m within two minutes: no weather (a hard front is 80 Pa), but a climb, or a lift. */
const QUICK_PA = 500;
/** Worth another look at once. */
const MOVING_PA = 150;
/** Two minutes on the ground change by less. */
const STABLE_PA = 100;
const WINDOW_S = 120;
const HALF_WINDOW_S = 55;
/** Older ones tell of weather. */
const WINDOW_S_MAX = 300;
/** On the ground after a descent; and after a climb, as nobody lands without descending. */
const STABLE_S = 180;
const STABLE_HIGH_S = 1800;

/** Judges one container's looks. */
export class FlightJudge {
  private readonly state: Int32Array;

  /** `state` has FLIGHT_STATE_WORDS words: zero after a boot, or as an earlier judge left them. */
  constructor(state: Int32Array) {
    this.state = state;
  }

  /**
   * Takes a look for the rotor: its line in tenths of a hertz, 0 for none, or a fault when there is
   * no accelerometer that works. 1 when another look should follow soon, else 0.
   */
  rotor(line: number): number {
    const { state } = this;
    if (line < 0) {
      state[F.rotor] = VOTE.absent;
      state[F.rotorRun] = 0;
      return 0;
    }
    const run = state[F.rotorRun]!;
    if (line > 0) {
      const isSame = Math.abs(line - state[F.rotorLine]!) <= SAME_LINE;
      state[F.rotorRun] = isSame && run > 0 && run < ROTOR_LOOKS ? run + 1 : 1;
      state[F.rotorLine] = line;
    } else {
      state[F.rotorRun] = run > 0 ? -1 : run > -GROUND_LOOKS ? run - 1 : run;
    }
    if (state[F.rotorRun] === ROTOR_LOOKS) state[F.rotor] = VOTE.flight;
    if (state[F.rotorRun] === -GROUND_LOOKS) state[F.rotor] = VOTE.ground;
    return state[F.rotor] === (line > 0 ? VOTE.flight : VOTE.ground) ? 0 : 1;
  }

  /**
   * Takes the pressure in Pa, or a fault when there is no barometer that works. 1 when another look
   * should follow soon, else 0.
   */
  pressure(uptimeS: number, pressurePa: number): number {
    const { state } = this;
    if (pressurePa < PASCAL_MIN || pressurePa > PASCAL_MAX) {
      state[F.pressure] = VOTE.absent;
      state[F.olderPa] = 0;
      state[F.changePa] = 0;
      return 0;
    }
    if (state[F.olderPa] === 0 || uptimeS - state[F.olderS]! > WINDOW_S_MAX) {
      if (state[F.pressure] === VOTE.absent) state[F.pressure] = VOTE.unknown;
      this.startPressure(uptimeS, pressurePa);
      return 0;
    }
    const change = pressurePa - state[F.olderPa]!;
    const ageS = uptimeS - state[F.olderS]!;
    const size = ((Math.abs(change) * WINDOW_S) / (ageS > WINDOW_S ? ageS : WINDOW_S)) | 0;
    state[F.changePa] = change;
    if (size >= QUICK_PA) {
      state[F.pressure] = VOTE.flight;
      state[F.isUp] = change < 0 ? 1 : 0;
    }
    if (size >= STABLE_PA) state[F.movedS] = uptimeS;
    const stableS = state[F.isUp] === 1 ? STABLE_HIGH_S : STABLE_S;
    if (uptimeS - state[F.movedS]! >= stableS) {
      state[F.pressure] = VOTE.ground;
      state[F.isUp] = 0;
    }
    if (uptimeS - state[F.newerS]! >= HALF_WINDOW_S) this.shiftPressure(uptimeS, pressurePa);
    return size >= MOVING_PA ? 1 : 0;
  }

  /** Whether it flies, 1 or 0, given whether it flew and whether a dock is proven. */
  judge(wasFlying: number, isDocked: boolean): number {
    const rotor = this.state[F.rotor]!;
    const pressure = this.state[F.pressure]!;
    if (rotor === VOTE.flight || pressure === VOTE.flight) return 1;
    if (wasFlying === 0) return 0;
    if (rotor === VOTE.unknown || pressure === VOTE.unknown) return 1;
    if (rotor === VOTE.ground && pressure === VOTE.ground) return 0;
    return isDocked ? 0 : 1;
  }

  /** DETECTOR bits of those that say `flying` (1 flight, 0 ground). */
  detectors(flying: number): number {
    const { state } = this;
    const vote = flying === 1 ? VOTE.flight : VOTE.ground;
    const rotor = state[F.rotor] === vote ? DETECTOR.rotor : 0;
    return rotor | (state[F.pressure] === vote ? DETECTOR.pressure : 0);
  }

  /** How the pressure had changed within two minutes at the last look, Pa. */
  get pressureChangePa(): number {
    return this.state[F.changePa]!;
  }

  private startPressure(uptimeS: number, pressurePa: number): void {
    const { state } = this;
    state[F.newerPa] = pressurePa;
    this.shiftPressure(uptimeS, pressurePa);
    state[F.olderS] = uptimeS;
    state[F.movedS] = uptimeS;
  }

  private shiftPressure(uptimeS: number, pressurePa: number): void {
    const { state } = this;
    state[F.olderPa] = state[F.newerPa]!;
    state[F.olderS] = state[F.newerS]!;
    state[F.newerPa] = pressurePa;
    state[F.newerS] = uptimeS;
  }
}
