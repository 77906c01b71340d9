/**
 * Hands on everything that is signed for containers: the root key with its certificates and roles
 * list, the people (packer, quality, engineer), the docks and the backend with what each may sign.
 * Live commands carry the container's session nonce, carried objects a counter that grows with
 * every issue of the same key, so that nothing can be replayed. Keys come from the caller's
 * entropy, in the order root, packer, quality, engineer, backend, docks.
 */
import type { Profile } from './profile.js';
import { expectTighter } from './profile-versions.js';
import { COMMAND, DECISION } from '../../firmware/core/record/schema.js';
import { ROLE_COUNT_MAX } from '../../firmware/core/limits.js';
import { type Calibration, encodeCalibration } from './calibration.js';
import { type CborValue, loadCbor } from './cbor.js';
import { checkedIdentity, identityBytes } from './identity.js';
import { type Entropy, KeyPair } from './keys.js';
import { type Certificate, type Receipt, type RoleEntry, type RoleName } from './objects.js';
import { makeCertificate, makeCommand, makeDecision, makeProfileObject } from './objects.js';
import { makeReceipt, makeRoles } from './objects.js';
import type { JournalName } from './store-types.js';

/** Who takes part; canonical identities. */
export interface AuthorityPlan {
  /** GSRN of the people. */
  readonly packer: string;
  readonly quality: string;
  readonly engineer: string;
  /** GLN of the backend's organisation. */
  readonly backend: string;
  /** GLN of each dock; at most four, so that the roles list fits a container. */
  readonly docks: readonly string[];
}

/** What is decided about a kit: in view of which reasons, knowing which records. */
export interface Decision {
  readonly decision: keyof typeof DECISION;
  readonly sgtin: string;
  /** Bits of REASON. */
  readonly reasons: number;
  /** The last record that was looked at. */
  readonly reviewedSequence: number;
}

/** What is told later of an act on a kit. */
export interface Account {
  readonly sgtin: string;
  /** Number of the CUSTODY record that tells of the act. */
  readonly about: number;
  /** A code of the organisation's own list, 0..255. */
  readonly why: number;
  /** When mixing started, if that was earlier than the container knew. */
  readonly mixedWallS: number | null;
  /** GSRN of who did it; '' when that is not known. */
  readonly staff: string;
}

/** The session that a live command is bound to. */
export interface Session {
  readonly giai: string;
  readonly nonce: Uint8Array;
}

export class Authority {
  readonly rootPublicKey: Uint8Array;
  /** Everyone but the root, in the order of the roles list. */
  readonly roleEntries: readonly RoleEntry[];
  readonly #root: KeyPair;
  readonly #keys = new Map<string, KeyPair>();
  readonly #counters = new Map<KeyPair, number>();
  #decisions = 0;

  private constructor(plan: AuthorityPlan, entropy: Entropy) {
    this.#root = KeyPair.generate(entropy);
    this.rootPublicKey = this.#root.publicKey;
    const entries: RoleEntry[] = [];
    const add = (role: RoleName, id: string): void => {
      checkedIdentity(role === 'dock' || role === 'backend' ? 'place' : 'staff', id);
      const key = KeyPair.generate(entropy);
      this.#keys.set(keyName(role, id), key);
      entries.push({ kid: key.kid, role, publicKey: key.publicKey, id });
    };
    add('packer', plan.packer);
    add('quality', plan.quality);
    add('engineer', plan.engineer);
    add('backend', plan.backend);
    for (const dock of plan.docks) add('dock', dock);
    if (entries.length > ROLE_COUNT_MAX) {
      throw new Error(`${entries.length} roles, a container knows at most ${ROLE_COUNT_MAX}`);
    }
    this.roleEntries = entries;
  }

  /** A new authority; also loads what the backend needs for CBOR. */
  static async create(plan: AuthorityPlan, entropy: Entropy): Promise<Authority> {
    await loadCbor();
    return new Authority(plan, entropy);
  }

  /** The container's certificate, signed by the root. */
  certificate(certificate: Certificate): Uint8Array {
    return makeCertificate(this.#root, certificate);
  }

  /** The roles list, signed by the root. */
  roles(): Uint8Array {
    return makeRoles(this.#root, this.#nextCounter(this.#root), this.roleEntries);
  }

  /** A profile's CBOR, signed by quality. */
  profile(profile: Uint8Array): Uint8Array {
    const quality = this.#key('quality');
    return makeProfileObject(quality, this.#nextCounter(quality), profile);
  }

  /**
   * A newer version of a profile, signed by quality; an Error that names every field in which it is
   * looser, unless quality says that this is meant.
   */
  newerProfile(older: Profile, newer: Profile, loosen = false): Uint8Array {
    expectTighter(older, newer, loosen);
    return this.profile(newer.cbor);
  }

  /** The backend's receipt. */
  receipt(receipt: Omit<Receipt, 'counter'>): Uint8Array {
    const backend = this.#key('backend');
    return makeReceipt(backend, { ...receipt, counter: this.#nextCounter(backend) });
  }

  /**
   * The command to take a kit aboard, signed by the packer; `slip` is the number of the one that it
   * comes with, 0 when it is fresh.
   */
  pack(
    session: Session,
    kit: { slot: number; profileHash: Uint8Array; packingList: Uint8Array; slip?: number },
  ): Uint8Array {
    const { slip = 0 } = kit;
    const more: [number, CborValue][] = slip === 0 ? [] : [[5, slip]];
    return this.#command(this.#key('packer'), session, COMMAND.pack, [
      [2, kit.slot],
      [3, kit.profileHash],
      [4, kit.packingList],
      ...more,
    ]);
  }

  /** The command to seal, signed by the packer. */
  seal(session: Session): Uint8Array {
    return this.#command(this.#key('packer'), session, COMMAND.seal, []);
  }

  /** The command to open, signed by the packer. */
  openContainer(session: Session): Uint8Array {
    return this.#command(this.#key('packer'), session, COMMAND.open, []);
  }

  /** The command to set the clock, signed by the dock of that GLN. */
  setTime(
    session: Session,
    dock: string,
    time: { wallS: number; uncertaintyS: number },
  ): Uint8Array {
    return this.#command(this.#key('dock', dock), session, COMMAND.setTime, [
      [2, time.wallS],
      [3, time.uncertaintyS],
    ]);
  }

  /** The command to begin or end service, signed by the engineer. */
  service(session: Session, on: boolean): Uint8Array {
    return this.#command(this.#key('engineer'), session, COMMAND.service, [[2, on ? 1 : 0]]);
  }

  /** The command to install a probe's calibration, signed by the engineer; during service only. */
  calibrate(session: Session, calibration: Calibration): Uint8Array {
    return this.#command(this.#key('engineer'), session, COMMAND.calibrate, [
      [2, encodeCalibration(calibration)],
    ]);
  }

  /** The command that hands a kit over, signed by the packer. */
  transfer(session: Session, sgtin: string): Uint8Array {
    return this.#command(this.#key('packer'), session, COMMAND.transfer, [
      [2, identityBytes(sgtin)],
    ]);
  }

  /** What is told later of an act, signed by quality, who was told. */
  account(session: Session, account: Account): Uint8Array {
    return this.#command(this.#key('quality'), session, COMMAND.account, [
      [2, identityBytes(account.sgtin)],
      [3, account.about],
      [4, account.why],
      [5, account.mixedWallS],
      [6, identityBytes(account.staff)],
    ]);
  }

  /** A decision about a kit of one journal, signed by quality; a recall, by the backend. */
  decide(
    journal: JournalName,
    decision: Decision,
    signer: 'quality' | 'backend' = 'quality',
  ): Uint8Array {
    const body = new Map<number, CborValue>([
      [1, DECISION[decision.decision]],
      [2, identityBytes(decision.sgtin)],
      [3, decision.reasons],
      [4, decision.reviewedSequence],
    ]);
    return makeDecision(this.#key(signer), journal, ++this.#decisions, body);
  }

  #command(
    signer: KeyPair,
    session: Session,
    code: number,
    more: readonly (readonly [number, CborValue])[],
  ): Uint8Array {
    const body = new Map<number, CborValue>([[1, code], ...more]);
    return makeCommand(signer, session.giai, session.nonce, body);
  }

  /** The public key of the backend, under which receipts verify. */
  get backendPublicKey(): Uint8Array {
    return this.#key('backend').publicKey;
  }

  #key(role: RoleName, id?: string): KeyPair {
    const entry = this.roleEntries.find((one) => {
      return one.role === role && (id === undefined || one.id === id);
    });
    const key = entry && this.#keys.get(keyName(entry.role, entry.id));
    if (key === undefined) throw new Error(`No key for ${role} ${id ?? ''}: not in the plan`);
    return key;
  }

  #nextCounter(key: KeyPair): number {
    const counter = (this.#counters.get(key) ?? 0) + 1;
    this.#counters.set(key, counter);
    return counter;
  }
}

function keyName(role: RoleName, id: string): string {
  return `${role} ${id}`;
}
