/**
 * Hands on the events that shake the container: bumps of the road and landings of a transport, at
 * seeded times, and a measured recording at its time. Only what would wake the accelerometer (more
 * than 2.5 g) becomes a burst; the rotor line alone never does.
 */
import type { Random } from './prng.js';
import { ScenarioError } from './scenario-error.js';
import { VIBRATIONS, burstsOfRecording, makeBump } from './shock.js';
import type { ShockRecording } from './shock-trace.js';
import { MINUTE_MS } from './time-text.js';
import type { Leg, WorldEvent } from './world-event.js';

const BUMP_EVERY_MS = 45 * MINUTE_MS;
/** No bump so close to the ends of a leg, where the landing and the loading are. */
const QUIET_MS = MINUTE_MS;
const LANDING_BEFORE_END_MS = 20_000;

/** Bumps of a leg: a road's potholes now and then, a landing at the end of every flight. */
export function bumpEvents(leg: Leg, random: Random): WorldEvent[] {
  if (leg.by === 'carried') return [];
  const events: WorldEvent[] = [];
  const roomMs = leg.endMs - leg.startMs - 2 * QUIET_MS;
  const count = roomMs <= 0 ? 0 : Math.floor(roomMs / BUMP_EVERY_MS + random.nextUnit());
  for (let i = 0; i < count; i++) {
    const atMs = leg.startMs + QUIET_MS + random.nextBelow(roomMs);
    events.push(
      bumpEvent(leg, atMs, { peakG: 1.8 + 1.4 * random.nextUnit(), pulseMs: 22 }, random),
    );
  }
  if (leg.by === 'helicopter' && roomMs > 0) {
    const landing = { peakG: 2.4 + 1.6 * random.nextUnit(), pulseMs: 35 };
    events.push(bumpEvent(leg, leg.endMs - LANDING_BEFORE_END_MS, landing, random));
  }
  return events;
}

function bumpEvent(
  leg: Leg,
  atMs: number,
  pulse: { peakG: number; pulseMs: number },
  random: Random,
): WorldEvent {
  const stream = random.split(String(atMs));
  const make = () => makeBump({ atMs, ...pulse }, VIBRATIONS[leg.by], stream);
  return { tMs: atMs, change: { kind: 'shock', make } };
}

/** A recording's bursts from `atMs` on; throws a ScenarioError when it outlasts the journey. */
export function recordingEvents(
  recording: ShockRecording,
  atMs: number,
  endMs: number,
): WorldEvent[] {
  if (atMs < 0 || atMs + recording.durationMs > endMs) {
    const { name, durationMs } = recording;
    throw new ScenarioError(
      `${name}: ${durationMs} ms from ${atMs} ms on, expected within the journey's ${endMs} ms`,
    );
  }
  return burstsOfRecording(recording, atMs).map((burst): WorldEvent => {
    return { tMs: burst.startMs, change: { kind: 'shock', make: () => burst } };
  });
}
