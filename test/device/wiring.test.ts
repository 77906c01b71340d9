import assert from 'node:assert/strict';
import { checkLimits } from '../../firmware/core/limits.js';
import { LINE } from '../../firmware/device/drivers/lines.js';
import { ESP32_C3 } from '../../firmware/device/wiring/esp32-c3.js';
import { ESP32_C6 } from '../../firmware/device/wiring/esp32-c6.js';
import { ESP32_CLASSIC, ESP32_CLASSIC_MOTION } from '../../firmware/device/wiring/esp32-classic.js';
import { ESP32_S3, ESP32_S3_MOTION } from '../../firmware/device/wiring/esp32-s3.js';
import type { MotionWiring, Wiring } from '../../firmware/device/wiring/wiring.js';

const PROBE_COUNT = 5;

/** What ESP-IDF's programming guide says of each chip's pins (GPIO & RTC GPIO, ADC). */
interface Chip {
  readonly pins: number;
  /** Flash, console, USB; of the pins that decide how it boots only those that may not be used. */
  readonly taken: readonly number[];
  /** Of ADC1; SDK 8.2.3, modules/io/analog/esp32/_analog.c, gADCMap. */
  readonly adc1: readonly number[];
  /** Watched while the chip sleeps deeply. */
  readonly wakes: readonly number[];
  readonly inputOnly: readonly number[];
  readonly uarts: number;
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

const BOARDS: readonly [name: string, wiring: Wiring, chip: Chip, motion?: MotionWiring][] = [
  [
    'ESP32-S3',
    ESP32_S3,
    {
      pins: 49,
      taken: [0, 3, 19, 20, ...range(22, 25), ...range(26, 32), 43, 44, 45, 46],
      adc1: range(1, 10),
      wakes: range(0, 21),
      inputOnly: [],
      uarts: 3,
    },
    ESP32_S3_MOTION,
  ],
  [
    'ESP32',
    ESP32_CLASSIC,
    {
      pins: 40,
      taken: [0, 1, 2, 3, 5, ...range(6, 12), 15, 20, 24, ...range(28, 31), 37, 38],
      adc1: [36, 37, 38, 39, 32, 33, 34, 35],
      wakes: [0, 2, 4, 12, 13, 14, 15, 25, 26, 27, ...range(32, 39)],
      inputOnly: range(34, 39),
      uarts: 3,
    },
    ESP32_CLASSIC_MOTION,
  ],
  [
    'ESP32-C3',
    ESP32_C3,
    {
      pins: 22,
      taken: [2, 9, ...range(11, 17), 18, 19, 20, 21],
      adc1: range(0, 4),
      wakes: range(0, 5),
      inputOnly: [],
      uarts: 2,
    },
  ],
  [
    'ESP32-C6',
    ESP32_C6,
    {
      pins: 31,
      taken: [4, 5, 8, 9, 12, 13, 15, 16, 17, ...range(24, 30)],
      adc1: range(0, 6),
      wakes: range(0, 7),
      inputOnly: [],
      uarts: 2,
    },
  ],
];

for (const [name, wiring, chip, motion] of BOARDS) {
  describe(`the wiring of the ${name}`, () => {
    const { i2c, lines, battery, dock, slotCount, slotProbes } = wiring;
    const felt = motion === undefined ? [] : Object.values(motion.accelerometer);
    const found = motion === undefined ? [] : [motion.gnss.receive, motion.gnss.power];
    const own = [i2c.data, i2c.clock, battery.pin, dock.receive, ...lines.map(({ pin }) => pin)];
    const pins: number[] = [...own, ...felt, ...found];

    it('uses each pin once, and none that is taken', () => {
      assert.equal(new Set(pins).size, pins.length);
      for (const pin of pins) {
        assert.ok(pin >= 0 && pin < chip.pins && !chip.taken.includes(pin), `${pin}`);
      }
    });

    it('has every line, each on a pin of its own', () => {
      const all = lines.map(({ line }) => line).sort((a, b) => a - b);
      assert.deepEqual(
        all,
        Object.values(LINE).sort((a, b) => a - b),
      );
    });

    it('measures the battery with ADC1, below what the SDK can tell', () => {
      assert.ok(chip.adc1.includes(battery.pin));
      assert.ok(7400 / battery.divider < 2450, 'four fresh lithium cells');
    });

    it('lets switches and button wake a sleeping chip', () => {
      const waking = LINE.lidOpen | LINE.button | LINE.slotsChanged;
      for (const { line, pin } of lines) {
        if ((line & waking) !== 0) assert.ok(chip.wakes.includes(pin), `pin ${pin}`);
      }
    });

    it('has its bus on pins that can drive it', () => {
      for (const pin of [i2c.data, i2c.clock]) assert.ok(!chip.inputOnly.includes(pin));
    });

    it('says that the lid is open when its wire is broken, and that all else is not', () => {
      const open = lines.filter(({ isActiveHigh }) => isActiveHigh).map(({ line }) => line);
      assert.deepEqual(open, [LINE.lidOpen]);
    });

    it('hears the dock on a UART that is not the console’s', () => {
      assert.ok(dock.port >= 1 && dock.port < chip.uarts);
    });

    it('feels motion and finds places only with a bus and a UART to spare', () => {
      if (motion === undefined) return assert.equal(chip.uarts, 2);
      const { accelerometer, gnss } = motion;
      assert.ok(gnss.port >= 1 && gnss.port < chip.uarts && gnss.port !== dock.port);
      for (const pin of [accelerometer.data, accelerometer.clock, gnss.power]) {
        assert.ok(!chip.inputOnly.includes(pin), `pin ${pin}`);
      }
      assert.ok(chip.wakes.includes(accelerometer.interrupt), 'a shock wakes a sleeping chip');
    });

    it('gives every slot its probes', () => {
      checkLimits({
        slotCount,
        probeCount: PROBE_COUNT,
        slotProbes: Uint8Array.from(slotProbes),
        samplePeriodS: 60,
        conversionLimitMs: 1000,
        journalBytes: 16 * 4096,
        isHardware: true,
      });
      assert.equal(slotProbes.length, slotCount);
      const used = slotProbes.reduce((all, mask) => all | mask, 0);
      assert.equal(used, 0b1111, 'the SHT3x measures the air, and stands for no slot');
    });
  });
}
