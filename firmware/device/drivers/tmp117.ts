/**
 * Texas Instruments TMP117, data sheet SNOSD82: ±0.1 °C, steps of 1/128 °C. One conversion is
 * asked for at a time (8 averages, 124 ms); between them the part is shut down and draws 250 nA.
 * The SDK's own driver is not used: it waits for the conversion with `Timer.delay`, cannot lower
 * the number of averages, and in continuous mode does not look whether a conversion is new.
 */
import { FAULT } from '../../core/faults.js';
import { HUMIDITY_ABSENT, TEMPERATURE_ABSENT } from '../../core/units.js';
import type { I2cDevice } from './i2c-device.js';
import type { ProbeDriver } from './probe-driver.js';

// Register map.
const TEMPERATURE = 0x00;
const CONFIGURATION = 0x01;
const DEVICE_ID = 0x0f;

const ID_MASK = 0x0fff; // the upper four bits are the revision
const ID = 0x117;
/** MOD 11 (one conversion), AVG 01 (8 averages). */
const ONE_SHOT = 0x0c20;
const DATA_READY = 0x2000;
/** What the register holds until the first conversion; the core knows it as +256 °C. */
const NOT_CONVERTED = 0x8000;
const SENTINEL_CENTI_C = 25600;

export class Tmp117 implements ProbeDriver {
  readonly conversionMs = 124; // 8 × 15.5 ms
  temperatureCentiC: number = TEMPERATURE_ABSENT;
  readonly humidityPermille: number = HUMIDITY_ABSENT;
  private readonly device: I2cDevice;
  private readonly pointer = new Uint8Array(1);
  private readonly word = new Uint8Array(2);
  private readonly command = new Uint8Array(3);

  constructor(device: I2cDevice) {
    this.device = device;
  }

  start(): number {
    const id = this.readWord(DEVICE_ID);
    if (id < 0) return id;
    if ((id & ID_MASK) !== ID) return FAULT.fieldMissing;
    // Reading it clears DATA_READY, which may still stand from a conversion that nobody fetched.
    const configuration = this.readWord(CONFIGURATION);
    if (configuration < 0) return configuration;
    this.command[0] = CONFIGURATION;
    this.command[1] = ONE_SHOT >> 8;
    this.command[2] = ONE_SHOT & 0xff;
    return this.device.write(this.command);
  }

  collect(): number {
    const configuration = this.readWord(CONFIGURATION);
    if (configuration < 0) return configuration;
    if ((configuration & DATA_READY) === 0) return 0;
    const steps = this.readWord(TEMPERATURE);
    if (steps < 0) return steps;
    this.temperatureCentiC = steps === NOT_CONVERTED ? SENTINEL_CENTI_C : centiCOf(steps);
    return 1;
  }

  /** 0..65535, or busError. */
  private readWord(register: number): number {
    this.pointer[0] = register;
    const result = this.device.exchange(this.pointer, this.word);
    return result < 0 ? result : (this.word[0]! << 8) | this.word[1]!;
  }
}

/** From 1/128 °C in 16 bits of two's complement, rounded half up to 0.01 °C. */
function centiCOf(word: number): number {
  const steps = (word << 16) >> 16;
  return (steps * 100 + 64) >> 7;
}
