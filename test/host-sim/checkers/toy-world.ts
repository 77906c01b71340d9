/**
 * A random world around a toy container: hours of temperatures, silent probes, people, shocks and
 * power losses, second by second. It keeps the truth of all of it, and everything follows from the
 * seed.
 */
import { putI32 } from '../../../firmware/core/bytes.js';
import { FAULT } from '../../../firmware/core/faults.js';
import { INPUT_LAYOUT, PROBE_LAYOUT } from '../../../firmware/core/ports.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { CUSTODY } from '../../../firmware/core/units.js';
import type { DecodedRecord } from '../../../host-sim/backend/record-types.js';
import type { Rules, Truth, TruthEntry } from '../../../host-sim/checkers/input.js';
import { Random } from '../../../host-sim/world/prng.js';
import { FAR_WALL_S, PERIOD_S, START_WALL_S, rules } from './tiny.js';
import { ToyContainer } from './toy-container.js';

/** What may happen besides the usual. */
export interface ToyOptions {
  /** Power losses may cost the clock its time. */
  readonly losesClock: boolean;
  /** The button is pressed whenever, and mixed kits are put back. */
  readonly isCareless: boolean;
  readonly hasUseBy: boolean;
  /** Probes may be silent when the journey ends. */
  readonly endsSilent: boolean;
}

export interface ToyJourney {
  readonly truth: Truth;
  readonly rules: Rules;
  readonly records: readonly DecodedRecord[];
}

const SLOTS = [0, 1, 2] as const;
const TARGETS_CENTI_C = [500, 500, 2600, 3100, 150, -50, 2499, 2501];
const SENTINEL_CENTI_C = 25600;

export function toyJourney(seed: number, options: ToyOptions): ToyJourney {
  return new ToyWorld(seed, options).run();
}

class ToyWorld {
  private readonly random: Random;
  private readonly options: ToyOptions;
  private readonly endS: number;
  private readonly rules: Rules;
  private readonly container: ToyContainer;
  private readonly entries: TruthEntry[] = [];
  private nowS = 0;
  private bootAtS = 0;
  private isPowered = false;
  private powerBackS = 0;
  private isClockSet = true;
  private isLidOpen = false;
  private presses = 0;
  private holds = 0;
  /** Slots that hold a kit, that were packed, and whose kit the container knows. */
  private readonly filled = [false, false, false];
  private readonly knownFromS: number[] = [];
  private readonly expiryWallS: number[] = [];
  private touched = -1;
  private readonly centiC = [500, 500];
  private readonly targetCentiC = [500, 500];
  private readonly isSilent = [false, false];
  private readonly shocks: { dueS: number; freeFallMs: number; deltaVMmPerS: number }[] = [];

  constructor(seed: number, options: ToyOptions) {
    this.random = new Random(seed, 'toy');
    this.options = options;
    this.endS = this.between(2, 6) * 3600;
    this.rules = this.drawRules();
    const inputs = { read: (into: Uint8Array) => this.readInputs(into), readDockId: () => -25 };
    const poll = (probe: number, into: Uint8Array): number => this.pollProbe(probe, into);
    this.container = new ToyContainer({ inputs, probes: { start: () => 0, poll } }, this.rules);
  }

  run(): ToyJourney {
    this.powerOn();
    for (; this.nowS < this.endS; this.nowS++) {
      this.weather();
      this.people();
      this.power();
      if (!this.isPowered) continue;
      this.packed();
      this.container.step(this.nowS - this.bootAtS);
      this.felt();
    }
    const setup = {
      startWallS: START_WALL_S,
      endS: this.endS,
      samplePeriodS: PERIOD_S,
      slotProbes: [[0], [1], [0, 1]],
      isHardware: false,
    };
    const truth = { setup, entries: this.entries };
    return { truth, rules: this.rules, records: this.container.records };
  }

  private happens(perHour: number): boolean {
    return this.random.nextUnit() < perHour / 3600;
  }

  private between(least: number, most: number): number {
    return least + this.random.nextBelow(most - least + 1);
  }

  private drawRules(): Rules {
    const minutes = (least: number, most: number): number => 60 * this.between(least, most);
    const hot = { operator: 'above', limitCentiC: 2500 } as const;
    const rates = Array.from({ length: 40 }, (_, c) => Math.round(5 * 1.14 ** c));
    const budgetS = this.between(100, 6000);
    return rules({
      gapAllowanceS: minutes(2, 20),
      zones: [
        { ...hot, allowance: 'single', allowanceS: minutes(5, 60), verdict: 'quarantine' },
        { ...hot, allowance: 'cumulative', allowanceS: minutes(5, 100), verdict: 'inspect' },
        {
          operator: 'atOrAbove',
          limitCentiC: 3000,
          allowance: 'instant',
          allowanceS: 0,
          verdict: 'discard',
        },
        {
          operator: 'below',
          limitCentiC: 200,
          allowance: 'cumulative',
          allowanceS: minutes(5, 60),
          verdict: 'inspect',
        },
        {
          operator: 'atOrBelow',
          limitCentiC: 0,
          allowance: 'instant',
          allowanceS: 0,
          verdict: 'discard',
        },
      ],
      budget:
        this.between(0, 2) === 0
          ? null
          : { firstKnotC: 0, ratesPermille: rates, budgetS, verdict: 'discard' },
      lid: { allowedS: minutes(5, 40), verdict: 'inspect' },
      useByS: this.options.hasUseBy ? minutes(10, 100) : null,
      disagree: { limit: 500, allowedS: 900, verdict: 'inspect' },
    });
  }

  private weather(): void {
    const isLate = this.nowS > this.endS - 2 * this.rules.gapAllowanceS - 300;
    for (const probe of [0, 1]) {
      if (this.happens(2)) {
        this.targetCentiC[probe] = TARGETS_CENTI_C[this.between(0, TARGETS_CENTI_C.length - 1)]!;
      }
      const rest = this.targetCentiC[probe]! - this.centiC[probe]!;
      this.centiC[probe]! += this.happens(2) ? rest : rest / 100;
      if (this.happens(this.isSilent[probe]! ? 7 : 0.7)) {
        this.isSilent[probe] = !this.isSilent[probe];
      }
      if (isLate && !this.options.endsSilent) this.isSilent[probe] = false;
    }
  }

  private people(): void {
    if (this.happens(3)) {
      this.isLidOpen = !this.isLidOpen;
      this.entries.push({ kind: 'lid', atS: this.nowS, isOpen: this.isLidOpen });
    }
    const next = this.knownFromS.length;
    if (this.isPowered && next < SLOTS.length && this.happens(36)) this.pack(next);
    if (this.happens(3)) this.move(this.between(0, 2));
    const isOut = this.touched >= 0 && !this.filled[this.touched];
    if (!isOut && !this.options.isCareless) return;
    if (this.happens(1)) {
      this.presses++;
      this.entries.push({ kind: 'press', atS: this.nowS });
    } else if (this.happens(0.2)) {
      this.holds++;
      this.entries.push({ kind: 'hold', atS: this.nowS });
    }
  }

  /** Puts a new kit into a slot; the packing station tells the container a little later. */
  private pack(slot: number): void {
    const isShort = this.between(0, 4) === 0;
    const expiryWallS = isShort ? START_WALL_S + this.nowS + this.between(600, 14400) : FAR_WALL_S;
    this.filled[slot] = true;
    this.touched = slot;
    this.knownFromS[slot] = this.nowS + this.between(1, 200);
    this.expiryWallS[slot] = expiryWallS;
    const kit = `kit ${slot}`;
    this.entries.push({ kind: 'pack', atS: this.nowS, slot, kit, profile: 'tiny', expiryWallS });
  }

  /** Takes the kit of a slot, or puts it back. */
  private move(slot: number): void {
    if (!(this.knownFromS[slot]! < this.nowS) || this.custody(slot) === CUSTODY.none) return;
    const isBack = !this.filled[slot];
    if (isBack && !this.options.isCareless && this.custody(slot) !== CUSTODY.taken) return;
    this.filled[slot] = isBack;
    this.touched = slot;
    this.entries.push({ kind: isBack ? 'putBack' : 'take', atS: this.nowS, slot });
  }

  private custody(slot: number): number {
    return this.container.custodyOf(slot);
  }

  private power(): void {
    if (!this.isPowered) {
      if (this.nowS >= this.powerBackS) this.powerOn();
      return;
    }
    if (!this.isClockSet && this.happens(2)) {
      this.isClockSet = true;
      this.entries.push({ kind: 'clock', atS: this.nowS, isSet: true });
      const wallS = START_WALL_S + this.nowS;
      this.container.put(RECORD.clock, this.nowS - this.bootAtS, [2, 0, wallS, 0]);
    }
    const isKnown = SLOTS.every((slot) => this.custody(slot) !== CUSTODY.none);
    if (!isKnown || !this.happens(0.4)) return;
    this.isPowered = false;
    this.shocks.length = 0;
    this.powerBackS = this.nowS + (this.between(0, 2) === 0 ? 1 : this.between(5, 3000));
    if (this.options.losesClock && this.between(0, 2) === 0) this.isClockSet = false;
    this.entries.push({ kind: 'powerOff', atS: this.nowS });
  }

  private powerOn(): void {
    this.isPowered = true;
    this.bootAtS = this.nowS;
    this.presses = 0;
    this.holds = 0;
    this.entries.push({ kind: 'boot', atS: this.nowS, clockKnown: this.isClockSet });
    this.container.boot(this.isClockSet ? START_WALL_S + this.nowS : null);
  }

  private packed(): void {
    for (const slot of SLOTS) {
      const isDue = this.knownFromS[slot]! <= this.nowS && this.filled[slot];
      if (!isDue || this.custody(slot) !== CUSTODY.none) continue;
      const fields = [slot, slot, 0, this.expiryWallS[slot]!];
      this.container.put(RECORD.kit, this.nowS - this.bootAtS, fields);
    }
  }

  /** Shocks, and their records some seconds later, measured within a tenth. */
  private felt(): void {
    if (this.happens(0.4)) {
      const freeFallMs = this.between(0, 500);
      const deltaVMmPerS = this.between(0, 5000);
      this.entries.push({
        kind: 'shock',
        atS: this.nowS,
        freeFallMs,
        deltaVMmPerS,
        isClipped: false,
      });
      const measured = Math.round((deltaVMmPerS * this.between(90, 110)) / 100);
      const fallen = Math.max(0, freeFallMs + this.between(-25, 25));
      const dueS = this.nowS + this.between(2, 10);
      this.shocks.push({ dueS, freeFallMs: fallen, deltaVMmPerS: measured });
    }
    while (this.shocks[0] !== undefined && this.shocks[0].dueS <= this.nowS) {
      const { freeFallMs, deltaVMmPerS } = this.shocks.shift()!;
      const slots = this.filled.reduce((bits, isIn, slot) => bits | (isIn ? 1 << slot : 0), 0);
      const isDrop = deltaVMmPerS >= 1500 || freeFallMs >= 140;
      const shockClass = deltaVMmPerS >= 3000 ? 2 : isDrop ? 1 : 0;
      const fields = [0, 0, 0, 0, 0, deltaVMmPerS, freeFallMs, 0, 0, 0, shockClass, 0, slots];
      this.container.put(RECORD.shock, this.nowS - this.bootAtS, fields);
    }
  }

  private readInputs(into: Uint8Array): number {
    into.fill(0);
    into[INPUT_LAYOUT.flags] = this.isLidOpen ? 1 : 0;
    into[INPUT_LAYOUT.pressCount] = this.presses;
    into[INPUT_LAYOUT.holdCount] = this.holds;
    const slots = this.filled.reduce((bits, isIn, slot) => bits | (isIn ? 1 << slot : 0), 0);
    putI32(into, INPUT_LAYOUT.slots, slots);
    return INPUT_LAYOUT.bytes;
  }

  private pollProbe(probe: number, into: Uint8Array): number {
    const isSentinel = this.between(0, 299) === 0;
    const value = isSentinel ? SENTINEL_CENTI_C : Math.round(this.centiC[probe]!);
    const deliveredCentiC = this.isSilent[probe]! ? null : value;
    this.entries.push({ kind: 'sample', atS: this.nowS, probe, deliveredCentiC });
    if (deliveredCentiC === null) return FAULT.busError;
    putI32(into, PROBE_LAYOUT.temperatureCentiC, deliveredCentiC);
    into.fill(255, PROBE_LAYOUT.humidityPermille, PROBE_LAYOUT.bytes);
    return PROBE_LAYOUT.bytes;
  }
}
