/**
 * Hands on the wall time of records from the anchors of their boot: BOOT and CLOCK records, and
 * segment headers. An anchor holds for what follows it in its boot; what came before a boot's first
 * anchor takes that one: records before the clock was set get their time at the backend.
 */
import type { SegmentHeader } from '../../firmware/core/journal/layout.js';
import { WALL_SOURCE, WALL_UNKNOWN } from '../../firmware/core/units.js';
import type { DecodedRecord } from './record-types.js';

export type TimedRecord = Omit<DecodedRecord, 'wallS'>;

/** An anchor: from this sequence number on, wall time less uptime. */
interface Anchor {
  readonly fromSequence: number;
  readonly offsetS: number;
}

export class WallTimes {
  private readonly anchors = new Map<number, Anchor[]>();

  /** A header anchors its boot; it may speak of the boot before its first record. */
  addHeader(header: SegmentHeader): void {
    if (header.wallS === WALL_UNKNOWN || this.anchors.has(header.bootCount)) return;
    this.add(header.bootCount, header.firstSequence, header.wallS - header.uptimeS);
  }

  /** BOOT and CLOCK records are anchors; others say nothing of time. Called in order. */
  addRecord(record: TimedRecord): void {
    const { boot, sequence, uptimeS, fields } = record;
    if (record.type === 'boot' && fields['wallSource'] !== WALL_SOURCE.unset) {
      this.add(boot, sequence, fields['wallS']! - uptimeS);
    } else if (record.type === 'clock' && fields['wallSource'] !== WALL_SOURCE.unset) {
      this.add(boot, sequence, fields['newWallS']! - uptimeS);
    }
  }

  private add(boot: number, fromSequence: number, offsetS: number): void {
    const known = this.anchors.get(boot) ?? [];
    known.push({ fromSequence, offsetS });
    this.anchors.set(boot, known);
  }

  /** Seconds since 2020-01-01Z, or null when nothing in its boot tells. */
  wallSOf(record: TimedRecord): number | null {
    const known = this.anchors.get(record.boot);
    if (known === undefined) return null;
    const anchor = known.filter((a) => a.fromSequence <= record.sequence).at(-1) ?? known[0]!;
    return anchor.offsetS + record.uptimeS;
  }
}
