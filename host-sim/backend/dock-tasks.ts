/**
 * Hands on the signed objects of what people want done while a container is at a dock: packing,
 * sealing, service, and what was decided or told elsewhere and is brought to it.
 */
import type { Account, Authority, Decision, Session } from './authority.js';
import type { Calibration } from './calibration.js';
import { type PackingList, encodePackingList } from './packing-list.js';
import type { ProfileLibrary } from './profile.js';
import { TRANSFER_KIND } from './protocol.js';
import type { RecallOrder } from './recall.js';
import type { KitReview } from './review.js';
import type { JournalName } from './store-types.js';

/** One wish, of those that are carried out in the order in which they came. */
export type DockTask =
  | { readonly kind: 'roles' }
  | { readonly kind: 'provision-time' }
  | { readonly kind: 'profiles'; readonly ids: readonly string[] }
  | PackTask
  | { readonly kind: 'seal' }
  | { readonly kind: 'open' }
  | { readonly kind: 'service'; readonly on: boolean }
  | { readonly kind: 'calibrate'; readonly calibrations: readonly Calibration[] }
  | { readonly kind: 'transfer'; readonly sgtin: string }
  | { readonly kind: 'recall'; readonly order: RecallOrder }
  | TellTask
  | DecideTask;

/** A kit to be packed. */
export interface PackTask {
  readonly kind: 'pack';
  readonly slot: number;
  readonly profileId: string;
  readonly packingList: PackingList;
  /** Number of the slip that it comes with; default 0: it is fresh. */
  readonly slip?: number;
}

/** Who did what was done last with a kit, and why; when mixing had started. */
export interface TellTask extends Pick<Account, 'sgtin' | 'why' | 'mixedWallS' | 'staff'> {
  readonly kind: 'tell';
}

/** A decision about a kit, in view of all that has reached the backend. */
export interface DecideTask extends Pick<Decision, 'sgtin' | 'decision'> {
  readonly kind: 'decide';
  readonly signer: 'quality' | 'backend';
}

/** Whether a task is about what the backend knows of a kit. */
export function isReviewed(task: DockTask): task is TellTask | DecideTask {
  return task.kind === 'tell' || task.kind === 'decide';
}

/** What comes after the roles and the time; what is told of acts comes when they are known. */
export const LATER_TASKS: readonly DockTask['kind'][] = Object.freeze([
  'profiles',
  'recall',
  'decide',
  'service',
  'calibrate',
  'pack',
  'transfer',
  'seal',
  'open',
]);

const NOTHING_KNOWN: KitReview = { reasons: 0, reviewedSequence: 0, lastAct: 0 };

/** An object for PUT, and what it is for people. */
export interface WantedObject {
  readonly kind: number;
  readonly object: Uint8Array;
  readonly what: string;
}

/** The objects of a task, signed when they are asked for: a counter that waits grows old. */
export function* objectsOf(
  task: DockTask,
  session: Session & JournalName,
  authority: Authority,
  profiles: ProfileLibrary,
  review: KitReview | undefined,
): Generator<WantedObject, void> {
  const { command, decision, profile, roles } = TRANSFER_KIND;
  switch (task.kind) {
    case 'roles':
      yield { kind: roles, object: authority.roles(), what: 'the roles' };
      return;
    case 'provision-time':
    case 'recall': // made of decisions
      return;
    case 'profiles':
      for (const id of task.ids) {
        const object = authority.profile(profiles.byId(id).cbor);
        yield { kind: profile, object, what: `profile ${id}` };
      }
      return;
    case 'calibrate': {
      const service = (on: boolean) => ({
        kind: command,
        object: authority.service(session, on),
        what: `service ${on ? 'on' : 'off'}`,
      });
      yield service(true);
      for (const calibration of task.calibrations) {
        const object = authority.calibrate(session, calibration);
        yield { kind: command, object, what: `calibration of probe ${calibration.probe}` };
      }
      yield service(false);
      return;
    }
    case 'decide': {
      const { sgtin, signer, decision: word } = task;
      const { reasons, reviewedSequence } = review ?? NOTHING_KNOWN;
      const decided = { decision: word, sgtin, reasons, reviewedSequence };
      const object = authority.decide(session, decided, signer);
      yield { kind: decision, object, what: `decision to ${word} kit ${sgtin}` };
      return;
    }
    case 'tell': {
      const about = (review ?? NOTHING_KNOWN).lastAct;
      const { sgtin, why, mixedWallS, staff } = task;
      const object = authority.account(session, { sgtin, about, why, mixedWallS, staff });
      yield { kind: command, object, what: `account of kit ${sgtin}` };
      return;
    }
    default: {
      const [object, what] = commandOf(task, session, authority, profiles);
      yield { kind: command, object, what };
    }
  }
}

type CommandTask = Exclude<
  DockTask,
  {
    readonly kind:
      'roles' | 'provision-time' | 'profiles' | 'recall' | 'calibrate' | 'decide' | 'tell';
  }
>;

function commandOf(
  task: CommandTask,
  session: Session,
  authority: Authority,
  profiles: ProfileLibrary,
): readonly [object: Uint8Array, what: string] {
  switch (task.kind) {
    case 'pack': {
      const { slot, packingList, profileId, slip = 0 } = task;
      const kit = {
        slot,
        profileHash: profiles.byId(profileId).hash,
        packingList: encodePackingList(packingList),
        slip,
      };
      return [authority.pack(session, kit), `kit ${packingList.sgtin} in slot ${slot}`];
    }
    case 'seal':
      return [authority.seal(session), 'sealing'];
    case 'open':
      return [authority.openContainer(session), 'opening'];
    case 'service':
      return [authority.service(session, task.on), `service ${task.on ? 'on' : 'off'}`];
    case 'transfer':
      return [authority.transfer(session, task.sgtin), `transfer of kit ${task.sgtin}`];
  }
}
