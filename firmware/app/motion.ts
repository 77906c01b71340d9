/**
 * Shocks, flights and places: drains the accelerometer's stream, looks about every minute whether
 * the container flies (without a radio: rotor line and pressure, core/place/flight.ts), follows
 * docks and fixes. A fix is looked for at departure, at landing, and every half hour while away
 * from a dock; receiving only, never sending, and never begun in flight.
 */
import { getI32 } from '../core/bytes.js';
import { FAULT } from '../core/faults.js';
import { FlightJudge, LOOK } from '../core/place/flight.js';
import { FIX_LAYOUT, type Ports, ACCELERATION_LAYOUT, PRESSURE_LAYOUT } from '../core/ports.js';
import { PLACE_EVENT, PLACE_EVENT_WORDS, type PlaceTracker } from '../core/place/place.js';
import { RECORD } from '../core/record/schema.js';
import { ShockDetector } from '../core/shock/detector.js';
import { SHOCK_EVENT_WORDS } from '../core/shock/event.js';
import { RotorLine } from '../core/shock/rotor.js';
import type { Ledger } from './ledger.js';
import { type Memory, POWER } from './memory.js';
import type { Watch } from './watch.js';

const BATCH_SAMPLES_MAX = 32;
const BATCHES_PER_STEP = 64;
const FIX_PERIOD_S = 1800;
const SEARCH_POLL_MS = 5000;
/** A FIFO of 512 samples at 1600 Hz fills in 320 ms. */
const STREAM_POLL_MS = 200;
/** The interrupt has ended when the FIFO stayed empty for so long. */
const REST_S = 2;
/** A look a minute, at a step that comes anyhow; without one at the latest after 80 s. */
const LOOK_DUE_S = 32;
const LOOK_LATEST_S = 80;
/** While a detector may be about to change its mind. */
const LOOK_SOON_S = 20;
const PRESSURE_POLL_MS = 50;
/** The FIFO has handed over nothing of a capture for so long. */
const CAPTURE_WAIT_S = 4;
/** A part that streams for longer tells of no rotor. */
const BUSY_S_MAX = 600;

export class Motion {
  private readonly ports: Ports;
  private readonly ledger: Ledger;
  private readonly place: PlaceTracker;
  private readonly detector: ShockDetector;
  private readonly judge: FlightJudge;
  private readonly flight: Int32Array;
  private readonly rotor = new RotorLine();
  private readonly power: Int32Array;
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
  private isListening = false;
  private isHard = false;
  private isWeighing = false;

  constructor(ports: Ports, ledger: Ledger, memory: Memory, place: PlaceTracker) {
    this.ports = ports;
    this.ledger = ledger;
    this.place = place;
    this.detector = new ShockDetector(memory.shock);
    this.flight = memory.flight;
    this.judge = new FlightJudge(memory.flight);
    this.power = memory.power;
  }

  /** Takes what the sensors have; answers in how many milliseconds to look again. */
  step(uptimeS: number, watch: Watch): number {
    this.look(uptimeS);
    const wasListening = this.isListening;
    this.drain(uptimeS, watch.slotsNow);
    if (wasListening && !this.isListening) this.drain(uptimeS, watch.slotsNow);
    this.decide(uptimeS, watch.isDocked);
    this.places(uptimeS, watch);
    if (this.isWeighing) return PRESSURE_POLL_MS;
    if (this.isStreaming || this.isListening) return STREAM_POLL_MS;
    if (this.isSearching) return SEARCH_POLL_MS;
    return (this.flight[LOOK.latestS]! - uptimeS) * 1000;
  }

  /** Whether a stream, a look or a search is under way. */
  get isBusy(): boolean {
    return this.isStreaming || this.isListening || this.isWeighing || this.isSearching;
  }

  /** Whether a detector says flight, or said so last before a boot. */
  get isFlying(): boolean {
    return this.power[POWER.flying] === 1;
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

  /** Begins a look when it is due, and takes the pressure when it is there. */
  private look(uptimeS: number): void {
    const isDue = uptimeS >= this.flight[LOOK.nextS]!;
    if (isDue && !this.isListening && !this.isWeighing) this.beginLook(uptimeS);
    if (this.isWeighing) this.weigh(uptimeS);
  }

  private beginLook(uptimeS: number): void {
    const { flight, ports } = this;
    flight[LOOK.nextS] = uptimeS + LOOK_DUE_S;
    flight[LOOK.latestS] = uptimeS + LOOK_LATEST_S;
    const captured = this.isStreaming ? FAULT.busy : ports.accelerometer.capture();
    const isBusy = captured === FAULT.busy && uptimeS - flight[LOOK.heardS]! < BUSY_S_MAX;
    this.isListening = captured > 0;
    if (isBusy) this.lookSoon(uptimeS, 1);
    else if (captured <= 0) this.hear(uptimeS, captured);
    if (this.isListening) {
      this.rotor.begin();
      this.streamedS = uptimeS;
    }
    const started = ports.pressure.start();
    this.isWeighing = started >= 0;
    if (!this.isWeighing) this.judge.pressure(uptimeS, started);
  }

  private hear(uptimeS: number, line: number): void {
    this.flight[LOOK.heardS] = uptimeS;
    this.lookSoon(uptimeS, this.judge.rotor(line));
  }

  private lookSoon(uptimeS: number, isWanted: number): void {
    if (isWanted === 0) return;
    this.flight[LOOK.nextS] = uptimeS + LOOK_SOON_S;
    this.flight[LOOK.latestS] = uptimeS + LOOK_SOON_S;
  }

  private endListening(uptimeS: number, answer: number): void {
    const line = answer < 0 ? answer : this.rotor.end();
    const isWaiting = this.rotor.isEmpty && uptimeS - this.streamedS < CAPTURE_WAIT_S;
    if (answer === 0 && isWaiting) return;
    this.isListening = false;
    this.isHard = false;
    this.hear(uptimeS, line);
  }

  private weigh(uptimeS: number): void {
    const bytes = this.fixBytes; // nothing is in it between two steps
    const result = this.ports.pressure.poll(bytes);
    if (result === 0 && uptimeS < this.flight[LOOK.nextS]!) return;
    this.isWeighing = false;
    const pressurePa = result <= 0 ? FAULT.timeout : getI32(bytes, PRESSURE_LAYOUT.pressurePa);
    this.lookSoon(uptimeS, this.judge.pressure(uptimeS, pressurePa));
  }

  /** Records when it begins or ceases to fly; at landing it is worth knowing where. */
  private decide(uptimeS: number, isDocked: boolean): void {
    const { judge } = this;
    const flew = this.power[POWER.flying]!;
    const flies = judge.judge(flew, isDocked);
    if (flies === flew) return;
    const record = this.ledger.begin(RECORD.flight, uptimeS);
    record.fields[0] = flies;
    record.fields[1] = judge.detectors(flies);
    record.fields[2] = judge.pressureChangePa;
    this.ledger.store();
    if (flies === 0) this.nextFixS = uptimeS;
  }

  /**
   * Drains the FIFO. A capture is listened to, up to the 0 that ends it; all else, and what is no
   * vibration in a capture, is a shock's.
   */
  private drain(uptimeS: number, slots: number): void {
    const { batch, rotor } = this;
    for (let i = 0; i < BATCHES_PER_STEP; i++) {
      const count = this.ports.accelerometer.poll(batch);
      if (count <= 0 && this.isListening) return this.endListening(uptimeS, count);
      if (count <= 0) return this.rest(uptimeS, slots);
      if (this.isListening) {
        if (rotor.add(batch, count) === 1) this.isHard = true;
        if (!this.isHard) continue;
      }
      this.isStreaming = true;
      this.streamedS = uptimeS;
      while (this.detector.addBatch(batch, count) === 1) this.recordShock(uptimeS, slots);
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
      if (isDocked || this.isFlying || uptimeS < this.nextFixS) return;
      this.nextFixS = uptimeS + FIX_PERIOD_S;
      if (this.ports.position.start() < 0) return;
      this.isSearching = true;
    }
    const result = this.ports.position.poll(this.fixBytes);
    if (result === 0) return;
    this.isSearching = false;
    if (result < 0 || this.isFlying) return; // where it rose from is not where it is now
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
