/**
 * The battery's voltage behind a divider, through the SDK's `embedded:io/analog`. What that class
 * hands on on the ESP32 are not steps of the converter: with its calibration on, millivolts are
 * scaled to 4095 at 2450 mV, rounded down, and cut off there (SDK 8.2.3, esp32/_analog.c); a
 * failed conversion is `undefined`. So the divider must keep the pin below 2450 mV. The pin must
 * belong to ADC1: for ADC2 the SDK sets up the wrong calibration. The converter is open only while
 * it measures: the source of true randomness needs the same hardware (native/silicon.c).
 */
import { FAULT } from '../../core/faults.js';

export interface AnalogIo {
  /** Bits of an answer. */
  readonly resolution: number;
  read(): number | undefined;
  close(): void;
}

/** The SDK's class, as it is on the ESP32. */
export type AnalogClass = new (options: { readonly pin: number }) => AnalogIo;

/** At 12 dB, the SDK's default (kAttenuationTable). */
const FULL_SCALE_MILLI_V = 2450;
/** The noise of a mean of 16 is a quarter of one reading's. */
const READINGS = 16;

export class BatterySense {
  private readonly io: AnalogClass;
  private readonly options: { readonly pin: number };
  private readonly divider: number;

  /** `divider` is the battery's voltage over the pin's. */
  constructor(io: AnalogClass, pin: number, divider: number) {
    this.io = io;
    this.options = { pin };
    this.divider = divider;
  }

  /** The battery's voltage in mV, 0..65535, rounded to the nearest; or fieldMissing. */
  measure(): number {
    const analog = new this.io(this.options);
    const fullScale = (1 << analog.resolution) - 1;
    let sumMilliV = 0;
    let count = 0;
    for (let i = 0; i < READINGS; i++) {
      const raw = analog.read();
      if (raw === undefined) continue;
      // The SDK rounded down, so this rounds up: it finds the millivolt that it began with.
      sumMilliV += Math.ceil((raw * FULL_SCALE_MILLI_V) / fullScale);
      count++;
    }
    analog.close();
    if (count === 0) return FAULT.fieldMissing;
    const milliV = Math.round((sumMilliV * this.divider) / count);
    return milliV > 0xffff ? 0xffff : milliV;
  }
}
