/** `npm run verify` on a hand-off of which readings were summed up before anybody fetched them. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Authority } from '../../../host-sim/backend/authority.js';
import {
  type HandoffSection,
  type Visit,
  encodeHandoff,
} from '../../../host-sim/backend/handoff-file.js';
import { decodeBlocks } from '../../../host-sim/backend/decode.js';
import { goneRanges } from '../../../host-sim/backend/thinned.js';
import { pemOfPublicKey } from '../../../host-sim/cli/root-key.js';
import { verifyRun } from '../../../host-sim/cli/verify-run.js';
import { testAuthority } from '../backend/support/fixtures.js';
import { thinnedImages, visitOfImage } from '../backend/support/thinned-visit.js';
import { FakeTerminal } from './run-fixture.js';

describe('npm run verify, of a thinned journal', function () {
  this.timeout(60_000);
  let folder: string;
  let authority: Authority;
  let early: Visit;
  let late: Visit;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plasmavakt-verify-'));
    authority = await testAuthority();
    writeFileSync(join(folder, 'root.pub'), pemOfPublicKey(authority.rootPublicKey));
    const images = thinnedImages();
    early = visitOfImage(authority, images.early);
    late = visitOfImage(authority, images.late);
  });
  after(() => rmSync(folder, { recursive: true }));

  async function verify(visits: readonly Visit[], ...args: string[]) {
    const sections = visits.flatMap(
      ({ dockId, certificate, checkpoint, blocks }): HandoffSection[] => [
        { type: 'visit', dockId },
        { type: 'certificate', bytes: certificate },
        { type: 'checkpoint', bytes: checkpoint },
        ...blocks.map((block): HandoffSection => ({ type: 'block', block })),
      ],
    );
    const path = join(folder, 'handoff.bin');
    writeFileSync(path, encodeHandoff(sections));
    const [stdout, stderr] = [new FakeTerminal(), new FakeTerminal()];
    const code = await verifyRun([path, ...args], { stdout, stderr });
    return { code, out: stdout.text, err: stderr.text };
  }
  const summedUp = (blocks: Visit['blocks']): number =>
    goneRanges(decodeBlocks(blocks).records).reduce((sum, range) => sum + range.readingCount, 0);
  const grouped = (value: number): string => `${value}`.replace(/\B(?=(\d{3})+$)/g, '\u202f');

  it('proves it from the first record on, and says how many readings are summed up', async () => {
    const { code, out, err } = await verify([late]);
    assert.deepEqual([code, err], [0, '']);
    const count = summedUp(late.blocks);
    assert.ok(count > 20_000);
    assert.match(out, /\nproven +records 1 to \d+\n/);
    assert.ok(out.includes(`\nsummed up   ${grouped(count)} readings, for want of room\n`), out);
  });

  it('in --json too', async () => {
    const { out } = await verify([late], '--json');
    const { journals } = JSON.parse(out) as { journals: { summedUp: number }[] };
    assert.deepEqual(
      journals.map((journal) => journal.summedUp),
      [summedUp(late.blocks)],
    );
  });

  it('counts none that an earlier visit had fetched, and says nothing without any', async () => {
    const both = await verify([early, late], '--json');
    assert.equal(both.code, 0, both.err);
    const { journals } = JSON.parse(both.out) as { journals: { summedUp: number }[] };
    assert.ok(journals[0]!.summedUp < summedUp(late.blocks));
    const { code, out } = await verify([early]);
    assert.equal(code, 0);
    assert.doesNotMatch(out, /summed up/);
  });

  it('ends with 1 when a segment is missing of which nothing was summed up', async () => {
    const numbers = [...new Set(late.blocks.map(({ segment }) => segment))].sort((a, b) => a - b);
    const blocks = late.blocks.filter(({ segment }) => segment !== numbers.at(-3));
    const { code, err } = await verify([{ ...late, blocks }]);
    assert.equal(code, 1);
    assert.match(err, /segment/);
  });
});
