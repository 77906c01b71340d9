/**
 * Kits that go from container to container by way of docks and the backend: whole containers, the
 * dock's gateway, the receiver with its store, and the book of slips.
 */
import assert from 'node:assert/strict';
import type { Authority } from '../../host-sim/backend/authority.js';
import { encodeCbor, loadCbor } from '../../host-sim/backend/cbor.js';
import { decodeBlocks } from '../../host-sim/backend/decode.js';
import { DockGateway } from '../../host-sim/backend/dock-gateway.js';
import type { DockTask } from '../../host-sim/backend/dock-tasks.js';
import { decodeHandoff, encodeHandoff, visitsOf } from '../../host-sim/backend/handoff-file.js';
import { KeyPair, sha256 } from '../../host-sim/backend/keys.js';
import type { ProfileLibrary } from '../../host-sim/backend/profile.js';
import { Receiver } from '../../host-sim/backend/receiver.js';
import { SlipBook, type SlipStep } from '../../host-sim/backend/slips.js';
import { PgliteStore } from '../../host-sim/backend/store.js';
import { makeGiai, makeGrai } from '../../host-sim/world/labels.js';
import { Bench, sharedAuthority } from '../app/support/bench.js';
import { PROFILE } from '../app/support/boxes.js';
import { profileMap } from '../core/excursion/support/profiles.js';
import { BLOOD_BANK, packingListOf, seededEntropy } from '../host-sim/backend/support/fixtures.js';
import { START_WALL_S } from '../host-sim/backend/support/fixtures.js';

const CBOR = (): Uint8Array => encodeCbor(profileMap(PROFILE));
const LIBRARY = {
  byId: () => ({ cbor: CBOR(), hash: sha256(CBOR()) }),
} as unknown as ProfileLibrary;

/** Containers, and one backend behind all docks. */
class Region {
  readonly book: SlipBook;
  readonly authority: Authority;
  readonly received: Uint8Array[] = [];
  private readonly receiver: Receiver;
  private readonly benches: Bench[] = [];
  private nowMs = 0;

  constructor(authority: Authority, store: PgliteStore) {
    this.authority = authority;
    this.book = new SlipBook(authority.rootPublicKey);
    this.receiver = new Receiver({
      rootPublicKey: authority.rootPublicKey,
      decode: decodeBlocks,
      store,
      slips: this.book,
      nowWallS: () => this.wallS,
      signReceipt: (receipt) => authority.receipt(receipt),
    });
  }

  get wallS(): number {
    return START_WALL_S + Math.floor(this.nowMs / 1000);
  }

  async container(name: string): Promise<Bench> {
    const identity = {
      giai: makeGiai({ asset: `9521141${name}` }),
      grai: makeGrai({ asset: '952114100010', serial: name }),
      key: KeyPair.generate(seededEntropy(name)),
    };
    const bench = new Bench(this.authority, { identity });
    bench.clock.nowMs = this.nowMs;
    bench.clock.bootMs = this.nowMs;
    bench.run(1);
    this.benches.push(bench);
    await this.visit(bench, [{ kind: 'roles' }, { kind: 'profiles', ids: ['test'] }]);
    return bench;
  }

  /** Time goes on for all of them. */
  pass(seconds = 0): void {
    const ends = this.benches.map((bench) => bench.clock.nowMs);
    this.nowMs = Math.max(this.nowMs, ...ends) + seconds * 1000;
    for (const bench of this.benches) {
      const leftMs = this.nowMs - bench.clock.nowMs;
      if (leftMs > 0) bench.run(leftMs / 1000);
    }
  }

  /** A visit to the dock; answers why it failed, or ''. */
  async visit(bench: Bench, tasks: readonly DockTask[], slips = true): Promise<string> {
    this.pass();
    bench.inputs.dockId = BLOOD_BANK;
    bench.inputs.hasExternalPower = true;
    bench.until(() => bench.link.isPowered || undefined, 'the radio');
    bench.link.isConnected = true;
    const gateway = new DockGateway({
      authority: this.authority,
      profiles: LIBRARY,
      dockId: BLOOD_BANK,
      tasks,
      receiver: this.receiver,
      slips: slips ? this.book : undefined,
      nowWallS: () => this.wallS,
    });
    gateway.onConnected();
    while (!gateway.done) {
      for (let m = gateway.takeOutgoing(); m !== undefined; m = gateway.takeOutgoing()) {
        bench.link.toContainer.push(m);
      }
      bench.step();
      this.nowMs = Math.max(this.nowMs, bench.clock.nowMs);
      for (const m of bench.link.toDock.splice(0)) gateway.onMessage(m);
      while (gateway.pending !== undefined) await gateway.pending;
    }
    this.received.push(encodeHandoff(gateway.received));
    bench.inputs.dockId = undefined;
    bench.inputs.hasExternalPower = false;
    bench.link.drop();
    this.pass(1);
    return gateway.failed?.message ?? '';
  }

  /** A kit is put into a slot and packed at the dock. */
  async pack(bench: Bench, serial: string, slot = 0, slips = true): Promise<string> {
    this.pass();
    bench.fill(slot);
    const task = { kind: 'pack', slot, profileId: 'test', packingList: packingListOf(serial) };
    const failed = await this.visit(bench, [task as DockTask], slips);
    assert.equal(failed, '');
    return bench.verdict(bench.last('kit').fields['kit']!);
  }

  /** A kit is warm for a time. */
  warm(bench: Bench, seconds: number): void {
    bench.probes.centiC = [2600, 2600];
    this.pass(seconds);
    bench.probes.centiC = [2000, 2000];
  }

  /** A kit is taken out of a slot at the dock. */
  async take(bench: Bench, slot = 0): Promise<void> {
    this.pass();
    bench.empty(slot);
    assert.equal(await this.visit(bench, []), '');
  }
}

const ways = (bench: Bench): string[] =>
  bench.records('slip').map(({ fields }) => `${fields['way']}:${fields['number']}`);
const nameOf = ({ giai, kit, sequence }: SlipStep): string => `${giai} ${kit} ${sequence}`;
/** Every test has a kit of its own in the one store. */
let count = 0;
const serial = (): string => `K${count}`;
const sgtin = (): string => packingListOf(serial()).sgtin;

describe('kits that go from container to container', () => {
  let store: PgliteStore;
  let authority: Authority;
  before(async function () {
    this.timeout(60_000); // PostgreSQL starts once
    await loadCbor();
    authority = await sharedAuthority();
    store = new PgliteStore();
    await store.start();
  });
  after(() => store.close());

  async function three(): Promise<{ region: Region; a: Bench; b: Bench; c: Bench }> {
    const region = new Region(authority, store);
    const name = `R${++count}`;
    const a = await region.container(`${name}A`);
    const b = await region.container(`${name}B`);
    const c = await region.container(`${name}C`);
    return { region, a, b, c };
  }

  it('take their exposure along: what was used in all of them adds up', async () => {
    const { region, a, b, c } = await three();
    assert.equal(await region.pack(a, serial()), 'usable');
    region.warm(a, 1500);
    await region.take(a);
    assert.equal(region.book.newestOf(sgtin())?.slip.number, 1);
    assert.equal(await region.pack(b, serial(), 1), 'usable');
    region.warm(b, 1500);
    await region.take(b, 1);
    assert.equal(await region.pack(c, serial(), 2), 'usable');
    region.warm(c, 300);
    assert.equal(c.verdict(0), 'usable');
    region.warm(c, 500);
    assert.equal(c.verdict(0), 'quarantine: zone0');
    assert.deepEqual([ways(a), ways(b), ways(c)], [['0:1'], ['1:1', '0:2'], ['1:2']]);
    const { fields } = c.last('excursion');
    assert.ok(fields['used']! >= 3600 && fields['used']! < 3800, `${fields['used']}`);
    assert.deepEqual(region.book.doubled, []);
  });

  it('leave a signed slip in the hand-over, that anybody can read back', async () => {
    const { region, a } = await three();
    await region.pack(a, serial());
    await region.take(a);
    const sections = decodeHandoff(region.received.at(-1)!);
    const signed = sections.flatMap((one) => (one.type === 'slip' ? [one.bytes] : []));
    assert.equal(signed.length, 1);
    const [visit] = visitsOf(sections);
    const slip = new SlipBook(authority.rootPublicKey).take(visit!.certificate, signed[0]!);
    assert.equal(slip.sgtin, sgtin());
    assert.deepEqual(slip.exposure, a.last('slip').tail);
  });

  it('are unknown when nobody has fetched their slip', async () => {
    const { region, a, b } = await three();
    await region.pack(a, serial());
    a.empty(0);
    await region.visit(a, [], false); // the records come, the slip does not
    assert.equal(region.book.numberOf(sgtin()), 1);
    assert.equal(region.book.newestOf(sgtin()), undefined);
    assert.equal(await region.pack(b, serial()), 'unknown: slip');
    assert.deepEqual(ways(b), ['2:1']);
  });

  it('are unknown with an older slip, and as bad as that one says', async () => {
    const { region, a, b } = await three();
    await region.pack(a, serial());
    region.warm(a, 4000);
    await region.take(a);
    a.fill(0);
    a.empty(0);
    await region.visit(a, [], false);
    assert.equal(region.book.numberOf(sgtin()), 2);
    assert.equal(await region.pack(b, serial()), 'quarantine: zone0, slip');
    assert.deepEqual(ways(b), ['1:1', '2:2']);
  });

  it('are found by the backend where two containers continue the same slip', async () => {
    const { region, a, b, c } = await three();
    await region.pack(a, serial());
    await region.take(a);
    assert.equal(await region.pack(b, serial(), 1), 'usable');
    assert.equal(region.book.doubled.length, 0);
    // The second kit of that label is held at once, the first one when its container is at a dock.
    assert.equal(await region.pack(c, serial(), 2), 'quarantine: hold');
    await region.visit(b, []);
    assert.equal(b.verdict(0), 'quarantine: hold');
    const [doubled, ...others] = region.book.doubled;
    assert.deepEqual(others, []);
    assert.equal(doubled!.sgtin, sgtin());
    assert.equal(doubled!.number, 1);
    const expected = [b, c].map((bench) => `${bench.giai} 0 ${bench.last('slip').sequence}`);
    assert.deepEqual(doubled!.steps.map(nameOf), expected);
  });

  it('are found where one left twice with the same number', async () => {
    const { region, a, b } = await three();
    await region.pack(a, serial());
    await region.take(a);
    await region.pack(b, serial());
    a.fill(0); // a second kit of that label, where the first one was
    a.run(5);
    await region.take(a);
    await region.take(b);
    const numbers = region.book.doubled.map(({ number, steps }) => [number, steps[0]!.way]);
    assert.deepEqual(numbers, [[2, 'left']]);
    for (const bench of [a, b]) {
      await region.visit(bench, []);
      assert.match(bench.verdict(0), /^quarantine: .*hold/);
      const holds = bench.records('decision').length;
      await region.visit(bench, []);
      assert.equal(bench.records('decision').length, holds);
    }
  });

  it('come back with what they used elsewhere', async () => {
    const { region, a, b } = await three();
    await region.pack(a, serial());
    region.warm(a, 1200);
    await region.take(a);
    await region.pack(b, serial(), 3);
    region.warm(b, 2000);
    await region.take(b, 3);
    assert.equal(await region.pack(a, serial(), 2), 'usable');
    region.warm(a, 700);
    assert.equal(a.verdict(0), 'quarantine: zone0');
    assert.deepEqual(ways(a), ['0:1', '1:2']);
  });

  it('need none when they are put back where they were', async () => {
    const { region, a } = await three();
    await region.pack(a, serial());
    await region.take(a);
    assert.equal(await region.pack(a, serial()), 'usable');
    assert.deepEqual(ways(a), ['0:1']);
    assert.equal(a.records('kit').length, 1);
  });
});
