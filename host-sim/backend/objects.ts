/**
 * Hands on the signed objects that travel between backend, dock and container, each a COSE_Sign1
 * around a CBOR map with integer keys: made from values, and read back with signature and content
 * verified. One table of keys for all of them. Which role may sign what is the container's to
 * judge; here stands only what the bytes say.
 */
import { type CborMap, type CborValue, asBytes, asInteger, encodeCbor } from './cbor.js';
import { makeSign1, openSign1 } from './cose-host.js';
import { checkedIdentity, identityBytes, identityText } from './identity.js';
import type { KeyPair } from './keys.js';
import type { JournalName } from './store-types.js';

export const OBJECT_KIND = Object.freeze({
  certificate: 1,
  checkpoint: 2,
  command: 3,
  roles: 4,
  profile: 5,
  receipt: 6,
  decision: 7,
  slip: 8,
} as const);

/** Keys of a payload, ascending. */
const KEY = Object.freeze({
  kind: 1,
  logger: 2,
  nonce: 3, // of a certificate: the container's GRAI; of a slip: the kit's SGTIN
  counter: 4,
  body: 5,
  epoch: 6,
  sequence: 7,
  chainHash: 8,
  boot: 9,
  uptimeS: 10,
  wallS: 11,
} as const);

export const ROLE = Object.freeze({
  packer: 1,
  dock: 2,
  quality: 3,
  engineer: 4,
  backend: 5,
} as const);
export type RoleName = keyof typeof ROLE;

/** What the root key says of a container. */
export interface Certificate {
  readonly giai: string;
  readonly grai: string;
  readonly publicKey: Uint8Array;
}

/** What a container says of its journal: all up to `sequence` leads to `chainHash`. */
export interface Checkpoint {
  readonly giai: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly chainHash: Uint8Array;
  readonly boot: number;
  readonly uptimeS: number;
  readonly wallS: number | null;
}

/** What the backend says: all up to `sequence` is stored. */
export interface Receipt {
  readonly giai: string;
  readonly counter: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly chainHash: Uint8Array;
  readonly wallS: number;
}

/** Someone who may sign something, as a container learns it. */
export interface RoleEntry {
  readonly kid: Uint8Array;
  readonly role: RoleName;
  readonly publicKey: Uint8Array;
  /** Canonical GSRN of a person, GLN of a dock or backend. */
  readonly id: string;
}

function sign(key: KeyPair, entries: readonly (readonly [number, CborValue])[]): Uint8Array {
  return makeSign1(key, encodeCbor(new Map(entries)));
}

export function makeCertificate(root: KeyPair, certificate: Certificate): Uint8Array {
  checkedIdentity('logger', certificate.giai);
  checkedIdentity('container', certificate.grai);
  return sign(root, [
    [KEY.kind, OBJECT_KIND.certificate],
    [KEY.logger, identityBytes(certificate.giai)],
    [KEY.nonce, identityBytes(certificate.grai)],
    [KEY.body, certificate.publicKey],
  ]);
}

/** The certificate, verified under the root's key. */
export function readCertificate(bytes: Uint8Array, rootPublicKey: Uint8Array): Certificate {
  const map = open(bytes, rootPublicKey, OBJECT_KIND.certificate, 'container certificate');
  const giai = identityText(asBytes(map.get(KEY.logger), 'container certificate, logger'));
  const grai = identityText(asBytes(map.get(KEY.nonce), 'container certificate, container'));
  const publicKey = asBytes(map.get(KEY.body), 'container certificate, public key', 64);
  checkedIdentity('logger', giai);
  checkedIdentity('container', grai);
  return { giai, grai, publicKey };
}

export function makeCheckpoint(container: KeyPair, checkpoint: Checkpoint): Uint8Array {
  return sign(container, [
    [KEY.kind, OBJECT_KIND.checkpoint],
    [KEY.logger, identityBytes(checkpoint.giai)],
    [KEY.epoch, checkpoint.epoch],
    [KEY.sequence, checkpoint.sequence],
    [KEY.chainHash, checkpoint.chainHash],
    [KEY.boot, checkpoint.boot],
    [KEY.uptimeS, checkpoint.uptimeS],
    [KEY.wallS, checkpoint.wallS],
  ]);
}

/** The checkpoint, verified under the certified container's key. */
export function readCheckpoint(bytes: Uint8Array, certificate: Certificate): Checkpoint {
  const map = open(bytes, certificate.publicKey, OBJECT_KIND.checkpoint, 'checkpoint');
  const giai = identityText(asBytes(map.get(KEY.logger), 'checkpoint, logger'));
  if (giai !== certificate.giai) {
    throw new Error(`checkpoint: of logger ${giai}, expected ${certificate.giai}`);
  }
  const wallS = map.get(KEY.wallS);
  return {
    giai,
    epoch: asInteger(map.get(KEY.epoch), 'checkpoint, epoch'),
    sequence: asInteger(map.get(KEY.sequence), 'checkpoint, sequence'),
    chainHash: asBytes(map.get(KEY.chainHash), 'checkpoint, chain hash', 32),
    boot: asInteger(map.get(KEY.boot), 'checkpoint, boot'),
    uptimeS: asInteger(map.get(KEY.uptimeS), 'checkpoint, uptime'),
    wallS: wallS === null ? null : asInteger(wallS, 'checkpoint, wall time'),
  };
}

/** What a container says of a kit that left it. */
export interface Slip {
  readonly giai: string;
  readonly sgtin: string;
  readonly number: number;
  /** What it has used of each allowance: firmware/core/excursion/carried.ts. */
  readonly exposure: Uint8Array;
  readonly epoch: number;
  /** Last record of the journal when it was signed. */
  readonly sequence: number;
  /** When the kit left. */
  readonly wallS: number | null;
}

export function makeSlip(container: KeyPair, slip: Slip): Uint8Array {
  return sign(container, [
    [KEY.kind, OBJECT_KIND.slip],
    [KEY.logger, identityBytes(slip.giai)],
    [KEY.nonce, identityBytes(slip.sgtin)],
    [KEY.counter, slip.number],
    [KEY.body, slip.exposure],
    [KEY.epoch, slip.epoch],
    [KEY.sequence, slip.sequence],
    [KEY.wallS, slip.wallS],
  ]);
}

/** The slip, verified under the certified container's key. */
export function readSlip(bytes: Uint8Array, certificate: Certificate): Slip {
  const map = open(bytes, certificate.publicKey, OBJECT_KIND.slip, 'slip');
  const giai = identityText(asBytes(map.get(KEY.logger), 'slip, logger'));
  if (giai !== certificate.giai) {
    throw new Error(`slip: of logger ${giai}, expected ${certificate.giai}`);
  }
  const sgtin = identityText(asBytes(map.get(KEY.nonce), 'slip, kit'));
  const wallS = map.get(KEY.wallS);
  return {
    giai,
    sgtin: checkedIdentity('kit', sgtin),
    number: asInteger(map.get(KEY.counter), 'slip, number'),
    exposure: asBytes(map.get(KEY.body), 'slip, exposure'),
    epoch: asInteger(map.get(KEY.epoch), 'slip, epoch'),
    sequence: asInteger(map.get(KEY.sequence), 'slip, sequence'),
    wallS: wallS === null ? null : asInteger(wallS, 'slip, wall time'),
  };
}

/** A command's body: {1: code, …}; nonce and logger bind it to one session of one container. */
export function makeCommand(
  signer: KeyPair,
  giai: string,
  nonce: Uint8Array,
  body: CborMap,
): Uint8Array {
  return sign(signer, [
    [KEY.kind, OBJECT_KIND.command],
    [KEY.logger, identityBytes(giai)],
    [KEY.nonce, nonce],
    [KEY.body, body],
  ]);
}

export function makeRoles(
  root: KeyPair,
  counter: number,
  entries: readonly RoleEntry[],
): Uint8Array {
  const body = entries.map(({ kid, role, publicKey, id }): CborValue => {
    return [kid, ROLE[role], publicKey, identityBytes(id)];
  });
  return sign(root, [
    [KEY.kind, OBJECT_KIND.roles],
    [KEY.counter, counter],
    [KEY.body, body],
  ]);
}

/** `profile` is its CBOR, wrapped as bytes so that its hash is over what was signed. */
export function makeProfileObject(
  quality: KeyPair,
  counter: number,
  profile: Uint8Array,
): Uint8Array {
  return sign(quality, [
    [KEY.kind, OBJECT_KIND.profile],
    [KEY.counter, counter],
    [KEY.body, profile],
  ]);
}

export function makeReceipt(backend: KeyPair, receipt: Receipt): Uint8Array {
  return sign(backend, [
    [KEY.kind, OBJECT_KIND.receipt],
    [KEY.logger, identityBytes(receipt.giai)],
    [KEY.counter, receipt.counter],
    [KEY.epoch, receipt.epoch],
    [KEY.sequence, receipt.sequence],
    [KEY.chainHash, receipt.chainHash],
    [KEY.wallS, receipt.wallS],
  ]);
}

/**
 * What quality decides about a kit; the body is {1: decision, 2: sgtin, 3: reasons, 4: reviewed}.
 */
export function makeDecision(
  signer: KeyPair,
  { giai, epoch }: JournalName,
  counter: number,
  body: CborMap,
): Uint8Array {
  return sign(signer, [
    [KEY.kind, OBJECT_KIND.decision],
    [KEY.logger, identityBytes(giai)],
    [KEY.counter, counter],
    [KEY.body, body],
    [KEY.epoch, epoch],
  ]);
}

/** The receipt, verified under the backend's key. */
export function readReceipt(bytes: Uint8Array, backendPublicKey: Uint8Array): Receipt {
  const map = open(bytes, backendPublicKey, OBJECT_KIND.receipt, 'receipt');
  return {
    giai: identityText(asBytes(map.get(KEY.logger), 'receipt, logger')),
    counter: asInteger(map.get(KEY.counter), 'receipt, counter'),
    epoch: asInteger(map.get(KEY.epoch), 'receipt, epoch'),
    sequence: asInteger(map.get(KEY.sequence), 'receipt, sequence'),
    chainHash: asBytes(map.get(KEY.chainHash), 'receipt, chain hash', 32),
    wallS: asInteger(map.get(KEY.wallS), 'receipt, wall time'),
  };
}

/** A verified payload of any kind, for those who look deeper than the readers above. */
export function open(
  bytes: Uint8Array,
  publicKey: Uint8Array,
  kind: number,
  what: string,
): CborMap {
  const map = openSign1(bytes, publicKey, what);
  const found = asInteger(map.get(KEY.kind), `${what}, kind`);
  if (found !== kind) throw new Error(`${what}: an object of kind ${found}, expected ${kind}`);
  return map;
}
