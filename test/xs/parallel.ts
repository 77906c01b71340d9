/** Runs jobs side by side, as many as there are cores, and keeps their results in order. */
import { availableParallelism } from 'node:os';

export async function parallel<T, R>(
  items: readonly T[],
  job: (item: T, index: number) => Promise<R>,
  width: number = availableParallelism(),
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++;
      results[at] = await job(items[at]!, at);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}
