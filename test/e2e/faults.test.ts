import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createContainer } from '../../firmware/app/container.js';
import { defaultScenarioPath } from '../../host-sim/world/scenario.js';
import { replayTape } from '../../host-sim/ports/tape.js';
import { assertAgrees, live } from '../support/journey.js';

/** The default journey with faults, and what must then be said of every kit packed first. */
const CASES: readonly { title: string; faults: string; reasons: readonly string[] }[] = [
  {
    title: 'a probe that gives its sentinel for an hour',
    faults: '- { at: day 1 20:00, fault: probe, probe: 0, shows: sentinel, duration: 1h }',
    reasons: ['gap'],
  },
  {
    title: 'a probe that is gone from the bus for ten minutes, within the allowance',
    faults: '- { at: day 1 20:00, fault: probe, probe: 0, shows: bus-error, duration: 10m }',
    reasons: [],
  },
  {
    title: 'a power loss of an hour, the clock running on',
    faults: '- { at: day 1 20:00, fault: power-loss, duration: 1h }',
    reasons: ['gap'],
  },
  {
    title: 'a power loss of ten minutes, within the allowance',
    faults: '- { at: day 1 20:00, fault: power-loss, duration: 10m }',
    reasons: [],
  },
  {
    title: 'a power loss and the clock lost with it',
    faults: [
      '- { at: day 2 19:00, fault: power-loss, duration: 5m }',
      '- { at: day 2 19:01, fault: clock-loss }',
    ].join('\n  '),
    reasons: ['gap'],
  },
  {
    title: 'a clock that jumps a day ahead on the way, and is set right at the dock',
    faults: '- { at: day 2 19:00, fault: clock-jump, byS: 86400 }',
    reasons: [],
  },
  {
    title: 'a clock lost on the way, set again at the dock',
    faults: '- { at: day 2 19:00, fault: clock-loss }',
    reasons: [],
  },
  {
    title: 'a probe whose answers come with wrong checksums, then none at all',
    faults: [
      '- { at: day 1 20:00, fault: probe, probe: 1, shows: bad-checksum, duration: 20m }',
      '- { at: day 1 20:20, fault: probe, probe: 1, shows: silent, duration: 20m }',
    ].join('\n  '),
    reasons: [],
  },
  {
    title: 'two restarts',
    faults: ['- { at: day 1 20:00, fault: restart }', '- { at: day 2 21:00, fault: restart }'].join(
      '\n  ',
    ),
    reasons: [],
  },
];

describe('the default journey with faults', function () {
  this.timeout(60_000);
  const text = readFileSync(defaultScenarioPath(), 'utf8');

  for (const { title, faults, reasons } of CASES) {
    it(title, async () => {
      const lived = await live({ seed: 5 }, `${text}\nfaults:\n  ${faults}\n`);
      assertAgrees(lived, title);
      const kit = lived.verdicts[1]!;
      const codes = kit.reasons.map(({ code }) => code);
      for (const reason of reasons) {
        assert.ok(codes.includes(reason), `${reason} in ${codes.join()}`);
      }
      if (reasons.length === 0) assert.ok(!codes.includes('gap'), codes.join());
      replayTape(lived.tape, createContainer);
    });
  }
});
