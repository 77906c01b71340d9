/**
 * A morning of a small container, lived by the real code: packed at the bank, driven to the base,
 * handed over there, and again at the end; and the same container on another morning that began
 * alike.
 */
import type { HandoffSection } from '../../../host-sim/backend/handoff-file.js';
import { groupVisits } from '../../../host-sim/backend/handoff-file.js';
import { type Lived, live } from '../../support/journey.js';
import { PACKED, scenarioText } from '../world/fixture.js';

const TO_BASE = '{ at: day 1 08:30, from: bank, to: base, by: car, duration: 30m }';
/** From then on the journal has a second segment. */
const RESTART = '{ at: day 1 08:25, fault: restart }';
const AT_BASE = [
  '{ at: day 1 09:10, do: dock }',
  '{ at: day 1 09:15, do: open-lid }',
  '{ at: day 1 09:16, do: take, kit: A }',
  '{ at: day 1 09:17, do: close-lid }',
];

export interface Morning {
  readonly lived: Lived;
  readonly rootPublicKey: Uint8Array;
  readonly image: Uint8Array;
  /** Sections of each visit, in order. */
  readonly visits: readonly (readonly HandoffSection[])[];
}

/** `acts` happen between 08:15 and 08:30, when both kits are packed and before the drive. */
export async function morning(acts: readonly string[] = []): Promise<Morning> {
  const head = 'days: 0.1\nat: bank\n';
  const journey = [...PACKED, ...acts, ...AT_BASE];
  const text = scenarioText({ head, journey, legs: [TO_BASE], faults: [RESTART] });
  const lived = await live({ seed: 1 }, text);
  return {
    lived,
    rootPublicKey: lived.setup.authority.rootPublicKey,
    image: lived.setup.sim.journalFlash.image(),
    visits: groupVisits(lived.journey.received),
  };
}

/** The lid is opened for a minute: nothing that matters, but records that the other has not. */
export const LID_OPENED: readonly string[] = [
  '{ at: day 1 08:15, do: open-lid }',
  '{ at: day 1 08:16, do: close-lid }',
];
