/**
 * Sensirion SHT30, SHT31, SHT35, data sheet version 7: temperature and humidity, each with a CRC.
 * Single shot without clock stretching: the part does not hold the bus while it measures, and does
 * not acknowledge before it has done so. The SDK's own driver is not used: it stretches the clock,
 * waits 50 ms after each of three commands, and leaves a field out when its CRC is wrong.
 *
 * | wrong CRC      | becomes                                   |
 * | -------------- | ----------------------------------------- |
 * | temperature    | badChecksum                               |
 * | humidity alone | the temperature, with humidity not measured |
 */
import { FAULT } from '../../core/faults.js';
import { HUMIDITY_ABSENT, TEMPERATURE_ABSENT } from '../../core/units.js';
import type { I2cDevice } from './i2c-device.js';
import type { ProbeDriver } from './probe-driver.js';

/** §4.3: single shot, no stretching, high repeatability. */
const MEASURE_HIGH = 0x24;
const MEASURE_LOW = 0x00;
const ANSWER_BYTES = 6;
const HUMIDITY_AT = 3;
/** §4.12: x^8 + x^5 + x^4 + 1, start 0xff. */
const CRC_POLYNOMIAL = 0x31;
const CRC_START = 0xff;
const FULL_SCALE = 65535;

export class Sht3x implements ProbeDriver {
  readonly conversionMs = 16; // §2.2: at most 15.5 ms
  temperatureCentiC: number = TEMPERATURE_ABSENT;
  humidityPermille: number = HUMIDITY_ABSENT;
  private readonly device: I2cDevice;
  private readonly command = new Uint8Array(2);
  private readonly answer = new Uint8Array(ANSWER_BYTES);

  constructor(device: I2cDevice) {
    this.device = device;
    this.command[0] = MEASURE_HIGH;
    this.command[1] = MEASURE_LOW;
  }

  start(): number {
    return this.device.write(this.command);
  }

  collect(): number {
    const { answer } = this;
    const result = this.device.read(answer);
    if (result < 0) return result;
    if (!isIntact(answer, 0)) return FAULT.badChecksum;
    this.temperatureCentiC = scaled(answer, 0, 17_500) - 4500; // §4.13: -45 + 175 · S / 65535
    const hasHumidity = isIntact(answer, HUMIDITY_AT);
    this.humidityPermille = hasHumidity ? scaled(answer, HUMIDITY_AT, 1000) : HUMIDITY_ABSENT;
    return 1;
  }
}

/** The word at `at` as a part of `range`, rounded to the nearest (65535 is odd: no halves). */
function scaled(answer: Uint8Array, at: number, range: number): number {
  const word = (answer[at]! << 8) | answer[at + 1]!;
  return Math.floor((word * range + (FULL_SCALE >> 1)) / FULL_SCALE);
}

function isIntact(answer: Uint8Array, at: number): boolean {
  let crc = CRC_START;
  for (let i = at; i < at + 2; i++) {
    crc ^= answer[i]!;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? (crc << 1) ^ CRC_POLYNOMIAL : crc << 1;
    crc &= 0xff;
  }
  return crc === answer[at + 2];
}
