/**
 * Hands on what stands on both sides of a visit at a dock: what the backend does for it, what it is
 * made of, and what it amounted to. Types only.
 */
import type { Authority } from './authority.js';
import type { DockTask } from './dock-tasks.js';
import type { Visit } from './handoff-file.js';
import type { ProfileLibrary } from './profile.js';
import type { EncodingName } from './protocol.js';
import type { RecallOrder } from './recall.js';
import type { KitReview } from './review.js';
import type { SlipBook } from './slips.js';
import type { JournalName } from './store-types.js';

/** The backend as a dock needs it. */
export interface VisitReceiver {
  /** Stores a visit and answers with its signed receipt; rejects what does not verify. */
  receive(visit: Visit): Promise<VisitReceipt>;
  /** What quality knows of a kit aboard; undefined where no record of it has arrived. */
  review(journal: JournalName, sgtin: string): Promise<KitReview | undefined>;
  /** Kits of a container (SGTIN) that a recall concerns and that it does not hold yet. */
  recalled(journal: JournalName, order: RecallOrder): Promise<readonly string[]>;
  /** Kits of a container that are to be held because another container has their label, too. */
  toHold(journal: JournalName): Promise<readonly string[]>;
}

export interface VisitReceipt {
  /** COSE_Sign1 for the container. */
  readonly receipt: Uint8Array;
  /** The last record that it covers. */
  readonly sequence: number;
  /** Records that were new to the store. */
  readonly stored: number;
  /** Damage that was found beside them, one sentence each; default: none. */
  readonly findings?: readonly string[];
}

export interface DockGatewayOptions {
  readonly authority: Authority;
  readonly profiles: ProfileLibrary;
  /** GLN of this dock, one of the authority's plan. */
  readonly dockId: string;
  readonly tasks: readonly DockTask[];
  readonly receiver: VisitReceiver;
  /** Without one no slips are fetched or brought. */
  readonly slips?: SlipBook | undefined;
  /** The backend's time, seconds since 2020-01-01Z. */
  readonly nowWallS: () => number;
  /** Longest message that the link carries; 244 in one BLE packet. */
  readonly payloadBytes?: number;
  /**
   * How records are to come: verbatim by default, which is the faster one over BLE; compact where
   * bytes cost more than the container's time, if the container offers it.
   */
  readonly encoding?: EncodingName;
}

/** What a visit amounted to. */
export interface DockFacts {
  readonly records: number;
  readonly bytes: number;
  readonly messages: number;
  readonly retries: number;
  /** The last record that the receipt covers; -1 before there is one. */
  readonly sequence: number;
}
