/**
 * Hands on whether a probe was calibrated at an instant, by the CALIBRATION records that name its
 * certificate's end and by the clock that the container says it had. Without a clock nobody can
 * tell that a certificate has ended, so what was, stays.
 */
import { type JournalView, type TimedRecord, field } from './journal-view.js';

/** Wall time less the journey's seconds from an instant on; null where no clock is set. */
interface ClockFrom {
  readonly fromS: number;
  readonly offsetS: number | null;
}

interface Certificate {
  readonly fromS: number;
  /** The second from which it vouches for nothing; 0: there is none. */
  readonly dueWallS: number;
}

/** The calibration of all probes over the journey. */
export class Calibrated {
  private readonly clocks: ClockFrom[] = [];
  private readonly certificates = new Map<number, Certificate[]>();

  constructor({ all }: JournalView) {
    for (const timed of all) {
      const { type } = timed.record;
      if (type === 'boot') this.clocks.push(clockFrom(timed, 'wallS'));
      if (type === 'clock') this.clocks.push(clockFrom(timed, 'newWallS'));
      if (type !== 'calibration') continue;
      const probe = field(timed, 'probe');
      const certificate = { fromS: timed.atS, dueWallS: field(timed, 'dueWallS') };
      this.certificates.set(probe, [...(this.certificates.get(probe) ?? []), certificate]);
    }
  }

  /** Whether a certificate of the probe stands and is in date. */
  isAt(probe: number, atS: number): boolean {
    const certificate = this.certificates
      .get(probe)
      ?.filter((it) => it.fromS <= atS)
      .at(-1);
    if (certificate === undefined || certificate.dueWallS === 0) return false;
    const { fromS, dueWallS } = certificate;
    let isValid = true;
    this.clocks.forEach((clock, i) => {
      const endS = Math.min(this.clocks[i + 1]?.fromS ?? Infinity, atS);
      const isTouched = clock.fromS <= atS && endS >= fromS;
      if (isTouched && clock.offsetS !== null) isValid = endS + clock.offsetS < dueWallS;
    });
    return isValid;
  }
}

function clockFrom(timed: TimedRecord, name: string): ClockFrom {
  const isSet = field(timed, 'wallSource') !== 0;
  return { fromS: timed.atS, offsetS: isSet ? field(timed, name) - timed.atS : null };
}
