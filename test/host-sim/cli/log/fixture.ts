/**
 * A day of a small container with several restarts, each of which begins a segment; its flash, what
 * its docks received, and `npm run log` on files made of them.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeHandoff } from '../../../../host-sim/backend/handoff-file.js';
import { logRun } from '../../../../host-sim/cli/log/run.js';
import { pemOfPublicKey } from '../../../../host-sim/cli/root-key.js';
import { type Lived, live } from '../../../support/journey.js';
import { PACKED, scenarioText } from '../../world/fixture.js';
import { FakeTerminal } from '../run-fixture.js';

const RESTARTS = ['09:00', '12:00', '15:00', '18:00'];
const DOCKED = ['{ at: day 1 10:10, do: dock }', '{ at: day 1 10:20, do: undock }'];
const ACTS = [
  '{ at: day 1 13:00, do: open-lid }',
  '{ at: day 1 13:01, do: take, kit: A }',
  '{ at: day 1 13:02, do: close-lid }',
  '{ at: day 1 19:00, do: dock }',
];
/** Bytes of flash that are kept in the file: all that the day needs, and room behind it. */
const IMAGE_BYTES = 32 * 4096;

export interface Day {
  readonly lived: Lived;
  readonly image: Uint8Array;
  readonly handoff: Uint8Array;
  readonly folder: Folder;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly lines: readonly string[];
}

/** A folder for the files of a test; `run` is the command. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'plasmavakt-log-'));

  write(name: string, content: Uint8Array | string): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  async run(...args: string[]): Promise<Ran> {
    const [stdout, stderr] = [new FakeTerminal(), new FakeTerminal()];
    const code = await logRun(args, { stdout, stderr });
    const lines = stdout.text === '' ? [] : stdout.text.trimEnd().split('\n');
    return { code, out: stdout.text, err: stderr.text, lines };
  }

  /** Writes a damaged copy and runs the command on it. */
  async runOn(whole: Uint8Array, damage: (bytes: Uint8Array) => void, ...args: string[]) {
    const bytes = whole.slice();
    damage(bytes);
    return this.run(this.write('damaged.bin', bytes), ...args);
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

export async function loggedDay(): Promise<Day> {
  const faults = RESTARTS.map((at) => `{ at: day 1 ${at}, fault: restart }`);
  const journey = [...PACKED, ...DOCKED, ...ACTS];
  const lived = await live({ seed: 1 }, scenarioText({ journey, faults }));
  const folder = new Folder();
  folder.write('root.pub', pemOfPublicKey(lived.setup.authority.rootPublicKey));
  return {
    lived,
    image: lived.setup.sim.journalFlash.image().slice(0, IMAGE_BYTES),
    handoff: encodeHandoff(lived.journey.received),
    folder,
  };
}
