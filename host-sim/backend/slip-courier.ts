/**
 * Hands on slips between the backend's book and a container at a dock: fetched for kits that left
 * it, brought for a kit that is about to be packed. Parts of a visit's script.
 */
import { type DockLink, RefusalError, type Script } from './dock-link.js';
import { TRANSFER_KIND } from './protocol.js';
import { type SlipBook, slipObject } from './slips.js';
import type { JournalName } from './store-types.js';

/** Fetches the slips that the book wants of a container; hands each one on as it was signed. */
export function* fetchSlips(
  link: DockLink,
  book: SlipBook,
  journal: JournalName,
  certificate: Uint8Array,
): Script<Uint8Array[]> {
  const fetched: Uint8Array[] = [];
  for (const step of book.wanted(journal)) {
    const what = `slip ${step.number} of kit ${step.sgtin}`;
    try {
      const signed = yield* link.get(TRANSFER_KIND.slip, what, step.kit);
      const slip = book.take(certificate, signed);
      if (slip.sgtin !== step.sgtin || slip.number < step.number) book.giveUp(step);
      fetched.push(signed);
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      book.giveUp(step); // it was put back, mixed, or its entry is another kit's by now
    }
  }
  return fetched;
}

/** Brings the newest slip of a kit, if there is one; answers why it was not taken, if so. */
export function* bringSlip(
  link: DockLink,
  book: SlipBook,
  sgtin: string,
): Script<string | undefined> {
  const newest = book.newestOf(sgtin);
  if (newest === undefined) return undefined;
  const what = `slip ${newest.slip.number} of kit ${sgtin}`;
  try {
    yield* link.put(TRANSFER_KIND.slip, slipObject(newest), what);
    return undefined;
  } catch (error) {
    if (error instanceof RefusalError) return error.message;
    throw error;
  }
}
