/**
 * The profiles aboard: loaded from the catalogue at boot, one more when a signed one is put. A
 * profile that a kit was packed under stays; a place is taken over only when no kit needs it.
 */
import type { CborReader } from '../core/cbor/cbor.js';
import { KIT, KIT_COUNT_MAX, kitAt } from '../core/excursion/kits.js';
import { hashProfile, loadProfile } from '../core/excursion/load-profile.js';
import { PROFILE, profileAt, type ProfileTable } from '../core/excursion/profile.js';
import { FAULT } from '../core/faults.js';
import { type Catalogue, ENTRY } from '../core/journal/catalogue.js';
import { OBJECT_BYTES_MAX, PROFILE_COUNT_MAX } from '../core/limits.js';
import { Sha256, SHA256_DIGEST_BYTES } from '../core/sha256.js';
import { CUSTODY } from '../core/units.js';
import { CURSOR } from './memory.js';

export class Profiles {
  readonly table: ProfileTable;
  private readonly words: Int32Array;
  /** For one hash at a time; others use it between. */
  readonly sha: Sha256;
  /** In which order docks have brought them since this boot; 0: before it. */
  private readonly broughtAt = new Int32Array(PROFILE_COUNT_MAX);
  private broughtCount = 0;

  constructor(table: ProfileTable, words: Int32Array, sha = new Sha256()) {
    this.sha = sha;
    this.table = table;
    this.words = words;
  }

  /** Loads what the catalogue holds, by way of `bytes`. A damaged entry leaves its place empty. */
  mount(catalogue: Catalogue, reader: CborReader, bytes = new Uint8Array(OBJECT_BYTES_MAX)): void {
    const hash = new Uint8Array(SHA256_DIGEST_BYTES);
    for (let p = 0; p < PROFILE_COUNT_MAX; p++) this.mountOne(catalogue, reader, p, bytes, hash);
  }

  /** Loads one place from the catalogue, by way of two buffers; else leaves it empty. */
  mountOne(
    catalogue: Catalogue,
    reader: CborReader,
    p: number,
    bytes: Uint8Array,
    hash: Uint8Array,
  ): void {
    this.table.remove(p);
    const length = catalogue.get(ENTRY.profile, p, bytes);
    if (length <= 0) return;
    hashProfile(this.sha, bytes, 0, length, hash, 0);
    loadProfile(this.table, p, reader, bytes, 0, length, hash);
  }

  /** Drops every profile that no PROFILE record mentions: a power cut came between the two. */
  keepRecorded(cursors: Int32Array): void {
    const { table } = this;
    for (let p = 0; p < PROFILE_COUNT_MAX; p++) {
      if (cursors[CURSOR.profileMark + p] !== table.markOf(p)) table.remove(p);
    }
  }

  /** The version that the profile at a place says it has. */
  versionOf(p: number): number {
    return this.table.words[profileAt(p) + PROFILE.version]!;
  }

  /**
   * Seconds of readings that a power cut may take: as many as every kit aboard allows, 0 when there
   * is none.
   */
  get lossAllowedS(): number {
    const { words, table } = this;
    let least = 0;
    let at = kitAt(0);
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++, at += KIT.words) {
      if (words[at + KIT.custody] !== CUSTODY.in) continue;
      const allowedS = table.words[profileAt(words[at + KIT.profile]!) + PROFILE.lossAllowedS]!;
      if (allowedS === 0) return 0;
      if (least === 0 || allowedS < least) least = allowedS;
    }
    return least;
  }

  /** Loads a new profile into a place: 0, or what is wrong with it; then the place is empty. */
  load(
    p: number,
    reader: CborReader,
    bytes: Uint8Array,
    at: number,
    length: number,
    hash: Uint8Array,
  ): number {
    return loadProfile(this.table, p, reader, bytes, at, length, hash);
  }

  /** A place that no kit needs: an empty one, else the one brought longest ago; or noRoom. */
  freePlace(): number {
    let oldest: number = FAULT.noRoom;
    for (let p = 0; p < PROFILE_COUNT_MAX; p++) {
      if (!this.table.isUsed(p)) return p;
      if (this.isNeeded(p)) continue;
      if (oldest < 0 || this.broughtAt[p]! < this.broughtAt[oldest]!) oldest = p;
    }
    return oldest;
  }

  /** A dock has brought this one, just now: it is about to be needed. */
  brought(p: number): void {
    this.broughtAt[p] = ++this.broughtCount;
  }

  private isNeeded(profile: number): boolean {
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      const at = kitAt(kit);
      const isKit = this.words[at + KIT.custody] !== CUSTODY.none;
      if (isKit && this.words[at + KIT.profile] === profile) return true;
    }
    return false;
  }
}
