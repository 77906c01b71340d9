/**
 * Wires the rooms to the ports behind one `step()`. It reads the clock once, does what is due and
 * answers how many milliseconds it may sleep; it never waits, and holds no timer or promise. The
 * two composition roots (firmware/device/main.ts, host-sim/cli/journey.ts) call the same function.
 */
import { getI32, getU16 } from '../core/bytes.js';
import { Exposure } from '../core/excursion/exposure.js';
import { COMMON } from '../core/excursion/kits.js';
import { Pending } from '../core/excursion/pending.js';
import { ProfileTable } from '../core/excursion/profile.js';
import { FAULT } from '../core/faults.js';
import { RoleTable } from '../core/handoff/roles.js';
import { Session, type SessionHost } from '../core/handoff/session.js';
import type { Statement } from '../core/handoff/statement.js';
import { Catalogue, CATALOGUE_STATE_WORDS } from '../core/journal/catalogue.js';
import { Journal } from '../core/journal/journal.js';
import { Thinner } from '../core/journal/thinner.js';
import { checkLimits, type Limits, SECTOR_BYTES } from '../core/limits.js';
import { PlaceTracker } from '../core/place/place.js';
import { CLOCK_LAYOUT, type Ports } from '../core/ports.js';
import { CalibrationTable } from '../core/reading/calibration.js';
import { RECORD } from '../core/record/schema.js';
import { Sha256, SHA256_DIGEST_BYTES, SHA256_STATE_WORDS } from '../core/sha256.js';
import { WALL_SOURCE, WALL_UNKNOWN } from '../core/units.js';
import { Fold } from './fold.js';
import { Lamp } from './lamp.js';
import { Ledger } from './ledger.js';
import { Memory, STATE_LAYOUT } from './memory.js';
import { Motion } from './motion.js';
import { Office } from './office.js';
import { Profiles } from './profiles.js';
import { Retained } from './retained.js';
import { Sampling } from './sampling.js';
import { Start } from './start.js';
import { WallClock } from './wall-clock.js';
import { Watch } from './watch.js';

/** Milliseconds until the next step while something is being started or waited for. */
const SOON_MS = 10;
/** A container that cannot use its flash kicks its watchdog this often, or tries again. */
const STOPPED_MS = 60000;
const HELLO_SEALED = 1;

export interface Container {
  /** Does what is due and answers how many milliseconds it may sleep, 0.. */
  step(): number;
  /**
   * Writes the hot state for memory that keeps through sleep, instead of stepping on: its length,
   * at most RETAINED_BYTES_MAX, or busy while something runs that a sleep would break.
   */
  suspend(bytes: Uint8Array): number;
  /**
   * Takes the hot state back before the first step: 0, or malformed, and then the container boots
   * cold from its journal, and records that its retained memory was damaged.
   */
  resume(bytes: Uint8Array, length: number): number;
}

/** Makes a container; `step` it until power fails. Throws only for limits that cannot be. */
export function createContainer(ports: Ports, limits: Limits): Container {
  checkLimits(limits);
  return new App(ports, limits);
}

/** Words beside the arenas that a sleep must keep. */
const REST = Object.freeze({
  nextInstantS: 0,
  counted: 1,
  nextFixS: 2,
  catalogue: 3,
  sha: 3 + CATALOGUE_STATE_WORDS,
  words: 3 + CATALOGUE_STATE_WORDS + SHA256_STATE_WORDS,
} as const);

/** What the hot state depends on besides the firmware itself. */
function shapeOf({ probeCount, slotCount, samplePeriodS, journalBytes }: Limits): number {
  return (probeCount << 28) ^ (slotCount << 20) ^ (samplePeriodS << 8) ^ (journalBytes >> 12);
}

class App implements Container, SessionHost {
  wallSource: number = WALL_SOURCE.unset;
  private readonly ports: Ports;
  private readonly clock = new Uint8Array(CLOCK_LAYOUT.bytes);
  private readonly memory = new Memory();
  private readonly journal: Journal;
  private readonly ledger: Ledger;
  private readonly thinner: Thinner;
  private readonly wallClock: WallClock;
  private readonly office: Office;
  private readonly session: Session;
  private readonly watch: Watch;
  private readonly sampling: Sampling;
  private readonly motion: Motion;
  private readonly lamp: Lamp;
  private readonly start: Start;
  private readonly catalogue: Catalogue;
  private readonly rest = new Int32Array(REST.words);
  private readonly retained: Retained;
  private readonly profiles: Profiles;
  private isRunning = false;
  private askedRevision = -1;
  private isRadioOn = false;
  private fault = 0;
  private uptimeS = 0;
  private uptimeMs = 0;
  private wallS = WALL_UNKNOWN;

  constructor(ports: Ports, limits: Limits) {
    const { memory } = this;
    const { words } = memory.durable;
    this.ports = ports;
    this.journal = new Journal(
      ports.journalFlash,
      memory.journal,
      memory.journalCursor,
      words,
      limits,
      STATE_LAYOUT,
    );
    const { journal } = this;
    const table = new ProfileTable();
    const sha = new Sha256(); // for one hash at a time: profiles and messages share it
    const profiles = new Profiles(table, memory.kits, sha);
    this.profiles = profiles;
    const exposure = new Exposure(memory.kits, table.words, limits);
    const pending = new Pending(memory.kits, table.words, limits.isHardware);
    const place = new PlaceTracker(memory.place, memory.placeId);
    const fold = new Fold({ memory, rules: table.words, exposure, pending, place, journal, sha });
    this.ledger = new Ledger(journal, fold, pending, memory.kits);
    const { ledger } = this;
    this.thinner = new Thinner(journal, ledger, limits.journalBytes);
    this.catalogue = new Catalogue(ports.catalogueFlash);
    const { catalogue } = this;
    const regions = [words, memory.working.words, this.rest];
    this.retained = new Retained(regions, shapeOf(limits));
    const roles = new RoleTable();
    this.wallClock = new WallClock(ports.clock, ledger, memory.kits);
    const { wallClock } = this;
    const calibration = new CalibrationTable();
    const stores = { memory, limits, table, catalogue, journal, ledger, calibration };
    this.office = new Office(ports.signer, sha, { ...stores, profiles, roles, wallClock });
    const { office } = this;
    const { desk } = office;
    const sectorCount = (limits.journalBytes / SECTOR_BYTES) | 0;
    const compact = { work: desk.inbox, spare: ledger.spare, sectorCount };
    const { link, signer, entropy } = ports;
    this.session = new Session(link, journal, desk, signer, entropy, this, compact);
    this.session.outbox.slips = office.slips;
    const { session } = this;
    this.watch = new Watch(ports.inputs, ledger, memory, roles, limits);
    this.sampling = new Sampling(ports.probes, ledger, memory, limits, calibration);
    this.motion = new Motion(ports, ledger, memory, place);
    this.lamp = new Lamp(ports.indicator, memory.kits, limits);
    const parts = { ports, limits, memory, catalogue, journal, profiles, office };
    this.start = new Start({ ...parts, session, fold, ledger });
  }

  step(): number {
    this.readClock();
    this.ports.watchdog.kick();
    if (this.fault < 0) return STOPPED_MS;
    if (!this.isRunning) return this.boot();
    if (!this.ledger.poll()) return SOON_MS;
    return this.run();
  }

  suspend(bytes: Uint8Array): number {
    const { rest } = this;
    if (!this.isRunning || this.watch.isDocked || this.sampling.sampler.isBusy) return FAULT.busy;
    if (this.motion.isBusy || this.session.isBusy || this.catalogue.isBusy) return FAULT.busy;
    if (this.journal.isErasing || this.ledger.hasMore || this.thinner.isBusy) return FAULT.busy;
    rest[REST.nextInstantS] = this.sampling.sampler.nextInstantS;
    rest[REST.counted] = this.watch.counted;
    rest[REST.nextFixS] = this.motion.nextFix;
    this.catalogue.saveState(rest, REST.catalogue);
    this.journal.sha.saveState(rest, REST.sha);
    return this.retained.write(bytes);
  }

  resume(bytes: Uint8Array, length: number): number {
    const { rest } = this;
    const result = this.isRunning ? FAULT.badState : this.retained.read(bytes, length);
    if (result < 0) {
      this.forget();
      return result;
    }
    this.journal.sha.loadState(rest, REST.sha);
    this.catalogue.loadState(rest, REST.catalogue);
    this.sampling.sampler.resume(rest[REST.nextInstantS]!);
    this.watch.resume(rest[REST.counted]!);
    this.motion.resume(rest[REST.nextFixS]!);
    this.start.resume();
    this.isRunning = true;
    return 0;
  }

  /** What a damaged image may have left behind is cleared: the journal knows. */
  private forget(): void {
    if (this.isRunning) return;
    this.memory.durable.words.fill(0);
    this.memory.working.words.fill(0);
    this.journal.close();
    this.start.isRetainedDamaged = true;
  }

  private boot(): number {
    const result = this.start.poll(this.clock);
    if (result < 0) {
      this.fault = this.start.again(result);
      this.lamp.showUnknown();
      return STOPPED_MS;
    }
    if (result === 0) return SOON_MS;
    this.isRunning = true;
    this.watch.start();
    return 0;
  }

  private run(): number {
    const { uptimeS, uptimeMs, watch } = this;
    this.office.step(uptimeS);
    const uncertaintyS = getU16(this.clock, CLOCK_LAYOUT.wallUncertaintyS);
    this.wallClock.follow(uptimeS, this.wallSource, this.wallS, uncertaintyS);
    watch.step(uptimeS);
    this.allowLoss();
    this.sampling.step(uptimeS, uptimeMs);
    const motionMs = this.motion.step(uptimeS, watch);
    this.ledger.settle(uptimeS);
    const isSettled = this.radio();
    if (this.session.isCheckpointDue) this.ledger.refresh(uptimeS);
    const sessionMs = this.session.step();
    this.ledger.settle(uptimeS);
    this.lamp.show(this.ledger.revision, watch.isDocked, this.ledger.isLosing);
    if (this.ledger.hasMore || !isSettled) return SOON_MS;
    if (this.thin()) return SOON_MS;
    const sampleMs = this.sampling.sleepMs(uptimeS, uptimeMs);
    const workMs = motionMs < sessionMs ? motionMs : sessionMs;
    return workMs < sampleMs ? workMs : sampleMs;
  }

  /** Readings may wait where every kit aboard allows it, and no dock reads the journal. */
  private allowLoss(): void {
    const { revision } = this.ledger;
    if (revision === this.askedRevision) return;
    this.askedRevision = revision;
    this.journal.allowLoss(this.watch.isDocked ? 0 : this.profiles.lossAllowedS);
  }

  /**
   * Makes room where no receipt does; whether to go on soon. Measuring goes first, and what a dock
   * may be reading stays, as long as there is room for readings.
   */
  private thin(): boolean {
    const { thinner, journal } = this;
    if (this.sampling.sampler.isBusy || this.motion.isBusy) return false;
    const mayWait = journal.accepts(RECORD.reading);
    if (!this.session.isBusy || !mayWait) return thinner.step(this.uptimeS);
    thinner.pause();
    return false;
  }

  private readClock(): void {
    const { clock } = this;
    this.ports.clock.read(clock);
    this.uptimeS = getI32(clock, CLOCK_LAYOUT.uptimeS);
    this.uptimeMs = getU16(clock, CLOCK_LAYOUT.uptimeMs);
    this.wallSource = clock[CLOCK_LAYOUT.wallSource]!;
    const isKnown = this.wallSource !== WALL_SOURCE.unset;
    this.wallS = isKnown ? getI32(clock, CLOCK_LAYOUT.wallS) : WALL_UNKNOWN;
    this.journal.anchor(this.uptimeS, this.wallS, this.memory.kits[COMMON.bootCount]!);
  }

  /** The radio is on only while docked is proven and nothing says flight. False: keys come. */
  private radio(): boolean {
    const isAllowed = this.watch.isDocked && !this.motion.isFlying;
    const wanted = isAllowed && this.start.pollKeys() === 1;
    if (wanted === this.isRadioOn) return wanted === isAllowed;
    this.isRadioOn = wanted;
    if (wanted) this.office.objects.newSession();
    this.ports.link.power(wanted ? 1 : 0);
    return wanted === isAllowed;
  }

  get helloFlags(): number {
    return this.memory.kits[COMMON.sealed] === 1 ? HELLO_SEALED : 0;
  }

  describe(statement: Statement): void {
    statement.boot = this.memory.kits[COMMON.bootCount]!;
    statement.uptimeS = this.uptimeS;
    statement.wallS = this.wallS;
  }

  checkpointSigned(statement: Statement): void {
    const record = this.ledger.begin(RECORD.checkpoint, this.uptimeS);
    record.fields[0] = statement.sequence;
    record.setTail(statement.chainHash, 0, SHA256_DIGEST_BYTES);
    this.ledger.store();
  }
}
