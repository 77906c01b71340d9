/**
 * The boards that a firmware is built for, and where the SDK's tools put what they make of each. A
 * board is a folder in manifests/ whose manifest serves the SDK both as the application's and as
 * the target's. `lin` is no hardware: it shows on a computer that everything links.
 */
import { join, resolve } from 'node:path';

export interface BoardTarget {
  /** Also its folder in manifests/. */
  readonly name: string;
  /** The chip as ESP-IDF calls it; undefined for a computer. */
  readonly chip: string | undefined;
  readonly describe: string;
}

/** The primary board first. */
export const BOARDS: readonly BoardTarget[] = [
  { name: 'esp32s3', chip: 'esp32s3', describe: 'ESP32-S3, 8 MB flash: the primary board' },
  { name: 'esp32', chip: 'esp32', describe: 'the first ESP32, 4 MB flash' },
  { name: 'esp32c3', chip: 'esp32c3', describe: 'ESP32-C3, 4 MB flash' },
  { name: 'esp32c6', chip: 'esp32c6', describe: 'ESP32-C6, 4 MB flash' },
  { name: 'lin', chip: undefined, describe: 'Linux without hardware: links, and starts' },
];

/** What `NAME` in manifests/ says. */
const IMAGE = 'plasmavakt';
export const CHECKOUT = resolve(__dirname, '..', '..', '..');

/** The folder of a board's manifest, from which the SDK's tools are run. */
export function manifestFolder(board: BoardTarget, checkout: string = CHECKOUT): string {
  return join(checkout, 'manifests', board.name);
}

/**
 * The SDK's `-p`: the folder itself is the target. It is named relatively because mcconfig turns
 * what stands here into lower case.
 */
export function platformArgument(board: BoardTarget): string {
  return board.chip === undefined ? 'lin' : 'esp32:.';
}

/** The folder below `out` in which mcconfig puts makefile and modules. */
export function buildFolder(board: BoardTarget, out: string, kind: 'release' | 'debug'): string {
  const platform = board.chip === undefined ? ['lin', 'mc'] : ['esp32', board.name];
  return join(out, 'tmp', ...platform, kind, IMAGE);
}
