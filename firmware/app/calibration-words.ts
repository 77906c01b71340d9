/**
 * The durable words of the probes' calibrations, and what CALIBRATION and NOTICE records change of
 * them. COMMON.calibrated holds a bit for each probe whose certificate stands and is in date.
 */
import { COMMON } from '../core/excursion/kits.js';
import { wallNow } from '../core/excursion/verdict.js';
import { PROBE_COUNT_MAX } from '../core/limits.js';
import type { RecordBuffer } from '../core/record/record.js';
import { NOTICE } from '../core/record/schema.js';

/** Durable words: per probe when its certificate ends (0: none) and the CRC-32 of its entry. */
export const CALIBRATION = Object.freeze({
  /** Bits of the probes of which it was announced that their certificates end. */
  announced: 0,
  /** When the first of the certificates ends that have not ended yet. */
  nextEndWallS: 1,
  probes: 2,
  dueWallS: 0,
  listCrc: 1,
  wordsPerProbe: 2,
  words: 2 + 2 * PROBE_COUNT_MAX,
} as const);

/** A wall time that does not come. */
export const NEVER = 0x7fffffff;

/** Index of a probe's words. */
export function probeAt(probe: number): number {
  return CALIBRATION.probes + probe * CALIBRATION.wordsPerProbe;
}

/** A CALIBRATION record: whose certificate holds now. */
export function applyCalibration(
  words: Int32Array,
  common: Int32Array,
  record: RecordBuffer,
): void {
  const [probe, dueWallS, listCrc] = record.fields;
  const at = probeAt(probe!);
  words[at + CALIBRATION.dueWallS] = dueWallS!;
  words[at + CALIBRATION.listCrc] = listCrc!;
  words[CALIBRATION.announced] = words[CALIBRATION.announced]! & ~(1 << probe!);
  const bit = 1 << probe!;
  const held = common[COMMON.calibrated]! & ~bit;
  common[COMMON.calibrated] = dueWallS === 0 ? held : held | bit;
  words[CALIBRATION.nextEndWallS] = 0; // to be found
  endCalibrations(words, common);
}

/** Certificates that have ended by the record applied last vouch for nothing any more. */
export function endCalibrations(words: Int32Array, common: Int32Array): void {
  if (common[COMMON.wallKnown] === 0) return; // nobody can tell; the clock is a reason by itself
  const wallS = wallNow(common);
  if (wallS < words[CALIBRATION.nextEndWallS]!) return;
  let next = NEVER;
  let calibrated = 0;
  for (let probe = 0; probe < PROBE_COUNT_MAX; probe++) {
    const dueWallS = words[probeAt(probe) + CALIBRATION.dueWallS]!;
    if (dueWallS === 0 || wallS >= dueWallS) continue;
    calibrated |= 1 << probe;
    if (dueWallS < next) next = dueWallS;
  }
  common[COMMON.calibrated] = calibrated;
  words[CALIBRATION.nextEndWallS] = next;
}

/** A NOTICE of a certificate's end: it is not given again. */
export function applyCalibrationNotice(words: Int32Array, record: RecordBuffer): void {
  const [code, probe] = record.fields;
  if (code !== NOTICE.calibrationDueSoon) return;
  words[CALIBRATION.announced] = words[CALIBRATION.announced]! | (1 << probe!);
}
