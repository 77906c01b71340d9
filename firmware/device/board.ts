/**
 * What a board hands to main.ts: the ports of one container, its limits, and the few calls that
 * are the hardware's own. A board says in a type which ports it claims to have. A claimed port
 * must have an adapter; one that is not claimed must be an `Absent` one, so that neither a
 * forgotten adapter nor a silent stand-in gets past the compiler:
 *
 *     const ports: PortsOf<'clock' | 'probes'> = { clock, probes, link: absentLink, … };
 */
import type { Limits } from '../core/limits.js';
import type { ClockPort, Ports } from '../core/ports.js';
import type { RetainedRegion } from './retained.js';

/** Marks a port whose hardware a board does not have: it answers FAULT.absent to everything. */
export interface Absent {
  readonly isAbsent: true;
}

/** All ports of a board that claims to have `Claim`. */
export type PortsOf<Claim extends keyof Ports> = {
  readonly [Name in Claim]: Ports[Name] & { readonly isAbsent?: never };
} & {
  readonly [Name in Exclude<keyof Ports, Claim>]: Ports[Name] & Absent;
};

export type MotionPorts = Pick<Ports, 'accelerometer' | 'position'>;

/** What a board has of the parts that feel motion and find places: it may have none. */
export interface Motion {
  readonly ports: MotionPorts;
  /** As of Board: what has woken the container. */
  revision(): number;
  /** As of Board: looks after the parts between steps. */
  tend(): number;
}

export interface MotionContext {
  readonly clock: ClockPort;
  readonly ticksMs: () => number;
  /** A line has changed. */
  readonly onEvent: () => void;
}

export type MakeMotion = (context: MotionContext) => Motion;

/**
 * The SDK's timer. A one-shot is deleted when its callback returns, even if it was scheduled anew
 * there (SDK 8.2.3, modules/base/timer/mc/timer.c): so `repeatMs` is never 0 here.
 */
export interface TimerApi {
  set(callback: () => void, ms: number, repeatMs: number): object;
  schedule(timer: object, ms: number, repeatMs: number): void;
}

export interface Board {
  readonly ports: Ports;
  readonly limits: Limits;
  readonly timer: TimerApi;
  /** Retained memory for the container's hot state; undefined where nothing outlives a restart. */
  readonly hot: RetainedRegion | undefined;
  /** Milliseconds modulo 2^32, as an int32. */
  ticksMs(): number;
  /** Does what the hardware wants between steps; in how many milliseconds it wants to again. */
  tend(nowMs: number): number;
  /** Grows when something has happened that a step should see at once. */
  revision(): number;
  /** `wake` is called when a line has changed and `tend` should be called soon. */
  onWake(wake: () => void): void;
  /** Keeps the last words of a container that threw. */
  bury(error: unknown): void;
  restart(): void;
}

/** Regions of the retained memory, heads included; native/silicon.c has room for both. */
export const RETAINED = Object.freeze({
  hotAt: 0,
  hotBytes: 6156,
  epitaphAt: 6156,
  epitaphBytes: 76,
} as const);
