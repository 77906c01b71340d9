/** Kits under the rules behind the zones: probes apart, tilt, humid air, light, calibration. */
import { ProfileTable } from '../../../../firmware/core/excursion/profile.js';
import { READING_HUMIDITY } from '../../../../firmware/core/record/record.js';
import { RECORD } from '../../../../firmware/core/record/schema.js';
import { HUMIDITY_ABSENT, VERDICT } from '../../../../firmware/core/units.js';
import { encodeCbor } from '../../../../host-sim/backend/cbor.js';
import { type BenchOptions, KitBench } from './kit-bench.js';
import { loadBytes, type ProfileParts, profileMap } from './profiles.js';

type Verdict = keyof typeof VERDICT;

/** A profile with rules behind its zones; `undefined` is a rule that it has not. */
export interface PlaceParts extends ProfileParts {
  readonly disagree?: { limitCentiC: number; allowedS: number; verdict: Verdict };
  readonly tilt?: { limitDeg: number; verdict: Verdict };
  readonly humidity?: { limitPermille: number; allowedS: number; verdict: Verdict };
  readonly light?: { limitLux: number; allowedS: number; verdict: Verdict };
}

function tableWith(profiles: readonly PlaceParts[]): ProfileTable {
  const table = new ProfileTable();
  profiles.forEach(({ disagree, tilt, humidity, light, ...parts }, place) => {
    const map = profileMap({ ...parts, needsCalibration: false });
    const set = (key: number, row: { allowedS: number; verdict: Verdict }, limit: number): void =>
      void map.set(key, [limit, row.allowedS, VERDICT[row.verdict]]);
    if (disagree !== undefined) set(11, disagree, disagree.limitCentiC);
    if (tilt !== undefined) map.set(12, [tilt.limitDeg, VERDICT[tilt.verdict]]);
    if (humidity !== undefined) set(13, humidity, humidity.limitPermille);
    if (light !== undefined) set(14, light, light.limitLux);
    if (parts.needsCalibration === true) map.set(15, true);
    const fault = loadBytes(table, place, encodeCbor(map));
    if (fault !== 0) throw new Error(`Profile ${place} of the test: fault ${fault}`);
  });
  return table;
}

export class PlaceBench extends KitBench {
  /** What every reading says of the air from now on. */
  humidityPermille: number = HUMIDITY_ABSENT;

  constructor(profiles: readonly PlaceParts[], options: BenchOptions = {}) {
    super(options, tableWith(profiles));
    const { exposure } = this;
    const reading = exposure.reading.bind(exposure);
    exposure.reading = (record, nowS) => {
      record.fields[READING_HUMIDITY] = this.humidityPermille;
      return reading(record, nowS);
    };
  }

  /** A LIGHT record; answers its sequence. */
  light(lux: number, nowS: number): number {
    const record = this['begin'](RECORD.light, nowS);
    this.exposure.light(lux, nowS);
    return record.sequence;
  }

  /** A SHOCK record of which only the tilt after it counts; answers its sequence. */
  tilt(tiltDeg: number, slots = 0xffff): number {
    const record = this['begin'](RECORD.shock, this.words[1]!);
    record.fields[11] = tiltDeg;
    record.fields[12] = slots;
    this.exposure.shock(record);
    return record.sequence;
  }
}
