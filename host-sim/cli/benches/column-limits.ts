/**
 * Hands on what others make of the columns that a journal stores: the limit of a delta coder, the
 * best prediction found, and the packers, all in bytes a sample of the same columns.
 */
import { differencesOf, orderZeroBits } from './entropy.js';
import type { SensorColumns } from './journal-workload.js';
import { differenceBytes, packedBytes, PACKERS } from './packers.js';
import { orderOneBits, predictedBits } from './predictor.js';

export interface ColumnLimits {
  readonly orderZero: number;
  readonly predicted: number;
  /** In the order of PACKERS; undefined where one is not installed. */
  readonly packed: readonly (number | undefined)[];
}

/** Measures time, probes, humidity and battery together. */
export async function columnLimits(columns: SensorColumns): Promise<ColumnLimits> {
  const { uptimeS, temperaturesCentiC, humidityPermille, batteryMilliV } = columns;
  const channels = [...temperaturesCentiC, humidityPermille, batteryMilliV];
  const all = [uptimeS, ...channels];
  const bytes = differenceBytes(all);
  const packing = Promise.all(PACKERS.map((packer) => packedBytes(packer, bytes)));
  const orderZero = sumOf(all.map((column) => orderZeroBits(differencesOf(column))));
  const predicted = sumOf([orderOneBits(differencesOf(uptimeS)), ...predictedBits(channels)]);
  const lengths = await packing;
  return {
    orderZero: orderZero / 8,
    predicted: predicted / 8,
    packed: lengths.map((length) => (length === undefined ? length : length / uptimeS.length)),
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
