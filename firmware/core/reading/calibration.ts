/**
 * What a probe's certificate says of its error, put right: at one to three temperatures how much
 * has to be added to what the part gives. Between two of them the correction is linear, beyond the
 * outer ones it is theirs: a certificate says nothing of what lies outside. One point is an offset,
 * two are offset and slope. The corrected value is the one that is judged and stored; whether a
 * value can be (plausible.ts) is judged on what the part gave.
 */
import { CBOR_TYPE, type CborReader } from '../cbor/cbor.js';
import { FAULT } from '../faults.js';
import { PROBE_COUNT_MAX } from '../limits.js';

export const CALIBRATION_POINT_COUNT_MAX = 3;
/** Bytes of a certificate's id. */
export const CERTIFICATE_BYTES_MAX = 20;
/** Bytes of an installed calibration's CBOR. */
export const CALIBRATION_BYTES_MAX = 64;
/** A probe that is off by more is broken: 5 °C. */
const OFFSET_MAX_CENTI_C = 500;
const AT_MIN_CENTI_C = -5000;
const AT_MAX_CENTI_C = 10000;
/** Per probe: points, then for each the temperature that the part shows and what to add. */
const WORDS_PER_PROBE = 1 + 2 * CALIBRATION_POINT_COUNT_MAX;

/** What `parse` found beside the points. */
export interface Certificate {
  probe: number;
  dueWallS: number;
  /** Where the id lies in the bytes that were read. */
  idAt: number;
  idLength: number;
}

export class CalibrationTable {
  private readonly words = new Int16Array(PROBE_COUNT_MAX * WORDS_PER_PROBE);

  /** Takes a probe's points away: it is read as the part gives it. */
  clear(probe: number): void {
    this.words[probe * WORDS_PER_PROBE] = 0;
  }

  /**
   * Reads {1: probe, 2: certificate id, 3: due (seconds since 2020, the certificate's end), 4:
   * [[shown,
   * to add], ...]} with temperatures in 0.01 °C, ascending. 0 when the probe's points are those
   * now, or malformed, truncated, badLength, and then the probe has none.
   */
  load(
    reader: CborReader,
    bytes: Uint8Array,
    at: number,
    length: number,
    probeCount: number,
    found: Certificate,
  ): number {
    found.probe = -1;
    reader.begin(bytes, at, length);
    reader.readMapHeader();
    if (reader.readInt() !== 1) return reader.reject();
    const probe = reader.readInt();
    if (probe < 0 || probe >= probeCount) return reader.reject();
    found.probe = probe;
    this.clear(probe);
    if (reader.readInt() !== 2) return reader.reject();
    found.idLength = reader.readText();
    found.idAt = reader.dataAt;
    if (reader.readInt() !== 3) return reader.reject();
    found.dueWallS = reader.readUint();
    if (reader.readInt() !== 4) return reader.reject();
    const count = this.readPoints(reader, probe);
    const fault = reader.end();
    if (fault < 0) return fault;
    if (found.idLength < 1 || found.idLength > CERTIFICATE_BYTES_MAX) return FAULT.badLength;
    this.words[probe * WORDS_PER_PROBE] = count;
    return 0;
  }

  private readPoints(reader: CborReader, probe: number): number {
    const count = reader.readArrayHeader();
    if (count < 1 || count > CALIBRATION_POINT_COUNT_MAX) return reader.reject();
    let at = probe * WORDS_PER_PROBE + 1;
    let before = AT_MIN_CENTI_C - 1;
    for (let i = 0; i < count; i++, at += 2) {
      if (reader.nextType() !== CBOR_TYPE.array || reader.readArrayHeader() !== 2) {
        return reader.reject();
      }
      const shown = reader.readInt();
      const add = reader.readInt();
      if (shown <= before || shown > AT_MAX_CENTI_C) return reader.reject();
      if (add < -OFFSET_MAX_CENTI_C || add > OFFSET_MAX_CENTI_C) return reader.reject();
      this.words[at] = shown;
      this.words[at + 1] = add;
      before = shown;
    }
    return count;
  }

  /** The true temperature for what a probe's part gave, in 0.01 °C, rounded to the nearest. */
  correct(probe: number, shownCentiC: number): number {
    const { words } = this;
    const at = probe * WORDS_PER_PROBE;
    const count = words[at]!;
    if (count === 0) return shownCentiC;
    let point = at + 1;
    if (shownCentiC <= words[point]!) return shownCentiC + words[point + 1]!;
    for (let i = 1; i < count; i++, point += 2) {
      const next = words[point + 2]!;
      if (shownCentiC > next) continue;
      const span = next - words[point]!;
      const rise = words[point + 3]! - words[point + 1]!;
      return shownCentiC + words[point + 1]! + share(rise, shownCentiC - words[point]!, span);
    }
    return shownCentiC + words[point + 1]!;
  }
}

/** rise × part / whole for 0 <= part <= whole, rounded to the nearest, halves away from 0. */
function share(rise: number, part: number, whole: number): number {
  const half = rise < 0 ? -(whole >> 1) : whole >> 1;
  return ((rise * part + half) / whole) | 0;
}
