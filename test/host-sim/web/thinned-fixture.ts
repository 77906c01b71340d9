/** The fixture journey, of which a container with too little memory summed up the readings. */
import type { DecodedRecord } from '../../../host-sim/backend/record-types.js';
import type { ReportInput } from '../../../host-sim/web/report-data.js';
import { growing, thinOut } from '../backend/support/thinned-log.js';
import { START_S, reportFixture } from './report-fixture.js';

/** Each range in hours since the start, within one boot. */
export async function thinnedFixture(
  ...ranges: readonly (readonly [fromHour: number, toHour: number])[]
): Promise<{ input: ReportInput; whole: ReportInput; thinned: readonly DecodedRecord[] }> {
  const { input } = await reportFixture();
  const all = [...input.records];
  const log = growing(all);
  const gone = new Set<DecodedRecord>();
  for (const [fromHour, toHour] of ranges) {
    const isIn = ({ wallS }: DecodedRecord) =>
      wallS! >= START_S + fromHour * 3600 && wallS! < START_S + toHour * 3600;
    const inside = input.records.filter((record) => record.type === 'reading' && isIn(record));
    thinOut(log, inside[0]!.sequence, inside.at(-1)!.sequence);
    for (const record of inside) gone.add(record);
  }
  const records = all.filter((record) => !gone.has(record));
  const thinned = records.filter(({ type }) => type === 'thinned');
  return { input: { ...input, records }, whole: input, thinned };
}
