/** A whole container on ports that a test holds in its hands; time goes on only when told to. */
import { type Container, createContainer } from '../../../firmware/app/container.js';
import type { Memory } from '../../../firmware/app/memory.js';
import { INDICATOR_LAYOUT, INDICATOR_SLOT, KEY, type Ports } from '../../../firmware/core/ports.js';
import type { Limits } from '../../../firmware/core/limits.js';
import { BOOT_REASON } from '../../../firmware/core/record/schema.js';
import { CUSTODY, VERDICT } from '../../../firmware/core/units.js';
import { Authority } from '../../../host-sim/backend/authority.js';
import { decodeImage } from '../../../host-sim/backend/decode.js';
import { KeyPair } from '../../../host-sim/backend/keys.js';
import type { DecodedRecord, RecordName } from '../../../host-sim/backend/record-types.js';
import { SimEntropy } from '../../../host-sim/ports/entropy.js';
import { NorFlash } from '../../../host-sim/ports/flash.js';
import { SimIndicator } from '../../../host-sim/ports/indicator.js';
import { bytesOf } from '../../../host-sim/world/labels.js';
import { reasonNames } from '../../core/excursion/support/kit-bench.js';
import { GIAI, GRAI, PLAN, seededEntropy } from '../../host-sim/backend/support/fixtures.js';
import {
  TestAccelerometer,
  TestClock,
  TestInputs,
  TestKeyValue,
  TestLink,
  TestPosition,
  TestPressure,
  TestProbes,
  TestSigner,
} from './ports.js';

const KEY_PAIR = KeyPair.generate(seededEntropy('container'));
const IDENTITY: BenchIdentity = { giai: GIAI, grai: GRAI, key: KEY_PAIR };
let authority: Promise<Authority> | undefined;

/** The one authority of these tests; its keys take time to make. */
export function sharedAuthority(): Promise<Authority> {
  authority ??= Authority.create(PLAN, seededEntropy('app'));
  return authority;
}

const nameIn = (table: Readonly<Record<string, number>>, code: number): string =>
  Object.entries(table).find(([, value]) => value === code)?.[0] ?? `${code}`;

export interface BenchIdentity {
  readonly giai: string;
  readonly grai: string;
  readonly key: KeyPair;
}

export interface BenchOptions {
  readonly limits?: Partial<Limits>;
  readonly sectorCount?: number;
  /** Whose logger it is, by its key; default: GIAI and GRAI of the fixtures. */
  readonly identity?: BenchIdentity;
  /** What is stored under the certificate's key; default: a valid one. */
  readonly certificate?: Uint8Array;
}

export interface RebootOptions {
  readonly offS?: number;
  readonly keepsClock?: boolean;
  /** A BOOT_REASON. */
  readonly reason?: number;
}

export class Bench {
  readonly clock = new TestClock();
  readonly probes = new TestProbes();
  readonly inputs = new TestInputs();
  readonly accelerometer = new TestAccelerometer();
  readonly pressure = new TestPressure();
  readonly position = new TestPosition();
  readonly keyValue = new TestKeyValue();
  readonly link = new TestLink();
  readonly signer: TestSigner;
  readonly giai: string;
  readonly certificate: Uint8Array;
  readonly indicator: SimIndicator;
  readonly journalFlash: NorFlash;
  readonly catalogueFlash: NorFlash;
  readonly limits: Limits;
  readonly authority: Authority;
  private readonly entropy = new SimEntropy('container');
  private container: Container;

  constructor(authority: Authority, options: BenchOptions = {}) {
    const sectorCount = options.sectorCount ?? 20;
    const nowMs = (): number => this.clock.nowMs;
    this.authority = authority;
    this.limits = {
      slotCount: 4,
      probeCount: 2,
      slotProbes: Uint8Array.of(0b11, 0b11, 0b01, 0b10),
      samplePeriodS: 60,
      conversionLimitMs: 1000,
      journalBytes: sectorCount * 4096,
      isHardware: false,
      ...options.limits,
    };
    const flash = (region: string, bytes: number): NorFlash =>
      new NorFlash({ region, bytes, seed: 1, nowMs });
    this.journalFlash = flash('journal', this.limits.journalBytes);
    this.catalogueFlash = flash('catalogue', 65536);
    this.indicator = new SimIndicator(this.limits.slotCount);
    const { giai, grai, key } = options.identity ?? IDENTITY;
    const { publicKey } = key;
    this.giai = giai;
    this.signer = new TestSigner(key);
    this.certificate = authority.certificate({ giai, grai, publicKey });
    this.keyValue.stored.set(KEY.rootPublicKey, authority.rootPublicKey);
    this.keyValue.stored.set(KEY.certificate, options.certificate ?? this.certificate);
    this.keyValue.stored.set(KEY.loggerGiai, bytesOf(giai));
    this.container = createContainer(this.ports, this.limits);
  }

  static async make(options: BenchOptions = {}): Promise<Bench> {
    return new Bench(await sharedAuthority(), options);
  }

  get ports(): Ports {
    const { clock, probes, inputs, accelerometer, keyValue, link, signer, indicator } = this;
    const { journalFlash, catalogueFlash, entropy, pressure, position } = this;
    const watchdog = { kick: () => 0 };
    const senses = { clock, probes, inputs, accelerometer, position, pressure };
    return {
      ...senses,
      journalFlash,
      catalogueFlash,
      keyValue,
      signer,
      entropy,
      link,
      indicator,
      watchdog,
    };
  }

  /** One step; time goes on as the container lets it, at most so many ms. Answers how far. */
  step(mostMs = 15): number {
    const sleepMs = this.container.step();
    const passedMs = Math.max(1, Math.min(sleepMs, mostMs));
    this.clock.nowMs += passedMs;
    return passedMs;
  }

  /** Lets so many seconds pass. */
  run(seconds: number): this {
    const endMs = this.clock.nowMs + seconds * 1000;
    while (this.clock.nowMs < endMs) this.step(endMs - this.clock.nowMs);
    return this;
  }

  /** Steps until a condition holds; throws when it does not within a minute. */
  until<T>(condition: () => T | undefined, what: string): T {
    for (let ms = 0; ms < 60_000; ms += this.step()) {
      const value = condition();
      if (value !== undefined) return value;
    }
    throw new Error(`Waited in vain for ${what}`);
  }

  /** Power comes back after `offS` seconds; the wall clock is kept or lost. */
  reboot(options: RebootOptions = {}): this {
    const { offS = 0, keepsClock = true, reason = BOOT_REASON.powerOn } = options;
    this.clock.nowMs += offS * 1000;
    this.clock.bootMs = this.clock.nowMs;
    this.clock.reason = reason;
    if (!keepsClock) this.clock.source = 0;
    else if (this.clock.source !== 0) this.clock.source = 1;
    this.inputs.presses = 0;
    this.inputs.holds = 0;
    this.link.power(0);
    this.journalFlash.boot(-1);
    this.catalogueFlash.boot(-1);
    this.indicator.boot();
    this.container = createContainer(this.ports, this.limits);
    return this.run(1);
  }

  /** Sleeps as soon as it can and wakes at once; `before` is called in between. */
  sleep(image: Uint8Array, before: () => void): void {
    const length = this.until(() => {
      const written = this.container.suspend(image);
      return written > 0 ? written : undefined;
    }, 'a sleep');
    before();
    const woken = createContainer(this.ports, this.limits);
    const result = woken.resume(image, length);
    if (result < 0) throw new Error(`It did not wake: fault ${result}`);
    this.container = woken;
  }

  // What it remembers and shows.

  /** The container's own memory, which nothing outside it can see otherwise. */
  get memory(): Memory {
    return Reflect.get(this.container, 'memory') as Memory;
  }

  records(type?: RecordName): DecodedRecord[] {
    const { records, problems } = decodeImage(this.journalFlash.image());
    if (problems.length > 0) throw new Error(problems.join('\n'));
    return type === undefined ? [...records] : records.filter((record) => record.type === type);
  }

  last(type: RecordName): DecodedRecord {
    const record = this.records(type).at(-1);
    if (record === undefined) throw new Error(`The journal has no ${type} record`);
    return record;
  }

  /** Custody records of a kit as words: "taken", "mixed emergency", … */
  custody(kit: number): string[] {
    const own = this.records('custody').filter(({ fields }) => fields['kit'] === kit);
    return own.map(({ fields }) => {
      const mark = fields['emergency'] === 1 ? ' emergency' : '';
      return `${nameIn(CUSTODY, fields['custody']!)}${mark}`;
    });
  }

  /** The last verdict of a kit with its reasons: "unknown: gap, clockUnset". */
  verdict(kit: number): string {
    const own = this.records('verdict').filter(({ fields }) => fields['kit'] === kit);
    const fields = own.at(-1)?.fields;
    if (fields === undefined) return 'none';
    const reasons = reasonNames(fields['reasons']!).join(', ');
    const word = nameIn(VERDICT, fields['verdict']!);
    return reasons === '' ? word : `${word}: ${reasons}`;
  }

  /** What the indicator shows of the slots, by name. */
  get shown(): string[] {
    const slots = this.indicator.shown.subarray(INDICATOR_LAYOUT.slots);
    return [...slots].map((sign) => nameIn(INDICATOR_SLOT, sign));
  }

  /** All probes show a temperature from now on, for one reading at least. */
  shows(centiC: number): this {
    this.probes.centiC.fill(centiC);
    return this.run(61);
  }

  // What people do.

  fill(slot: number): this {
    this.inputs.slots |= 1 << slot;
    return this.run(1);
  }

  empty(slot: number): this {
    this.inputs.slots &= ~(1 << slot);
    return this.run(1);
  }

  press(times = 1): this {
    this.inputs.presses += times;
    return this.run(1);
  }

  hold(): this {
    this.inputs.holds += 1;
    return this.run(1);
  }

  lid(isOpen: boolean): this {
    this.inputs.isLidOpen = isOpen;
    return this.run(1);
  }
}
