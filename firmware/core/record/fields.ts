/**
 * The one table of record types: what each record holds, in which order and how wide. Encoder,
 * decoder, FORMAT.md's tables and the host's decoded logs all follow it. A type's number and field
 * order are never changed within a format version; new fields go into a new version.
 *
 * Canonical bytes: type u8, uptimeS i32, then the fields little-endian in this order, then, where
 * `tail` is named, its length u8 and bytes. READING is the exception that its temperature fields
 * repeat once per probe (the segment header says how many).
 */

/** Format version written into every segment header. */
export const FORMAT_VERSION = 2;

/** Width of a field: bytes, negative when signed. */
export type Width = 1 | 2 | 4 | -1 | -2 | -4;
export interface RecordSchema {
  readonly name: string;
  readonly fields: readonly (readonly [name: string, width: Width])[];
  /** Name of the variable bytes at the end, '' when there are none. */
  readonly tail: string;
}

const schema = (
  name: string,
  fields: readonly (readonly [name: string, width: Width])[],
  tail = '',
): RecordSchema =>
  Object.freeze({ name, fields: Object.freeze(fields.map((field) => Object.freeze(field))), tail });

/** Indexed by record type; entry 0 is no record. */
export const RECORD_SCHEMAS: readonly RecordSchema[] = Object.freeze([
  schema('none', []),
  // The temperature field repeats once per probe; TEMPERATURE_ABSENT where the probe has a gap.
  schema('reading', [
    ['humidityPermille', -2],
    ['temperatureCentiC', -2],
  ]),
  // lengthS is -1 while the gap is open; the same gap is recorded again with its length.
  schema('gap', [
    ['probe', 1],
    ['reason', 1],
    ['startUptimeS', -4],
    ['lengthS', -4],
  ]),
  schema('boot', [
    ['bootCount', 2],
    ['reason', 1],
    ['wallSource', 1],
    ['wallS', -4],
    ['wallUncertaintyS', 2],
  ]),
  schema('clock', [
    ['wallSource', 1],
    ['oldWallS', -4],
    ['newWallS', -4],
    ['wallUncertaintyS', 2],
  ]),
  schema('lid', [['open', 1]]),
  schema('slot', [
    ['slot', 1],
    ['filled', 1],
    ['kit', -1],
  ]),
  // verdict is what the indicator showed when the act was done; emergency when it was not usable.
  schema('custody', [
    ['kit', 1],
    ['custody', 1],
    ['verdict', 1],
    ['emergency', 1],
    ['origin', 1],
    ['slot', 1],
  ]),
  schema('power', [
    ['batteryMilliV', 2],
    ['external', 1],
  ]),
  schema('dock', [['docked', 1]], 'dockId'),
  schema(
    'place',
    [
      ['kind', 1],
      ['source', 1],
      ['latitudeMicroDeg', -4],
      ['longitudeMicroDeg', -4],
      ['uncertaintyM', 2],
    ],
    'gln',
  ),
  schema('shock', [
    ['startUptimeS', -4],
    ['startMs', 2],
    ['peakXMilliG', -2],
    ['peakYMilliG', -2],
    ['peakZMilliG', -2],
    ['deltaVMmPerS', 2],
    ['freeFallMs', 2],
    ['durationMs', 2],
    ['axis', 1],
    ['flags', 1],
    ['class', 1],
    ['tiltDeg', 1],
    ['slots', -4],
  ]),
  // rule is a REASON of excursion/reasons.ts; sequences are those of the readings it rests on.
  schema('excursion', [
    ['kit', 1],
    ['rule', 1],
    ['phase', 1],
    ['limit', -4],
    ['used', -4],
    ['allowed', -4],
    ['startSequence', -4],
    ['extreme', -4],
    ['extremeSequence', -4],
  ]),
  schema('verdict', [
    ['kit', 1],
    ['verdict', 1],
    ['reasons', -4],
    ['budgetLeftS', -4],
  ]),
  schema('checkpoint', [['sequence', -4]], 'chainHash'),
  schema(
    'receipt',
    [
      ['sequence', -4],
      ['counter', -4],
      ['backendWallS', -4],
    ],
    'chainHash',
  ),
  schema(
    'config',
    [
      ['samplePeriodS', 2],
      ['probeCount', 1],
      ['slotCount', 1],
      ['isHardware', 1],
    ],
    'slotProbes',
  ),
  schema(
    'kit',
    [
      ['kit', 1],
      ['slot', 1],
      ['profile', 1],
      ['expiryWallS', -4],
    ],
    'packingList',
  ),
  schema(
    'profile',
    [
      ['profile', 1],
      ['version', 2],
      ['counter', -4],
    ],
    'hash',
  ),
  schema('roles', [['counter', -4]], 'hash'),
  schema('seal', [['sealed', 1]], 'staff'),
  schema('fault', [
    ['code', -2],
    ['a', -4],
    ['b', -4],
  ]),
  schema(
    'command',
    [
      ['code', 1],
      ['result', -2],
      ['kit', -1],
    ],
    'staff',
  ),
  // The journal was full and nothing was receipted: this many records were judged but not kept.
  schema('lost', [
    ['firstSequence', -4],
    ['count', -4],
    ['firstUptimeS', -4],
  ]),
  // The readings of firstSequence..lastSequence were given up for room, their range is summed up
  // here; what else stood there was stored anew as KEPT. keptCount: KEPT records among them, which
  // are stored anew without their own number. The tail: the chain hash after lastSequence (32
  // bytes), then min, max and mean (i16 each) of every probe and of the humidity.
  schema(
    'thinned',
    [
      ['firstSequence', -4],
      ['lastSequence', -4],
      ['bootCount', 2],
      ['firstUptimeS', -4],
      ['lastUptimeS', -4],
      ['readingCount', 2],
      ['keptCount', 2],
    ],
    'summary',
  ),
  // A record stored anew before its segment was thinned: its number, its boot, its canonical bytes.
  // copiedFrom is its own number, or that of the KEPT record that it was taken from this time.
  schema(
    'kept',
    [
      ['sequence', -4],
      ['bootCount', 2],
      ['copiedFrom', -4],
    ],
    'record',
  ),
  // A probe's calibration was installed; its points stand in the catalogue, under this CRC-32.
  schema(
    'calibration',
    [
      ['probe', 1],
      ['dueWallS', -4],
      ['listCrc', -4],
    ],
    'certificate',
  ),
  schema('notice', [
    ['code', 1],
    ['a', -4],
    ['b', -4],
  ]),
  // Quality's word on a kit: for which reasons, and the last record that was looked at for it.
  schema(
    'decision',
    [
      ['kit', 1],
      ['decision', 1],
      ['reasons', -4],
      ['reviewedSequence', -4],
      ['counter', -4],
    ],
    'staff',
  ),
  schema('service', [['on', 1]], 'staff'),
  // What a kit has used of each allowance, as it left (way 0) or came from elsewhere (way 1).
  schema(
    'slip',
    [
      ['kit', 1],
      ['way', 1],
      ['number', -4],
      ['endWallS', -4],
    ],
    'exposure',
  ),
  // Told later: who did what a CUSTODY record says and why, and since when a kit was mixed.
  schema(
    'account',
    [
      ['kit', 1],
      ['about', -4],
      ['why', 1],
      ['mixedWallS', -4],
    ],
    'staff',
  ),
  schema('light', [['lux', 2]]),
  schema('flight', [
    ['flying', 1],
    ['detectors', 1],
    ['pressureDeltaPa', -4],
  ]),
]);
