/**
 * A finished run and its verdicts, made by hand, and a terminal that remembers what was written:
 * so that commands and tables can be tested without simulating anything.
 */
import type { RunResult } from '../../../host-sim/cli/run-types.js';
import type { Terminal } from '../../../host-sim/cli/start-run.js';
import { wallSOfIso } from '../../../host-sim/backend/record-types.js';
import type { KitVerdict, VerdictReason } from '../../../host-sim/backend/verdicts.js';

const MOMENT = { sequence: 1, wallS: 0, time: '2020-01-01T00:00:00.000Z' };

export const WARM: VerdictReason = {
  code: 'zone0',
  verdict: 'quarantine',
  text: 'Above 25.0 °C (label, warm) for 4 h 12 min in total, allowed 4 h; warmest 31.4 °C',
  zone: 'label, warm',
  limit: 2500,
  used: 15_120,
  allowed: 14_400,
  left: 0,
  start: MOMENT,
  extreme: { ...MOMENT, value: 3140 },
  since: MOMENT,
  where: {
    ...{ place: null, fix: null, source: null, uncertaintyM: null },
    ...{ ageS: null, before: null, after: null },
  },
  evidence: [1, 5],
};

export const GAP: VerdictReason = {
  ...WARM,
  code: 'gap',
  verdict: 'unknown',
  text: 'No reading for 1 h 6 min, allowed 15 min',
  used: 3960,
  allowed: 900,
};

export function kitVerdict(kit: number, changes: Partial<KitVerdict> = {}): KitVerdict {
  return {
    kit,
    sgtin: `010735000100020621KIT100${kit}`,
    product: 'lyoplas-n-w',
    productName: 'LyoPlas N-w',
    profileHash: '00'.repeat(32),
    slot: kit,
    custody: 'in',
    verdict: 'usable',
    language: 'en',
    text: 'Every limit was kept, and nothing is unknown',
    reasons: [],
    restsOn: null,
    packed: MOMENT,
    recorded: MOMENT,
    expiryWallS: wallSOfIso('2027-03-31T23:59:59Z'),
    expiry: '2027-03-31T23:59:59.000Z',
    budgetLeftS: 1000,
    budgetLeftPermille: 972,
    budgetLeftDays: 443,
    budgetDaysAtC: 25,
    mkt: {
      stayCentiC: 2245,
      warmestDaysCentiC: null,
      measuredS: 86_400,
      missing: null,
      isInformative: true,
      text: 'Mean kinetic temperature 22.45 °C over 24 h of readings',
    },
    bloodGroup: 'AB',
    units: [],
    components: [],
    ...changes,
  };
}

export const RESULT: RunResult = {
  verdicts: [
    kitVerdict(0),
    kitVerdict(1, { verdict: 'quarantine', reasons: [WARM, GAP] }),
    kitVerdict(2, {
      custody: 'fateUnknown',
      slot: null,
      budgetLeftS: null,
      budgetLeftPermille: null,
    }),
  ],
  handoffs: [
    { dock: 'Bank', records: 21, bytes: 483, messages: 32, airSeconds: 0.04, sequence: 21 },
    { dock: 'Base', records: 4400, bytes: 12_000, messages: 60, airSeconds: 0.17, sequence: 4421 },
    { dock: 'Base', records: 14, bytes: 345, messages: 1, airSeconds: 0.004, sequence: 4435 },
  ],
  files: [
    {
      name: 'report.html',
      path: '/tmp/out/report.html',
      bytes: 1_404_955,
      sha256: 'ab'.repeat(32),
    },
  ],
  finalHash: 'cd'.repeat(32),
  simulatedDays: 3,
  wallSecondsElapsed: 4.25,
  records: 4435,
  warnings: ['2 records are not receipted yet'],
};

/** Remembers all that is written to it. */
export class FakeTerminal implements Terminal {
  text = '';
  readonly isTTY?: boolean;
  readonly columns?: number;
  constructor(isTTY?: boolean, columns?: number) {
    if (isTTY !== undefined) this.isTTY = isTTY;
    if (columns !== undefined) this.columns = columns;
  }
  write(text: string): boolean {
    this.text += text;
    return true;
  }
}

// eslint-disable-next-line no-control-regex -- control codes are what is looked for
export const CONTROL_CODE = /\u001b/;
