import assert from 'node:assert/strict';
import { assertAgrees, live } from '../support/journey.js';
import { itWithShared, sharedFile } from '../support/shared.js';

describe('measured input', function () {
  this.timeout(120_000);

  itWithShared('a room every ten minutes, around the box', async () => {
    const traceFile = sharedFile('data/temperature/house-10min.csv');
    const lived = await live({ seed: 1, traceFile, tracePlace: 'outside', days: 5 });
    assertAgrees(lived, '--trace house-10min.csv --days 5');
  });

  itWithShared('an office every hour with sensor failures, as the probes themselves', async () => {
    const traceFile = sharedFile('data/temperature/office-hourly.csv');
    const lived = await live({ seed: 1, traceFile, tracePlace: 'inside', days: 40 });
    assertAgrees(lived, '--trace office-hourly.csv --trace-place inside --days 40');
    const gaps = lived.log.records.filter(({ type }) => type === 'gap');
    assert.ok(gaps.length > 0, 'the trace has gaps, so must the log');
    const missing = lived.log.records.some(({ temperaturesCentiC }) => {
      return temperaturesCentiC?.every((value) => value === null) === true;
    });
    assert.ok(missing, 'no value is invented in a gap');
  });

  itWithShared('a fall, felt once by every kit aboard', async () => {
    const shockFile = sharedFile('data/shock/fall-200hz-1.csv');
    const lived = await live({ seed: 1, shockFile });
    assertAgrees(lived, '--shock fall-200hz-1.csv');
    const severe = lived.log.records.filter(
      ({ type, fields }) => type === 'shock' && fields['class'] === 2,
    );
    assert.equal(severe.length, 1);
  });
});
