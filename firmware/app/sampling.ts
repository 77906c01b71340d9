/**
 * Every sampling instant becomes one READING record; a probe that begins or ends to give nothing
 * becomes a GAP record with its reason, and its length when it ends.
 */
import type { Limits } from '../core/limits.js';
import type { ProbePort } from '../core/ports.js';
import type { CalibrationTable } from '../core/reading/calibration.js';
import { Sampler } from '../core/reading/sampler.js';
import { GAP_REASON, RECORD } from '../core/record/schema.js';
import type { Ledger } from './ledger.js';
import { type Memory, PROBE_GAP } from './memory.js';

/** Length of a gap that has not ended. */
const OPEN = -1;

export class Sampling {
  readonly sampler: Sampler;
  private readonly ledger: Ledger;
  private readonly gaps: Int32Array;
  private readonly limits: Limits;
  private hasStarted = false;

  constructor(
    probes: ProbePort,
    ledger: Ledger,
    memory: Memory,
    limits: Limits,
    calibration: CalibrationTable,
  ) {
    this.sampler = new Sampler(probes, memory.plausible, limits, calibration);
    this.ledger = ledger;
    this.gaps = memory.probeGaps;
    this.limits = limits;
  }

  /** Goes on with the instant that is due; records it when it is complete. */
  step(uptimeS: number, ms: number): void {
    if (!this.hasStarted) this.start();
    if (this.sampler.step(uptimeS, ms) !== 1) return;
    const instantS = this.sampler.instantUptimeS;
    for (let probe = 0; probe < this.limits.probeCount; probe++) this.gap(probe, instantS);
    this.sampler.fill(this.ledger.record);
    this.ledger.store();
  }

  sleepMs(uptimeS: number, ms: number): number {
    return this.sampler.sleepMs(uptimeS, ms);
  }

  /** A gap that was open when power was lost still stands in the journal. */
  private start(): void {
    this.hasStarted = true;
    for (let probe = 0; probe < this.limits.probeCount; probe++) {
      const reason = this.gaps[probe * PROBE_GAP.words + PROBE_GAP.reason];
      if (reason === GAP_REASON.stuck) this.sampler.distrust(probe);
    }
  }

  private gap(probe: number, uptimeS: number): void {
    const at = probe * PROBE_GAP.words;
    const now = this.sampler.reasons[probe]!;
    const before = this.gaps[at + PROBE_GAP.reason]!;
    if (now === before) return;
    const startUptimeS = this.gaps[at + PROBE_GAP.startUptimeS]!;
    if (before !== 0) this.record(probe, before, startUptimeS, uptimeS - startUptimeS, uptimeS);
    if (now !== 0) this.record(probe, now, uptimeS, OPEN, uptimeS);
  }

  private record(
    probe: number,
    reason: number,
    startUptimeS: number,
    lengthS: number,
    uptimeS: number,
  ): void {
    const record = this.ledger.begin(RECORD.gap, uptimeS);
    record.fields[0] = probe;
    record.fields[1] = reason;
    record.fields[2] = startUptimeS;
    record.fields[3] = lengthS;
    this.ledger.store();
  }
}
