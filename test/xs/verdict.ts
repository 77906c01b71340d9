/** What a replay must show; each answers what is wrong, or nothing. */
import type { Live, Replay } from './host.js';

/** A difference, an exception, full memory, ... with the functions that were running. */
export function disagreement({ end, message, trace }: Replay): string | undefined {
  if (end === 'same') return undefined;
  return `${end}: ${message}${trace ? `\n  in ${trace}` : ''}`;
}

/** What is alive from the second day of a boot on must stay as it is. */
export function growth(live: readonly Live[]): string | undefined {
  for (const [i, now] of live.entries()) {
    const before = live[i - 1];
    if (before?.boot !== now.boot) continue;
    if (before.slots === now.slots && before.chunkBytes === now.chunkBytes) continue;
    return (
      `boot ${now.boot}, day ${now.day + 1}: ${now.slots} slots and ${now.chunkBytes} chunk ` +
      `bytes are alive, the day before ${before.slots} and ${before.chunkBytes}`
    );
  }
  return undefined;
}

/** Preloaded objects are in flash: a copy in memory is a write that nobody meant. */
export function preloadedWrite({ written }: Replay): string | undefined {
  return written === '' ? undefined : `preloaded and written at run time: ${written}`;
}
