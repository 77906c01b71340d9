import assert from 'node:assert/strict';
import { SECTOR_BYTES } from '../../firmware/core/limits.js';
import type { DecodedRecord, RecordName } from '../../host-sim/backend/record-types.js';
import { contentOf } from '../../host-sim/backend/store.js';
import { goneRanges } from '../../host-sim/backend/thinned.js';
import type { KitVerdict } from '../../host-sim/backend/verdicts.js';
import { liveLong } from '../support/long-journey.js';

/** Events that name no other record. */
const SEEN: readonly RecordName[] = ['boot', 'lid', 'slot', 'gap', 'kit', 'seal', 'shock'];

/**
 * What both journals must say of each kit: all but the numbers of records, and when a reading was.
 */
function judged(verdicts: readonly KitVerdict[]) {
  // No mean kinetic temperature is told across readings that are gone, and no age of a place.
  return verdicts.map(({ packed, recorded, reasons, restsOn, mkt: _mkt, ...kit }) => ({
    ...kit,
    probes: restsOn?.probes,
    packed: packed.time,
    recorded: recorded?.time,
    reasons: reasons.map(({ evidence: _, start: __, where, extreme, since, ...reason }) => ({
      ...reason,
      place: where.place,
      extreme: extreme?.value,
      since: since.time,
    })),
  }));
}

describe('a container that no dock sees until its journal has overflowed twice', function () {
  this.timeout(300_000);

  it('hands over every event, and the same verdicts as one with room for all', async () => {
    const small = await liveLong(12, 20 * SECTOR_BYTES);
    assert.deepEqual(small.journey.warnings, []);
    assert.deepEqual(small.findings, []);
    assert.ok(goneRanges(small.records).length > 40, 'all sectors were thinned twice');
    assert.ok(small.records.every(({ type }) => type !== 'lost'));
    const large = await liveLong(12, 4 * 1024 * 1024);
    assert.deepEqual(large.findings, []);
    assert.deepEqual(judged(small.verdicts), judged(large.verdicts));
    assert.ok(small.verdicts.some(({ reasons }) => reasons.length > 0));
    const seen = (records: readonly DecodedRecord[]) =>
      records.filter(({ type }) => SEEN.includes(type)).map((record) => contentOf(record));
    assert.deepEqual(seen(small.records), seen(large.records));
  });
});
