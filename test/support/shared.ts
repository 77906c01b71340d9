/**
 * Where the measured traces and recordings are that are too large for this repository: the folder
 * that PLASMAVAKT_SHARED names, else `../shared` beside the checkout. A test that needs them is
 * declared with `itWithShared` and shows as skipped, with the reason, where they are absent.
 */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CHECKOUT = resolve(__dirname, '..', '..');

/** The shared folder, or undefined when there is none; an explicit but wrong setting throws. */
export function sharedRoot(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env['PLASMAVAKT_SHARED'];
  if (named !== undefined && named !== '') {
    if (!existsSync(named) || !statSync(named).isDirectory()) {
      throw new Error(`PLASMAVAKT_SHARED names ${named}, expected a folder`);
    }
    return resolve(named);
  }
  const beside = resolve(CHECKOUT, '..', 'shared');
  return existsSync(beside) ? beside : undefined;
}

/** The absolute path of a shared file or folder, or undefined when it is absent. */
export function sharedPath(relative: string): string | undefined {
  const root = sharedRoot();
  if (root === undefined) return undefined;
  const path = join(root, relative);
  return existsSync(path) ? path : undefined;
}

/** Like `sharedPath`, for tests inside `itWithShared`: throws when the file is absent. */
export function sharedFile(relative: string): string {
  const path = sharedPath(relative);
  if (path === undefined) throw new Error(`Shared file ${relative} is missing`);
  return path;
}

/** A test that needs the shared folder; skipped, visibly, where there is none. */
export function itWithShared(title: string, fn: Mocha.Func | Mocha.AsyncFunc): void {
  if (sharedRoot() === undefined) {
    it.skip(`${title} [no shared data: set PLASMAVAKT_SHARED]`, () => undefined);
  } else {
    it(title, fn as Mocha.AsyncFunc);
  }
}
