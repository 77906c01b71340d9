/**
 * Daily life at random: hands that take, put back into any slot, press, hold, restock, dock and
 * undock in any order, with power cut in between. Whatever they do, the container and the oracle,
 * which share no code, must tell the same story.
 */
import assert from 'node:assert/strict';
import { Random } from '../../host-sim/world/prng.js';
import { type DayPlan, type KitName, liveDay } from '../support/daily-life.js';

const ENOUGH_S = 20 * 3600;
/** A dock's visit must be over before the container leaves. */
const VISIT_S = 300;

/** A day of somebody who does what can be done, at random times. */
class RandomHands {
  private readonly random: Random;
  private readonly slots: (KitName | undefined)[] = ['L1', 'L2', 'F1', undefined];
  private readonly out: KitName[] = [];
  private readonly fresh: KitName[] = ['L3', 'L4', 'OLD', 'DUE'];
  private readonly acts: string[] = [];
  private readonly faults: string[] = [];
  private isDocked = true;
  private nowS = 9 * 3600;

  constructor(seed: number) {
    this.random = new Random(seed, 'hands');
  }

  plan(): DayPlan {
    this.acts.push('day 1 08:40, do: open-lid', 'day 1 08:41, do: dock', 'day 1 08:42, do: unseal');
    const gestures = [
      () => this.take(),
      () => this.take(),
      () => this.putBack(),
      () => this.putBack(),
      () => this.do('press'),
      () => this.do('press, times: 2'),
      () => this.do('hold'),
      () => this.pack(),
      () => this.pack(),
      () => this.move(),
      () => this.losePower(),
    ];
    while (this.nowS < ENOUGH_S) {
      this.nowS += Math.floor(35 + this.random.nextUnit() ** 3 * 2400);
      this.pick(gestures)?.();
    }
    return { acts: this.acts, faults: this.faults };
  }

  private pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.random.nextUnit() * items.length)];
  }

  private get when(): string {
    const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
    const { nowS } = this;
    return `day 1 ${two(nowS / 3600)}:${two((nowS / 60) % 60)}:${two(nowS % 60)}`;
  }

  private do(what: string): void {
    this.acts.push(`${this.when}, do: ${what}`);
  }

  private slotThat(isFilled: boolean): number | undefined {
    return this.pick([0, 1, 2, 3].filter((slot) => (this.slots[slot] !== undefined) === isFilled));
  }

  private take(): void {
    const slot = this.slotThat(true);
    if (slot === undefined) return;
    const kit = this.slots[slot]!;
    this.slots[slot] = undefined;
    this.out.push(kit);
    this.do(`take, kit: ${kit}`);
  }

  private putBack(): void {
    const [kit, slot] = [this.pick(this.out), this.slotThat(false)];
    if (kit === undefined || slot === undefined) return;
    this.out.splice(this.out.indexOf(kit), 1);
    this.slots[slot] = kit;
    this.do(`put-back, kit: ${kit}, slot: ${slot}`);
  }

  private pack(): void {
    const slot = this.slotThat(false);
    if (!this.isDocked || slot === undefined) return;
    const kit = this.fresh.shift();
    if (kit === undefined) return;
    this.slots[slot] = kit;
    this.do(`pack, kits: { ${kit}: ${slot} }`);
    this.nowS += VISIT_S;
  }

  private move(): void {
    this.nowS += VISIT_S;
    this.do(this.isDocked ? 'undock' : 'dock');
    this.isDocked = !this.isDocked;
    this.nowS += VISIT_S;
  }

  /** People go on meanwhile: what they do shows when the power is back. */
  private losePower(): void {
    if (this.isDocked) return;
    const lengthS = Math.floor(60 + this.random.nextUnit() * 1500);
    this.faults.push(`${this.when}, fault: power-loss, duration: ${lengthS}s`);
    if (this.random.nextUnit() < 0.5) this.take();
    this.nowS += lengthS + VISIT_S;
  }
}

describe('daily life at random', function () {
  this.timeout(60_000);

  for (let seed = 1; seed <= 12; seed++) {
    it(`container and oracle agree on the hands of seed ${seed}`, async () => {
      const plan = new RandomHands(seed).plan();
      const day = await liveDay(plan);
      const told = [...plan.acts, ...(plan.faults ?? [])].sort().join('\n');
      assert.deepEqual(day.log.problems, [], told);
      assert.deepEqual(day.findings, [], told);
    });
  }
});
