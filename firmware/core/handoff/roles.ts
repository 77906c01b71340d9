/**
 * Who may do what: the keys of the roles list that the root signed, at most ROLE_COUNT_MAX, in
 * buffers made at start. A dock is known when its GLN stands in an entry with the dock's role.
 */
import { Slab } from '../arena.js';
import { copy, equal } from '../bytes.js';
import type { CborReader } from '../cbor/cbor.js';
import { ROLE_COUNT_MAX } from '../limits.js';
import { IDENTITY_BYTES_MAX } from '../kit/identity.js';
import { KID_BYTES, PUBLIC_KEY_BYTES, ROLE } from './protocol.js';

const ROLE_BYTES = 2 + KID_BYTES + PUBLIC_KEY_BYTES + IDENTITY_BYTES_MAX;

export class RoleTable {
  count = 0;
  readonly role: Uint8Array;
  readonly kids: Uint8Array;
  readonly keys: Uint8Array;
  readonly ids: Uint8Array;
  readonly idLengths: Uint8Array;

  constructor() {
    const slab = new Slab(ROLE_COUNT_MAX * ROLE_BYTES);
    this.role = slab.uint8(ROLE_COUNT_MAX);
    this.kids = slab.uint8(ROLE_COUNT_MAX * KID_BYTES);
    this.keys = slab.uint8(ROLE_COUNT_MAX * PUBLIC_KEY_BYTES);
    this.ids = slab.uint8(ROLE_COUNT_MAX * IDENTITY_BYTES_MAX);
    this.idLengths = slab.uint8(ROLE_COUNT_MAX);
    slab.seal();
  }

  /** Loads the list `[[kid, role, key, id], ...]`: 0, or a fault and then the table is empty. */
  load(reader: CborReader, bytes: Uint8Array, at: number, length: number): number {
    this.count = 0;
    reader.begin(bytes, at, length);
    const count = reader.readArrayHeader();
    if (count > ROLE_COUNT_MAX) return reader.reject();
    for (let i = 0; i < count; i++) {
      if (reader.readArrayHeader() !== 4) return reader.reject();
      if (reader.readBytes() !== KID_BYTES) return reader.reject();
      copy(bytes, reader.dataAt, this.kids, i * KID_BYTES, KID_BYTES);
      const role = reader.readInt();
      if (role < ROLE.packer || role > ROLE.backend) return reader.reject();
      this.role[i] = role;
      if (reader.readBytes() !== PUBLIC_KEY_BYTES) return reader.reject();
      copy(bytes, reader.dataAt, this.keys, i * PUBLIC_KEY_BYTES, PUBLIC_KEY_BYTES);
      const idLength = reader.readBytes();
      if (idLength < 0 || idLength > IDENTITY_BYTES_MAX) return reader.reject();
      copy(bytes, reader.dataAt, this.ids, i * IDENTITY_BYTES_MAX, idLength);
      this.idLengths[i] = idLength;
    }
    const fault = reader.end();
    if (fault < 0) return fault;
    this.count = count;
    return 0;
  }

  /** Index of the entry with this key identifier, or -1. */
  find(kid: Uint8Array, at: number): number {
    for (let i = 0; i < this.count; i++) {
      if (equal(this.kids, i * KID_BYTES, kid, at, KID_BYTES)) return i;
    }
    return -1;
  }

  /** Whether a dock of this id may be trusted. With no list aboard yet, any dock may bring one. */
  knowsDock(id: Uint8Array, length: number): boolean {
    if (this.count === 0) return true;
    for (let i = 0; i < this.count; i++) {
      if (this.role[i] !== ROLE.dock || this.idLengths[i] !== length) continue;
      if (equal(this.ids, i * IDENTITY_BYTES_MAX, id, 0, length)) return true;
    }
    return false;
  }
}
