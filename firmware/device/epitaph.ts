/**
 * The last words of a container that threw: when, and what. They are kept in retained memory, so
 * that the next boot knows that it follows a panic, and an engineer can read why.
 *
 * Layout: uptime in seconds i32, then the error as ASCII, filled up with zeros.
 */
import { putI32 } from '../core/bytes.js';
import type { RetainedRegion } from './retained.js';

export const EPITAPH_BYTES = 64;
const TEXT_AT = 4;

/** Writes the epitaph of an error; allocates, which no longer matters. */
export function bury(region: RetainedRegion, uptimeS: number, error: unknown): void {
  const bytes = new Uint8Array(EPITAPH_BYTES);
  putI32(bytes, 0, uptimeS);
  const text = String(error);
  const length = Math.min(text.length, EPITAPH_BYTES - TEXT_AT);
  for (let i = 0; i < length; i++) bytes[TEXT_AT + i] = text.charCodeAt(i) & 0x7f;
  region.save(bytes, EPITAPH_BYTES);
}
