import assert from 'node:assert/strict';
import { Judge, type Verdict } from './support/judge.js';

/** What a lone probe's values become, one a minute. */
function steps(...values: readonly (number | null)[]): string {
  const judge = new Judge(1);
  return values.map((value, i) => judge.says(i * 60, [value])[0]).join(' ');
}

const words = (verdict: Verdict, count: number): Verdict[] =>
  Array.from({ length: count }, () => verdict);

/** Minutes after the first equal value at which a probe is stuck; Infinity: not within two days. */
function stuckAfter(course: (minute: number) => readonly number[], probe = 0): number {
  const judge = new Judge(course(0).length);
  for (let minute = 0; minute < 2880; minute++) {
    if (judge.says(minute * 60, course(minute))[probe] === 'stuck') return minute;
  }
  return Infinity;
}

describe('a value that steps', () => {
  const TABLE: readonly (readonly [string, readonly (number | null)[], string])[] = [
    ['the first of all', [9000], 'value'],
    ['within 15 °C in a minute', [2000, 3500, 2000], 'value value value'],
    ['a hundredth more', [2000, 3501], 'value step'],
    ['a hundredth more, downwards', [2000, 499], 'value step'],
    ['one that is off, and back', [2000, 9000, 2010], 'value step value'],
    ['two that are off, and back', [2000, 9000, 9000, 2010], 'value step step value'],
    ['a new level', [2000, 4000, 4001, 4002, 4003], 'value step step value value'],
    ['a new level that still moves', [2000, 4000, 5000, 5500], 'value step step value'],
    [
      'one that is torn to and fro',
      [2000, 6000, 0, 6000, 0, 6000, 0],
      'value step step step step step step',
    ],
    ['a level that steps again', [0, 2000, 4000, 4000, 4000], 'value step step step value'],
    ['more after a longer time', [2000, null, 4000], 'value other value'],
    ['a hundredth more than that', [2000, null, 4001], 'value other step'],
    [
      'a new level with a fault between',
      [0, 4000, null, 4000, 4000],
      'value step other step value',
    ],
  ];
  for (const [name, values, expected] of TABLE) {
    it(`${name}: ${expected}`, () => assert.equal(steps(...values), expected));
  }

  it('may change by anything after an hour', () => {
    const judge = new Judge(1);
    judge.says(0, [-5000]);
    assert.deepEqual(judge.says(3600, [10_000]), ['value']);
  });

  for (const [periodS, limit] of [
    [10, 1083],
    [60, 1500],
    [600, 6000],
  ] as const) {
    it(`may change by ${limit / 100} °C when samples are ${periodS} s apart`, () => {
      for (const [change, expected] of [
        [limit, 'value'],
        [-limit, 'value'],
        [limit + 1, 'step'],
        [-limit - 1, 'step'],
      ] as const) {
        const judge = new Judge(1, periodS);
        judge.says(0, [1000]);
        assert.deepEqual(judge.says(periodS, [1000 + change]), [expected]);
      }
    });
  }

  it('is found at every temperature, at once, and the new level believed after two gaps', () => {
    for (let centiC = -4000; centiC <= 6000; centiC += 250) {
      for (const change of [1501, -1501, 3000, -3000]) {
        const found = steps(centiC, centiC + change, centiC + change, centiC + change);
        assert.equal(found, 'value step step value');
      }
    }
  });

  it('blinds for four minutes at most, however fast a probe and however hot a cabin', () => {
    // A probe follows a jump of its surroundings by 80 °C (a cabin of 60 °C, frost of -20 °C).
    for (let tauMinutes = 0.05; tauMinutes < 60; tauMinutes *= 1.07) {
      const judge = new Judge(1);
      let acceptedAt = 0;
      for (let minute = 0; minute < 60; minute++) {
        const centiC = Math.round(6000 - 8000 * (1 - Math.exp(-minute / tauMinutes)));
        if (judge.says(minute * 60, [centiC])[0] !== 'value') continue;
        assert.ok(minute - acceptedAt <= 4, `tau ${tauMinutes}: ${minute - acceptedAt} min`);
        acceptedAt = minute;
      }
      assert.equal(acceptedAt, 59);
    }
  });

  it('of one probe is no gap of another', () => {
    const judge = new Judge(3);
    judge.says(0, [2000, 2100, 2200]);
    assert.deepEqual(judge.says(60, [2001, 5000, 2203]), ['value', 'step', 'value']);
  });
});

describe('a value that stays the same', () => {
  it('is believed for 12 h when nothing else speaks against it', () => {
    assert.equal(
      stuckAfter(() => [2000]),
      719,
    );
  });

  it('of all probes at once is believed for 4 h: the bus is frozen', () => {
    assert.equal(
      stuckAfter(() => [2000, 2010]),
      239,
    );
    assert.equal(
      stuckAfter(() => [2000, 2010, 1990], 2),
      239,
    );
  });

  it('of all but one, which lives and stays where it is, is believed for 12 h', () => {
    assert.equal(
      stuckAfter((minute) => [2000, 2000 + (minute % 2), 2100]),
      719,
    );
  });

  // 300 °C·min, and 20 samples at least.
  const AWAY: readonly (readonly [awayC: number, minutes: number])[] = [
    [0.5, 600],
    [1, 300],
    [5, 60],
    [10, 30],
    [-10, 30],
    [14, 22],
    [-1, 300],
  ];
  for (const [awayC, minutes] of AWAY) {
    it(`is stuck after ${minutes} min while the other moved by ${awayC} °C`, () => {
      const course = (minute: number) => [
        2000,
        1500 + (minute === 0 ? 0 : awayC * 100) + (minute % 2), // the other lives
      ];
      assert.ok(Math.abs(stuckAfter(course) - minutes) <= 6);
    });
  }

  it('needs 20 samples, however far the other is', () => {
    // 14 °C further every minute: 300 °C·min are reached in the sixth.
    assert.equal(
      stuckAfter((minute) => [500, Math.min(9000, -4000 + minute * 1400)]),
      19,
    );
  });

  it('is told by the mean of the others', () => {
    const course = (minute: number) => [2000, 1500, minute === 0 ? 2000 : 3000 + (minute % 2)];
    assert.equal(stuckAfter(course), 60); // 5 °C for an hour
  });

  it('is no fault while the others swing about where they were', () => {
    const course = (minute: number) => [2000, Math.round(1500 + 500 * Math.sin(minute / 10))];
    assert.equal(stuckAfter(course), 719);
  });

  it('is found at every temperature', () => {
    for (let centiC = -4000; centiC <= 6000; centiC += 100) {
      const course = (minute: number) => [centiC, centiC + (minute === 0 ? 0 : 600)];
      assert.equal(stuckAfter(course), 50);
    }
  });

  it('is not told by a probe that stepped: nobody knows which of its levels is true', () => {
    const course = (minute: number) => [2000, minute < 5 ? 1500 : 4500 + (minute % 2)];
    assert.equal(stuckAfter(course), 719);
  });

  it('begins anew with every other value', () => {
    const course = (minute: number) => [minute % 300 === 299 ? 2001 : 2000, 1500 + (minute % 7)];
    assert.equal(stuckAfter(course), Infinity);
  });

  it('stays a gap until another value comes, and that is believed', () => {
    const judge = new Judge(2);
    const verdicts: Verdict[] = [];
    for (let minute = 0; minute < 60; minute++) {
      const own = minute < 50 ? 500 : 1100 + (minute % 2);
      verdicts.push(judge.says(minute * 60, [own, minute === 0 ? 600 : 1600])[0]!);
    }
    const expected = [...words('value', 30), ...words('stuck', 20), ...words('value', 10)];
    assert.deepEqual(verdicts, expected);
  });

  it('that then jumps is a step', () => {
    const judge = new Judge(2);
    for (let minute = 0; minute <= 40; minute++) {
      judge.says(minute * 60, [500, minute === 0 ? 600 : 1600]);
    }
    const rest = [2600, 2601, 2602].map((own, i) => judge.says(60 * (41 + i), [own, 1600])[0]);
    assert.deepEqual(rest, ['step', 'step', 'value']);
  });

  it('goes on through faults of the bus', () => {
    const judge = new Judge(1);
    let stuckAt = 0;
    for (let minute = 0; stuckAt === 0; minute++) {
      const value = minute % 10 === 5 ? null : 2000;
      if (judge.says(minute * 60, [value])[0] === 'stuck') stuckAt = minute;
    }
    assert.equal(stuckAt, 799); // 720 values
  });

  for (const [periodS, runs] of [
    [10, 4320],
    [60, 720],
    [3600, 60],
  ] as const) {
    it(`is ${runs} samples when they are ${periodS} s apart`, () => {
      const judge = new Judge(1, periodS);
      const isStuck = (i: number): boolean => judge.says(i * periodS, [2000])[0] === 'stuck';
      for (let i = 0; i < runs - 1; i++) assert.ok(!isStuck(i), `${i}`);
      assert.ok(isStuck(runs - 1));
    });
  }
});

describe('the memory of it', () => {
  it('is in its words alone: a sleep forgets nothing', () => {
    const awake = new Judge(2);
    let asleep = new Judge(2);
    for (let minute = 0; minute < 100; minute++) {
      const values = [2000, minute === 0 ? 1500 : 2000];
      if (minute > 70 && minute < 74) values[0] = 7000;
      const expected = awake.says(minute * 60, values);
      assert.deepEqual(asleep.says(minute * 60, values), expected, `${minute}`);
      const next = new Judge(2);
      next.words.set(asleep.words);
      asleep = next;
    }
  });

  it('takes 164 bytes', () => assert.equal(new Judge(1).words.byteLength, 164));

  describe('of a probe that was stuck when power was lost', () => {
    const booted = (): Judge => {
      const judge = new Judge(1);
      judge.plausible.distrust(0);
      return judge;
    };

    it('waits for another value', () => {
      const judge = booted();
      const verdicts = [500, 500, 500, 501, 501].map((v, i) => judge.says(i * 60, [v])[0]);
      assert.deepEqual(verdicts, ['stuck', 'stuck', 'stuck', 'value', 'value']);
    });

    it('is of no account when it woke from a sleep', () => {
      const judge = new Judge(1);
      judge.says(0, [500]);
      judge.plausible.distrust(0);
      assert.deepEqual(judge.says(60, [500]), ['value']);
    });
  });
});
