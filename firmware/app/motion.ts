/**
 * Shocks and places: drains the accelerometer's stream, follows docks and fixes. A fix is looked
 * for at departure and then every half hour while away from a dock; receiving only, never sending.
 */
import type { Memory } from './memory.js';
import { FIX_LAYOUT, type Ports, ACCELERATION_LAYOUT } from '../core/ports.js';
import { PLACE_EVENT, PLACE_EVENT_WORDS, type PlaceTracker } from '../core/place/place.js';
import { RECORD } from '../core/record/schema.js';
import { ShockDetector } from '../core/shock/detector.js';
import { SHOCK_EVENT_WORDS } from '../core/shock/event.js';
import type { Ledger } from './ledger.js';
import type { Watch } from './watch.js';

const BATCH_SAMPLES_MAX = 32;
const BATCHES_PER_STEP = 64;
const FIX_PERIOD_S = 1800;
const SEARCH_POLL_MS = 5000;
/** A FIFO of 512 samples at 1600 Hz fills in 320 ms. */
const STREAM_POLL_MS = 200;
/** The interrupt has ended when the FIFO stayed empty for so long. */
const REST_S = 2;
const IDLE_MS = 0x7fffffff;

export class Motion {
  private readonly ports: Ports;
  private readonly ledger: Ledger;
  private readonly place: PlaceTracker;
  private readonly detector: ShockDetector;
  private readonly batch = new Uint8Array(
    ACCELERATION_LAYOUT.samples + BATCH_SAMPLES_MAX * ACCELERATION_LAYOUT.sampleBytes,
  );
  private readonly fixBytes = new Uint8Array(FIX_LAYOUT.bytes);
  private readonly event = new Int32Array(PLACE_EVENT_WORDS);
  private isStreaming = false;
  private streamedS = 0;
  private isSearching = false;
  private wasDocked = false;
  private nextFixS = 0;

  constructor(ports: Ports, ledger: Ledger, memory: Memory, place: PlaceTracker) {
    this.ports = ports;
    this.ledger = ledger;
    this.place = place;
    this.detector = new ShockDetector(memory.shock);
  }

  /** Takes what the sensors have; answers in how many milliseconds to look again. */
  step(uptimeS: number, watch: Watch): number {
    this.shocks(uptimeS, watch.slotsNow);
    this.places(uptimeS, watch);
    if (this.isStreaming) return STREAM_POLL_MS;
    return this.isSearching ? SEARCH_POLL_MS : IDLE_MS;
  }

  /** Whether a stream or a search is under way. */
  get isBusy(): boolean {
    return this.isStreaming || this.isSearching;
  }

  /** When a fix is due next, seconds of uptime; what a sleep must keep. */
  get nextFix(): number {
    return this.nextFixS;
  }

  /** Goes on after a sleep, which never began at a dock. */
  resume(nextFixS: number): void {
    this.nextFixS = nextFixS;
    this.wasDocked = false;
  }

  private shocks(uptimeS: number, slots: number): void {
    for (let i = 0; i < BATCHES_PER_STEP; i++) {
      const count = this.ports.accelerometer.poll(this.batch);
      if (count <= 0) return this.rest(uptimeS, slots);
      this.isStreaming = true;
      this.streamedS = uptimeS;
      while (this.detector.addBatch(this.batch, count) === 1) this.recordShock(uptimeS, slots);
    }
  }

  /** The FIFO is empty: the stream ends when nothing more comes for a while. */
  private rest(uptimeS: number, slots: number): void {
    if (!this.isStreaming || uptimeS - this.streamedS < REST_S) return;
    this.isStreaming = false;
    if (this.detector.endStream() === 1) this.recordShock(uptimeS, slots);
  }

  private recordShock(uptimeS: number, slots: number): void {
    const record = this.ledger.begin(RECORD.shock, uptimeS);
    for (let i = 0; i < SHOCK_EVENT_WORDS; i++) record.fields[i] = this.detector.event[i]!;
    record.fields[SHOCK_EVENT_WORDS] = slots;
    this.ledger.store();
    this.ledger.settle(uptimeS); // an excursion tells of its own shock, not of one that follows
  }

  private places(uptimeS: number, watch: Watch): void {
    const { place, event } = this;
    if (watch.isDocked) {
      while (place.dockSeen(uptimeS, watch.dockId, watch.dockIdLength, event) === 1) {
        this.recordPlace(uptimeS);
      }
    } else {
      if (this.wasDocked) {
        place.dockLost(uptimeS);
        this.nextFixS = uptimeS;
      }
      if (place.tick(uptimeS, event) === 1) this.recordPlace(uptimeS);
    }
    this.wasDocked = watch.isDocked;
    this.fix(uptimeS, watch.isDocked);
  }

  private fix(uptimeS: number, isDocked: boolean): void {
    if (!this.isSearching) {
      if (isDocked || uptimeS < this.nextFixS) return;
      this.nextFixS = uptimeS + FIX_PERIOD_S;
      if (this.ports.position.start() < 0) return;
      this.isSearching = true;
    }
    const result = this.ports.position.poll(this.fixBytes);
    if (result === 0) return;
    this.isSearching = false;
    if (result < 0) return;
    if (this.place.fix(uptimeS, this.fixBytes, this.event) === 1) this.recordPlace(uptimeS);
  }

  private recordPlace(uptimeS: number): void {
    const { event } = this;
    const record = this.ledger.begin(RECORD.place, uptimeS);
    for (let i = 0; i < PLACE_EVENT.idLength; i++) record.fields[i] = event[i]!;
    record.setTail(this.place.id, 0, event[PLACE_EVENT.idLength]!);
    this.ledger.store();
  }
}
