/**
 * What a crew sees of a container, instant by instant: everything that its indicator was told to
 * show, with the time, and darkness where there is no power. A picture reads like the box itself:
 * `go`, `look`, `no`, `empty` for each slot.
 */
import assert from 'node:assert/strict';
import { INDICATOR_FLAG, INDICATOR_LAYOUT, INDICATOR_SLOT } from '../../firmware/core/ports.js';
import type { Setup } from '../../host-sim/cli/setup.js';
import type { World } from '../../host-sim/world/world.js';

export type Sign = keyof typeof INDICATOR_SLOT | 'dark';

/** What the indicator shows from an instant on. */
export interface Picture {
  readonly atS: number;
  readonly signs: readonly Sign[];
  readonly goCount: number;
  readonly flags: readonly string[];
}

const SIGNS = Object.keys(INDICATOR_SLOT) as (keyof typeof INDICATOR_SLOT)[];

export class Crew {
  /** In order of time. */
  readonly pictures: Picture[] = [];
  private readonly world: World;
  private readonly slotCount: number;

  /** Watches the indicator from now on. */
  constructor({ world, sim, limits }: Setup) {
    this.world = world;
    this.slotCount = limits.slotCount;
    this.darken();
    const { indicator } = sim;
    const show = indicator.show.bind(indicator);
    indicator.show = (bytes, length) => {
      this.pictures.push(this.pictureOf(bytes.slice(0, length)));
      return show(bytes, length);
    };
    const advanceTo = world.advanceTo.bind(world);
    world.advanceTo = (ms) => {
      advanceTo(ms);
      if (!world.powered) this.darken();
    };
  }

  /** What is seen at an instant, seconds after the start. */
  at(atS: number): Picture {
    const seen = this.pictures.filter((picture) => picture.atS <= atS).at(-1);
    assert.ok(seen !== undefined, `nothing was shown until ${atS} s`);
    return seen;
  }

  /** Every picture that was seen for some time between two instants. */
  between(fromS: number, toS: number): Picture[] {
    const later = this.pictures.filter(({ atS }) => atS > fromS && atS < toS);
    return [this.at(fromS), ...later];
  }

  private pictureOf(bytes: Uint8Array): Picture {
    const flags = bytes[INDICATOR_LAYOUT.flags]!;
    return {
      atS: this.world.nowMs / 1000,
      signs: [...bytes.subarray(INDICATOR_LAYOUT.slots)].map((sign) => SIGNS[sign]!),
      goCount: bytes[INDICATOR_LAYOUT.goCount]!,
      flags: Object.entries(INDICATOR_FLAG).flatMap(([name, bit]) => (flags & bit ? [name] : [])),
    };
  }

  /** LEDs without power. */
  private darken(): void {
    if (this.pictures.at(-1)?.signs[0] === 'dark') return;
    const signs = new Array<Sign>(this.slotCount).fill('dark');
    this.pictures.push({ atS: this.world.nowMs / 1000, signs, goCount: 0, flags: [] });
  }
}
