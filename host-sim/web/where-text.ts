/**
 * Hands on where the container was in a few words: the place by the name that people gave it, or
 * between which places and where last, with how sure and how old that is. What is not known is not
 * said.
 */
import type { DecodedRecord } from '../backend/record-types.js';
import type { Whereabouts } from '../backend/whereabouts.js';
import { durationOf } from './format.js';
import type { LogIndex } from './log-index.js';

const SOURCES = { dock: 'dock', gnss: 'satellites', cell: 'radio cell' } as const;
const SOURCE_CODES = ['', SOURCES.dock, SOURCES.gnss, SOURCES.cell];
const UNCERTAINTY_UNKNOWN = 65535;

/** "Bergen blood bank", "under way from Bergen, 60.3980, 5.3221 ± 12 m (satellites, 3 min old)". */
export function whereText(where: Whereabouts, index: LogIndex): string {
  const { place, fix, source, uncertaintyM, ageS, before, after } = where;
  const age = ageS !== null && ageS > 0 ? `${durationOf(ageS)} old` : '';
  if (place !== null) {
    const name = index.placeName(place);
    return age === '' ? name : `${name} (last contact ${durationOf(ageS ?? 0)} before)`;
  }
  const way = [
    before === null ? '' : ` from ${index.placeName(before)}`,
    after === null ? '' : ` to ${index.placeName(after)}`,
  ].join('');
  if (fix === null) return way === '' ? 'not known' : `under way${way}`;
  const position = `${fix.latitude.toFixed(4)}, ${fix.longitude.toFixed(4)} ± ${uncertaintyM} m`;
  const how = [source === null ? '' : SOURCES[source], age].filter((word) => word !== '');
  return `under way${way}, ${position} (${how.join(', ')})`;
}

/** Of a PLACE record: "satellites, ± 12 m"; where it does not say how sure it is, without that. */
export function howKnown({ fields }: DecodedRecord): string {
  const source = SOURCE_CODES[fields['source'] ?? 0] ?? '';
  const uncertaintyM = fields['uncertaintyM'] ?? UNCERTAINTY_UNKNOWN;
  if (uncertaintyM !== UNCERTAINTY_UNKNOWN) return `${source}, ± ${uncertaintyM} m`;
  return fields['kind'] === 0 ? `${source}, not relied upon` : source;
}
