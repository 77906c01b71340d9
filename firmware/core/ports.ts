/**
 * Everything the container knows of the world comes through these. A method takes int32s and at
 * most one caller-owned buffer and returns an int32: >= 0 a result, < 0 a code of `faults.ts`.
 * What takes time is a job: `start...` now, `poll...` in later steps, answering 0 while it runs.
 * Byte layouts are little-endian and stand beside each method. Adapters exist twice: in
 * firmware/device for the ESP32 and in host-sim/ports for the simulator.
 */

/** Layout of `ClockPort.read`, 16 bytes. */
export const CLOCK_LAYOUT = Object.freeze({
  uptimeS: 0, // i32, seconds since this boot, never steps
  uptimeMs: 4, // u16, 0..999 within the second
  wallSource: 6, // u8, WALL_SOURCE
  wallS: 8, // i32, seconds since 2020-01-01Z; WALL_UNKNOWN when the source is unset
  wallUncertaintyS: 12, // u16
  bytes: 16,
} as const);

export interface ClockPort {
  /** Writes CLOCK_LAYOUT. */
  read(into: Uint8Array): number;
  /** Sets the wall clock (and the RTC behind it). `source` is a WALL_SOURCE. */
  setWall(wallS: number, source: number): number;
  /** Why this boot happened: a BOOT_REASON of record/schema.ts. */
  bootReason(): number;
}

/** Layout of a probe's answer, 8 bytes. */
export const PROBE_LAYOUT = Object.freeze({
  temperatureCentiC: 0, // i32, as the part gave it, rounded half up to 0.01 °C
  humidityPermille: 4, // i16, HUMIDITY_ABSENT when the part has none
  bytes: 8,
} as const);

export interface ProbePort {
  /** Starts one conversion. */
  start(probe: number): number;
  /** 0 while converting, PROBE_LAYOUT.bytes when `into` holds the answer, or a fault. */
  poll(probe: number, into: Uint8Array): number;
}

/**
 * Layout of `InputPort.read`, 12 bytes. Switches are debounced by the adapter; its counts of
 * presses run on through a sleep.
 */
export const INPUT_LAYOUT = Object.freeze({
  flags: 0, // u8, INPUT_FLAG
  pressCount: 1, // u8, short presses of the glove button since boot, modulo 256
  holdCount: 2, // u8, presses of 3 s or more since boot, modulo 256
  slots: 4, // i32, bit s set while slot s is filled
  batteryMilliV: 8, // u16
  lightLux: 10, // u16, 65535 = not measured
  bytes: 12,
} as const);
export const INPUT_FLAG = Object.freeze({ lidOpen: 1, externalPower: 2, dockContact: 4 } as const);

export interface InputPort {
  /** Writes INPUT_LAYOUT. */
  read(into: Uint8Array): number;
  /** The dock's id over the contact: canonical GLN bytes ("414…"). Length, or absent. */
  readDockId(into: Uint8Array): number;
}

/** Layout of one batch of the accelerometer's FIFO. */
export const ACCELERATION_LAYOUT = Object.freeze({
  startUptimeS: 0, // i32, time of the first sample in the batch
  startMs: 4, // u16, 0..999
  rateHz: 6, // u16
  rangeMilliG: 8, // u16, full scale; a sample at it is clipped
  samples: 10, // i16 x, y, z in milli-g each
  sampleBytes: 6,
} as const);

/** What a capture holds at least. */
export const CAPTURE_MS = 1000;
/** A part that knows rest by itself may count less than this as such. */
export const REST_MILLI_G = 30;

export interface AccelerometerPort {
  /** Number of samples written after the header, 0 when the stream is at rest. */
  poll(into: Uint8Array): number;
  /**
   * Streams as an interrupt would, to feel vibration: what the FIFO has gathered, CAPTURE_MS or
   * more of it at 100 Hz or more, comes by the polls that follow, and ends with a 0. What a later
   * interrupt needs as its pre-trigger stays behind, so that its stream is whole; no sample comes
   * twice. 1; 0 when the part has felt nothing beyond REST_MILLI_G and hands over nothing; busy
   * while a stream runs or too little is gathered; absent.
   */
  capture(): number;
}

/** Layout of a reading of the barometer, 4 bytes. */
export const PRESSURE_LAYOUT = Object.freeze({
  pressurePa: 0, // i32
  bytes: 4,
} as const);

export interface PressurePort {
  /** Starts one conversion. */
  start(): number;
  /** 0 while converting, PRESSURE_LAYOUT.bytes when `into` holds the answer, or a fault. */
  poll(into: Uint8Array): number;
}

/** Layout of a position fix, 12 bytes. */
export const FIX_LAYOUT = Object.freeze({
  latitudeMicroDeg: 0, // i32
  longitudeMicroDeg: 4, // i32
  uncertaintyM: 8, // u16
  source: 10, // u8, PLACE_SOURCE of record/schema.ts
  bytes: 12,
} as const);

export interface PositionPort {
  /** Starts one search for a fix; the adapter keeps its receiver off otherwise. */
  start(): number;
  /** 0 while searching, FIX_LAYOUT.bytes when found, or a fault (absent: none found). */
  poll(into: Uint8Array): number;
}

export interface FlashPort {
  /** Bytes of the region, a multiple of 4096. */
  size(): number;
  /** Reads `length` bytes to the start of `into`. */
  read(address: number, into: Uint8Array, length: number): number;
  /** Programs `length` bytes from `from`; only clears bits; never crosses a 256-byte page. */
  program(address: number, bytes: Uint8Array, from: number, length: number): number;
  /** Starts erasing one sector of 4096 bytes. */
  startErase(sector: number): number;
  /** 0 while erasing, 1 when done, or flashFailed. */
  pollErase(): number;
}

/** Keys of the key-value store; small numbers so that NVS names stay short. */
export const KEY = Object.freeze({
  rootPublicKey: 1, // 64 bytes, x and y of P-256
  certificate: 2, // COSE_Sign1 by the root: GIAI, GRAI, public key
  loggerGiai: 3, // canonical "8004…"
  containerGrai: 4, // canonical "8003…"
} as const);

export interface KeyValuePort {
  startGet(key: number): number;
  startPut(key: number, bytes: Uint8Array, length: number): number;
  /**
   * 0 while running; after a get the length now in `into`; after a put 1; absent if no such key.
   */
  poll(into: Uint8Array): number;
}

/** Layout of a verification request, 160 bytes. */
export const VERIFY_LAYOUT = Object.freeze({
  publicKey: 0, // x and y, 64 bytes
  signature: 64, // r and s, 64 bytes
  digest: 128, // SHA-256, 32 bytes
  bytes: 160,
} as const);

export interface SignerPort {
  /** Signs a 32-byte digest with the container's key (P-256, ES256). */
  startSign(digest: Uint8Array): number;
  /** Checks a signature; `request` is VERIFY_LAYOUT. */
  startVerify(request: Uint8Array): number;
  /** 0 while running; 64 with the signature in `into`; 1 when verified; badSignature. */
  poll(into: Uint8Array): number;
}

export interface EntropyPort {
  /** Fills `length` bytes with true randomness. */
  fill(into: Uint8Array, length: number): number;
}

export const LINK_STATE = Object.freeze({ off: 0, waiting: 1, connected: 2 } as const);

export interface LinkPort {
  /** 1 lets the radio be found, 0 silences it. */
  power(on: number): number;
  /** A LINK_STATE. */
  state(): number;
  /** Longest message that one packet carries, up to LINK_BYTES_MAX. */
  payloadBytes(): number;
  /** Length of the next received message, now in `into`; 0 when there is none. */
  receive(into: Uint8Array): number;
  /** Queues one message. `busy` when the radio's buffers are full. */
  send(bytes: Uint8Array, length: number): number;
}

/** What the indicator shows, `2 + slotCount` bytes. */
export const INDICATOR_LAYOUT = Object.freeze({
  goCount: 0, // u8, kits aboard that are usable
  flags: 1, // u8, INDICATOR_FLAG
  slots: 2, // u8 each, INDICATOR_SLOT
} as const);
export const INDICATOR_SLOT = Object.freeze({ empty: 0, go: 1, look: 2, no: 3 } as const);
export const INDICATOR_FLAG = Object.freeze({
  docked: 1,
  sealed: 2,
  journalLosing: 4,
  clockUnset: 8,
  /** Half or more of the time after mixing has passed, of a kit that is mixed. */
  useBySoon: 16,
  /** In the service state. */
  service: 32,
} as const);

export interface IndicatorPort {
  show(bytes: Uint8Array, length: number): number;
}

export interface WatchdogPort {
  kick(): number;
}

/** All ports of one container. */
export interface Ports {
  readonly clock: ClockPort;
  readonly probes: ProbePort;
  readonly inputs: InputPort;
  readonly accelerometer: AccelerometerPort;
  readonly pressure: PressurePort;
  readonly position: PositionPort;
  readonly journalFlash: FlashPort;
  readonly catalogueFlash: FlashPort;
  readonly keyValue: KeyValuePort;
  readonly signer: SignerPort;
  readonly entropy: EntropyPort;
  readonly link: LinkPort;
  readonly indicator: IndicatorPort;
  readonly watchdog: WatchdogPort;
}
