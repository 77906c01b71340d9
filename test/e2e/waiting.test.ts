import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertAgrees, live, type Lived } from '../support/journey.js';

const POWER_FAULTS = readFileSync(join(__dirname, '../xs/scenarios/power-faults.yaml'), 'utf8');

/** The same journey with every product judged by one profile. */
function allUnder(profile: string): string {
  return POWER_FAULTS.replaceAll(/profile: [a-z0-9-]+/g, `profile: ${profile}`);
}

/** Flash programs that held readings. */
function programsOf({ setup }: Lived): number {
  return setup.sim.journalFlash.counters.programs;
}

describe('a journey whose profiles allow readings to wait', function () {
  this.timeout(60_000);

  it('loses to power cuts what is allowed and no more, and the oracle agrees', async () => {
    const lived = await live({ seed: 3 }, allUnder('who-type-2'));
    assertAgrees(lived, 'who-type-2');
    assert.deepEqual(lived.log.problems, []);
  });

  it('programs the flash a fraction as often as one that allows no loss', async () => {
    const waiting = await live({ seed: 3 }, allUnder('who-type-2'));
    const atOnce = await live({ seed: 3 }, allUnder('who-type-1'));
    assertAgrees(atOnce, 'who-type-1');
    const [few, many] = [programsOf(waiting), programsOf(atOnce)];
    assert.ok(few < 0.4 * many, `${few} of ${many}`);
  });
});
