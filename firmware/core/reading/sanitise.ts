/**
 * A probe's answer becomes a temperature or the reason why there is none. The quantum is 0.01 °C:
 * the value handed on here is the one that is judged and the one that is stored.
 *
 * | answer of the port                      | becomes              |
 * | --------------------------------------- | -------------------- |
 * | a fault                                 | gap with its reason  |
 * | +256.00 °C (TMP117 register 0x8000,     | gap: sentinel        |
 * |   "no conversion yet"; SDK driver)      |                      |
 * | outside -50.00 to +100.00 °C            | gap: range           |
 * | anything else                           | the temperature      |
 */
import { FAULT } from '../faults.js';
import { GAP_REASON } from '../record/schema.js';

/** TMP117 data sheet SNOSD82: the register reads 0x8000 until the first conversion. */
const SENTINEL_CENTI_C = 25600;
const MIN_CENTI_C = -5000;
const MAX_CENTI_C = 10000;

/** 0 when the temperature may be used, else the GAP_REASON. */
export function gapReasonOf(temperatureCentiC: number): number {
  if (temperatureCentiC === SENTINEL_CENTI_C) return GAP_REASON.sentinel;
  if (temperatureCentiC < MIN_CENTI_C || temperatureCentiC > MAX_CENTI_C) return GAP_REASON.range;
  return 0;
}

/** The GAP_REASON of a fault that a probe's port answered. */
export function gapReasonOfFault(fault: number): number {
  switch (fault) {
    case FAULT.badChecksum:
      return GAP_REASON.badChecksum;
    case FAULT.fieldMissing:
      return GAP_REASON.fieldMissing;
    case FAULT.timeout:
    case FAULT.busy: // it still converts from the instant before
      return GAP_REASON.timeout;
    default:
      return GAP_REASON.busError;
  }
}
