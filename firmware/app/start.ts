/**
 * From power-on to running: identity and keys from the key-value store, catalogue, journal, and the
 * records that say so (BOOT, CONFIG). Polled until done; a flash region that holds something else
 * stops here and is not written to. What cannot be read just now is tried again later.
 */
import { copy, getI32, getU16 } from '../core/bytes.js';
import { COMMON } from '../core/excursion/kits.js';
import { FAULT } from '../core/faults.js';
import { parsePayload, PayloadView } from '../core/handoff/payload.js';
import { KID_BYTES, OBJECT, PUBLIC_KEY_BYTES } from '../core/handoff/protocol.js';
import type { Session } from '../core/handoff/session.js';
import { Sign1View } from '../core/cose/cose.js';
import type { Catalogue } from '../core/journal/catalogue.js';
import { Recovery, RECOVERY } from '../core/journal/recover.js';
import type { Journal } from '../core/journal/journal.js';
import type { Limits } from '../core/limits.js';
import { CLOCK_LAYOUT, KEY, type Ports } from '../core/ports.js';
import { BOOT_REASON, RECORD } from '../core/record/schema.js';
import { Sha256, SHA256_DIGEST_BYTES } from '../core/sha256.js';
import { WALL_SOURCE, WALL_UNKNOWN } from '../core/units.js';
import type { Fold } from './fold.js';
import type { Ledger } from './ledger.js';
import type { Memory } from './memory.js';
import type { Office } from './office.js';
import type { Profiles } from './profiles.js';

const KEYS = Object.freeze([KEY.rootPublicKey, KEY.certificate, KEY.loggerGiai]);
const GET_BYTES = 320;
const EPOCH_MASK = 0x7fffffff;

export interface StartParts {
  readonly ports: Ports;
  readonly limits: Limits;
  readonly memory: Memory;
  readonly catalogue: Catalogue;
  readonly journal: Journal;
  readonly profiles: Profiles;
  readonly office: Office;
  readonly session: Session;
  readonly fold: Fold;
  readonly ledger: Ledger;
}

export class Start {
  private readonly parts: StartParts;
  private readonly buffer = new Uint8Array(GET_BYTES);
  private key = 0;
  private isGetting = false;
  private isMounted = false;
  /** While the journal is read back; nothing of it is left afterwards. */
  private recovery: Recovery | undefined;
  private fault = 0;

  constructor(parts: StartParts) {
    this.parts = parts;
  }

  /** The retained memory was damaged: this boot says so. */
  isRetainedDamaged = false;

  /** After a sleep: profiles and roles come from the catalogue, keys when a dock needs them. */
  resume(): void {
    const { catalogue, profiles, office, memory } = this.parts;
    const { desk, objects, calibrations } = office;
    profiles.mount(catalogue, desk.reader, desk.inbox);
    profiles.keepRecorded(memory.cursors);
    objects.loadRoles();
    calibrations.mount(desk.reader, desk.inbox);
    this.isMounted = true;
  }

  /** 1 when all keys are here, 0 while they come, or the store's fault. */
  pollKeys(): number {
    return this.key < KEYS.length ? this.pollKey() : 1;
  }

  /** 1 when running, 0 while not, or a fault, see `again`. `clock` was just read. */
  poll(clock: Uint8Array): number {
    const keys = this.pollKeys();
    if (keys <= 0) return keys;
    if (!this.isMounted) return this.mount();
    this.anchor(clock);
    if (!this.parts.ledger.poll()) return 0;
    this.recordBoot(clock);
    const { calibrations, desk } = this.parts.office;
    calibrations.checkAll(desk.reader, desk.inbox, getI32(clock, CLOCK_LAYOUT.uptimeS));
    return 1;
  }

  /**
   * After a fault of `poll`: 0 when it may pass, and then the start begins anew with the next poll;
   * else the fault, which only people can mend.
   */
  again(fault: number): number {
    const { journal, memory } = this.parts;
    const mayPass = fault === FAULT.flashFailed || fault === FAULT.busy || fault === FAULT.timeout;
    if (!mayPass) return fault;
    memory.durable.words.fill(0); // what a recovery that broke off left there
    journal.close();
    return 0;
  }

  /** Gets one key after the other; 1 when all were asked for. A missing one stays empty. */
  private pollKey(): number {
    const { keyValue } = this.parts.ports;
    while (this.key < KEYS.length) {
      if (!this.isGetting) {
        const started = keyValue.startGet(KEYS[this.key]!);
        if (started < 0) return started;
        this.isGetting = true;
      }
      const length = keyValue.poll(this.buffer);
      if (length === 0) return 0;
      this.isGetting = false;
      if (length > 0) this.take(KEYS[this.key]!, length);
      else if (length !== FAULT.absent) return length;
      this.key++;
    }
    return 1;
  }

  private take(key: number, length: number): void {
    const { office, session } = this.parts;
    const { desk } = office;
    if (key === KEY.rootPublicKey) copy(this.buffer, 0, desk.rootKey, 0, PUBLIC_KEY_BYTES);
    else if (key === KEY.loggerGiai) {
      copy(this.buffer, 0, desk.giai, 0, length);
      desk.giaiLength = length;
    } else if (this.setKid(length)) {
      copy(this.buffer, 0, session.outbox.certificate, 0, length);
      session.outbox.certificateLength = length;
    }
  }

  /** The container's key stands in its certificate; false when that is none. */
  private setKid(length: number): boolean {
    const view = new Sign1View();
    const payload = new PayloadView();
    const { buffer } = this;
    const { cose, reader } = this.parts.office.desk;
    if (cose.parseSign1(buffer, 0, length, view) < 0) return false;
    const { payloadAt, payloadLength } = view;
    if (parsePayload(reader, buffer, payloadAt, payloadLength, payload) < 0) return false;
    if (payload.kind !== OBJECT.certificate || payload.bodyLength !== PUBLIC_KEY_BYTES) {
      return false;
    }
    const sha = new Sha256();
    const hash = new Uint8Array(SHA256_DIGEST_BYTES);
    sha.update(buffer, payload.bodyAt, PUBLIC_KEY_BYTES);
    sha.digest(hash, 0);
    copy(hash, 0, this.parts.session.outbox.kid, 0, KID_BYTES);
    return true;
  }

  /** 0 while the journal is read back a slice at a time, and when it was; or the fault. */
  private mount(): number {
    this.recovery ??= this.open();
    if (this.recovery === undefined) return this.fault;
    const result = this.recovery.poll();
    if (result === RECOVERY.running) return 0;
    const { fold, profiles, memory } = this.parts;
    fold.isReplaying = false;
    this.recovery = undefined;
    profiles.keepRecorded(memory.cursors);
    this.isMounted = result >= 0;
    return result < 0 ? result : 0;
  }

  /** Catalogue, profiles and roles, then a recovery; none with a `fault`. */
  private open(): Recovery | undefined {
    const { ports, limits, catalogue, memory, profiles, office, journal, fold, ledger } =
      this.parts;
    const { desk } = office;
    this.fault = catalogue.mount();
    if (this.fault < 0) return undefined;
    profiles.mount(catalogue, desk.reader, desk.inbox);
    office.objects.loadRoles();
    ports.entropy.fill(this.buffer, 4);
    const epoch = getI32(this.buffer, 0) & EPOCH_MASK;
    const { words } = memory.durable;
    const { probeCount } = limits;
    const { journalFlash } = ports;
    fold.isReplaying = true;
    return new Recovery(journal, journalFlash, words, probeCount, epoch, fold, ledger.record);
  }

  /** The first segment of this boot says so, and when. */
  private anchor(clock: Uint8Array): void {
    const { memory, journal } = this.parts;
    const isKnown = clock[CLOCK_LAYOUT.wallSource]! !== WALL_SOURCE.unset;
    const wallS = isKnown ? getI32(clock, CLOCK_LAYOUT.wallS) : WALL_UNKNOWN;
    const uptimeS = getI32(clock, CLOCK_LAYOUT.uptimeS);
    journal.anchor(uptimeS, wallS, memory.kits[COMMON.bootCount]! + 1);
  }

  private recordBoot(clock: Uint8Array): void {
    const { ledger, memory, limits, ports } = this.parts;
    const uptimeS = getI32(clock, CLOCK_LAYOUT.uptimeS);
    const wallSource = clock[CLOCK_LAYOUT.wallSource]!;
    const isKnown = wallSource !== WALL_SOURCE.unset;
    const wallS = isKnown ? getI32(clock, CLOCK_LAYOUT.wallS) : WALL_UNKNOWN;
    const bootCount = memory.kits[COMMON.bootCount]! + 1;
    const boot = ledger.begin(RECORD.boot, uptimeS);
    boot.fields[0] = bootCount;
    boot.fields[1] = this.isRetainedDamaged
      ? BOOT_REASON.retainedDamaged
      : ports.clock.bootReason();
    boot.fields[2] = wallSource;
    boot.fields[3] = wallS;
    boot.fields[4] = getU16(clock, CLOCK_LAYOUT.wallUncertaintyS);
    ledger.store();
    const config = ledger.begin(RECORD.config, uptimeS);
    config.fields[0] = limits.samplePeriodS;
    config.fields[1] = limits.probeCount;
    config.fields[2] = limits.slotCount;
    config.fields[3] = limits.isHardware ? 1 : 0;
    config.setTail(limits.slotProbes, 0, limits.slotCount);
    ledger.store();
  }
}
