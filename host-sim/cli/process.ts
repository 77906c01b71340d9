/**
 * What every command needs of its process beyond its streams: to live on when nobody reads what it
 * prints, and to stop tidily when it is told to.
 */

/** As shells do for Ctrl-C: 128 and the number of the signal. */
export const EXIT_STOPPED = 130;

/** `npm start | head`: what is printed goes nowhere from then on; the files are still written. */
export function survivesClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/**
 * Aborts at the first Ctrl-C or the like; the second one ends the process at once. The listeners
 * stay: a library that counts them (restoring the cursor) would end the process if they were gone.
 */
export function onStop(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(EXIT_STOPPED);
      stop.abort(new Error(`stopped by ${name}`));
    });
  }
  return stop.signal;
}

/** Waits for work that never rejects, but no longer than until the signal: then it rejects. */
export function unlessStopped(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    void work.then(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
  });
}
