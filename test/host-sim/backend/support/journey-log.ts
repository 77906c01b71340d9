/** A short journey written by hand, with every kind of record that becomes an EPCIS event. */
import { REASON } from '../../../../firmware/core/excursion/reasons.js';
import { COMMAND, ORIGIN, SHOCK_CLASS } from '../../../../firmware/core/record/schema.js';
import { CUSTODY, VERDICT } from '../../../../firmware/core/units.js';
import { identityBytes } from '../../../../host-sim/backend/identity.js';
import { type PackingList, encodePackingList } from '../../../../host-sim/backend/packing-list.js';
import type { Profile } from '../../../../host-sim/backend/profile.js';
import { AIR_BASE, BLOOD_BANK, LogBuilder, PLAN, packingListOf } from './fixtures.js';

export const COORDINATE_ABSENT = -2147483648;

/** Adds records as the container writes them. */
export class JourneyLog extends LogBuilder {
  profile(index: number, profile: Profile): this {
    this.add('profile', { fields: { profile: index, version: 1 }, tail: profile.hash });
    return this;
  }

  pack(kit: number, list: PackingList, profile = 0): this {
    const expiryWallS = Math.min(...list.components.map((one) => one.expiryWallS));
    const fields = { kit, slot: kit, profile, expiryWallS };
    this.add('kit', { fields, tail: encodePackingList(list) });
    const command = { code: COMMAND.pack, result: 1, kit };
    this.add('command', { fields: command, tail: identityBytes(PLAN.packer) });
    return this;
  }

  custody(kit: number, custody: keyof typeof CUSTODY, slot = kit): this {
    this.add('custody', {
      fields: {
        kit,
        custody: CUSTODY[custody],
        verdict: VERDICT.usable,
        emergency: 0,
        origin: ORIGIN.slot,
        slot,
      },
    });
    return this;
  }

  verdict(kit: number, verdict: keyof typeof VERDICT, reasons: number[], budgetLeftS = -1): this {
    const bits = reasons.reduce((sum, bit) => sum | (1 << bit), 0);
    this.add('verdict', { fields: { kit, verdict: VERDICT[verdict], reasons: bits, budgetLeftS } });
    return this;
  }

  excursion(kit: number, rule: number, more: Readonly<Record<string, number>>): this {
    const none = {
      limit: 0,
      used: 0,
      allowed: 0,
      startSequence: 0,
      extreme: 0,
      extremeSequence: 0,
    };
    this.add('excursion', { fields: { kit, rule, phase: 0, ...none, ...more } });
    return this;
  }

  /** What the container is built with: which probes, as bits, stand for which slot. */
  config(...slotProbes: number[]): this {
    const fields = { samplePeriodS: 60, probeCount: 2, slotCount: slotProbes.length };
    this.add('config', { fields: { ...fields, isHardware: 0 }, tail: Uint8Array.from(slotProbes) });
    return this;
  }

  place(kind: number, gln: string): this {
    const fields = {
      kind,
      source: 1,
      latitudeMicroDeg: COORDINATE_ABSENT,
      longitudeMicroDeg: COORDINATE_ABSENT,
      uncertaintyM: 65535,
    };
    this.add('place', { fields, tail: identityBytes(gln) });
    return this;
  }

  shock(shockClass: number, slots: number, more: Readonly<Record<string, number>> = {}): this {
    this.add('shock', {
      fields: {
        startUptimeS: this.uptimeS,
        startMs: 250,
        peakXMilliG: -7995,
        peakYMilliG: 120,
        peakZMilliG: 15000,
        deltaVMmPerS: 2870,
        freeFallMs: 240,
        durationMs: 12,
        axis: 2,
        flags: 0,
        class: shockClass,
        tiltDeg: 3,
        slots,
        ...more,
      },
    });
    return this;
  }
}

/** Two kits packed, carried, warmed, dropped, one of them taken, mixed and used. */
export function journeyLog(profile: Profile): JourneyLog {
  const log = new JourneyLog();
  log.add('boot', { fields: { bootCount: 1, reason: 1 } });
  log.wait(10).profile(0, profile).place(2, BLOOD_BANK);
  log
    .wait(5)
    .pack(0, packingListOf('K1'))
    .pack(1, packingListOf('K2', { units: [] }));
  log.verdict(0, 'usable', [], 479000000).verdict(1, 'usable', [], 479000000);
  log.wait(60).reading(2010, 2020);
  log.wait(60).reading(2030, 1990);
  log.add('lid', { fields: { open: 1 } });
  log.wait(5).add('lid', { fields: { open: 0 } });
  log.wait(300).place(1, BLOOD_BANK);
  log.wait(60);
  const warm = log.reading(2610, 2605);
  log.wait(60);
  const warmest = log.reading(2711, null);
  log.excursion(0, 0, {
    limit: 2500,
    used: 14400,
    allowed: 14400,
    startSequence: warm.sequence,
    extreme: 2711,
    extremeSequence: warmest.sequence,
  });
  log.verdict(0, 'quarantine', [REASON.zone0], 478000000);
  const shock = log.wait(30).nextSequence;
  log.shock(SHOCK_CLASS.dropLike, 0b10).shock(SHOCK_CLASS.handling, 0b11);
  const drop = { limit: 1500, extreme: 2870, startSequence: shock, extremeSequence: shock };
  log.excursion(1, REASON.shockDrop, drop);
  log.excursion(1, REASON.gap, { used: 1200, allowed: 900, startSequence: warmest.sequence });
  log.excursion(1, REASON.lidOpen, { used: 7300, allowed: 7200 });
  log.excursion(1, REASON.budget, { used: 5, allowed: 5 });
  log.verdict(1, 'unknown', [REASON.gap, REASON.shockDrop, REASON.lidOpen, REASON.budget], 0);
  log.wait(20).place(2, AIR_BASE).custody(0, 'taken').custody(1, 'taken').custody(1, 'in');
  log.wait(20).custody(0, 'mixed').verdict(0, 'quarantine', [REASON.zone0, REASON.mixed], 4);
  log.wait(20).custody(0, 'used');
  log.wait(600).reading(1500, 1510);
  return log;
}
