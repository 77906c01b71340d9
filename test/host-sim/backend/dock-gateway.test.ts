import assert from 'node:assert/strict';
import type { Authority } from '../../../host-sim/backend/authority.js';
import { DockGateway } from '../../../host-sim/backend/dock-gateway.js';
import type { DockTask } from '../../../host-sim/backend/dock-tasks.js';
import type { VisitReceiver } from '../../../host-sim/backend/dock-types.js';
import { type Visit, visitsOf } from '../../../host-sim/backend/handoff-file.js';
import { ProfileLibrary } from '../../../host-sim/backend/profile.js';
import { FAULT } from '../../../firmware/core/faults.js';
import { BLOOD_BANK, GIAI, START_WALL_S, packingListOf } from './support/fixtures.js';
import { seededEntropy, testAuthority } from './support/fixtures.js';
import { FakeContainer } from './support/fake-container.js';
import { FRAMES_AT, RECORDS_PER_SEGMENT } from './support/toy-journal.js';
import { decodeToyJournal, toySectors } from './support/toy-journal.js';

/** Moves messages both ways until the visit is over or nothing moves any more. */
async function meet(gateway: DockGateway, container: FakeContainer): Promise<void> {
  while (!gateway.done) {
    const request = gateway.takeOutgoing();
    if (request !== undefined) container.onMessage(request);
    const answer = container.takeOutgoing();
    if (answer !== undefined) gateway.onMessage(answer);
    await gateway.pending;
    if (request === undefined && answer === undefined) return;
  }
}

describe('backend/dock-gateway: a visit of a container', () => {
  let authority: Authority;
  let profiles: ProfileLibrary;
  let container: FakeContainer;
  let visits: Visit[];
  beforeEach(async () => {
    authority = await testAuthority();
    profiles = await ProfileLibrary.load();
    container = new FakeContainer(authority);
    visits = [];
  });

  const receiver: VisitReceiver = {
    review: () => Promise.resolve(undefined),
    recalled: () => Promise.resolve([]),
    toHold: () => Promise.resolve([]),
    receive: (visit) => {
      visits.push(visit);
      const log = decodeToyJournal(visit.blocks);
      const sequence = log.lastSequence - 1;
      const chainHash = log.chainHashAt(sequence);
      const receipt = { giai: GIAI, epoch: log.epoch, sequence, chainHash, wallS: START_WALL_S };
      const signed = authority.receipt(receipt);
      return Promise.resolve({ receipt: signed, sequence, stored: log.records.length });
    },
  };

  function dock(tasks: readonly DockTask[], more: { receiver?: VisitReceiver } = {}): DockGateway {
    const nowWallS = () => START_WALL_S + 60;
    const dockId = BLOOD_BANK;
    return new DockGateway({ authority, profiles, dockId, tasks, receiver, nowWallS, ...more });
  }

  async function visit(tasks: readonly DockTask[]): Promise<DockGateway> {
    const gateway = dock(tasks);
    gateway.onConnected();
    await meet(gateway, container);
    return gateway;
  }

  const pack = (serial: string, slot: number): DockTask => {
    const packingList = packingListOf(serial);
    return { kind: 'pack', slot, profileId: 'flyp', packingList };
  };
  const firstVisit: DockTask[] = [
    { kind: 'seal' },
    pack('K1', 0),
    { kind: 'profiles', ids: ['flyp', 'lyoplas-n-w'] },
    { kind: 'roles' },
  ];

  it('brings roles first, then time, profiles, and what people asked for', async () => {
    const gateway = await visit(firstVisit);
    assert.equal(gateway.failed, undefined);
    assert.equal(gateway.done, true);
    assert.equal(container.wallS, START_WALL_S + 60);
    assert.deepEqual(container.profiles, ['flyp', 'lyoplas-n-w']);
    assert.deepEqual(container.commands, [4, 2, 1], 'set time, then seal and pack in their order');
  });

  it('hands over the whole journal, and brings the receipt up to the checkpoint', async () => {
    for (let i = 0; i < 40; i++) container.log.wait(60).reading(2000 + i, 2010);
    const gateway = await visit([{ kind: 'roles' }]);
    assert.equal(gateway.failed, undefined);
    const delivered = decodeToyJournal(visits[0]!.blocks);
    assert.equal(delivered.records.length, 42, 'boot, readings and the checkpoint itself');
    assert.equal(container.receipted, 41);
    const { records, bytes, sequence, retries } = gateway.facts;
    assert.deepEqual({ records, sequence, retries }, { records: 42, sequence: 41, retries: 0 });
    const size = visits[0]!.blocks.reduce((sum, block) => sum + block.bytes.length, 0);
    assert.equal(bytes, size);
  });

  it('keeps what it received for handoff.bin, one visit with its runs of bytes', async () => {
    for (let i = 0; i < 20; i++) container.log.wait(60).reading(2000);
    const gateway = await visit([{ kind: 'roles' }]);
    const [only, ...others] = visitsOf(gateway.received);
    assert.deepEqual(others, []);
    assert.deepEqual(only, visits[0]);
    assert.equal(only?.dockId, BLOOD_BANK);
    assert.deepEqual(
      only?.blocks.map((block) => [block.segment, block.offset]),
      [0, 1, 2].flatMap((segment) => [
        [segment, 0],
        [segment, FRAMES_AT],
      ]),
      'header and frames, without the state between them',
    );
  });

  it('reads on from the segment that holds the first record without receipt', async () => {
    for (let i = 0; i < 20; i++) container.log.wait(60).reading(2000);
    await visit([{ kind: 'roles' }]);
    for (let i = 0; i < 8; i++) container.log.wait(60).reading(2100);
    const gateway = await visit([]);
    assert.equal(gateway.failed, undefined);
    assert.equal(visits[1]!.blocks[0]!.segment, 2, 'record 22 is the sixth of segment 2');
    const delivered = decodeToyJournal(visits[1]!.blocks);
    assert.deepEqual(delivered.records, container.log.records.slice(16, -1));
  });

  it('leaves a clock alone that is right to 2 s, and sets one that is not', async () => {
    await visit([{ kind: 'roles' }]);
    container.commands.length = 0;
    container.wallS = START_WALL_S + 62;
    await visit([]);
    assert.deepEqual(container.commands, []);
    container.wallS = START_WALL_S + 63;
    await visit([]);
    assert.deepEqual(container.commands, [4]);
    assert.equal(container.wallS, START_WALL_S + 60);
    container.commands.length = 0;
    await visit([{ kind: 'provision-time' }]);
    assert.deepEqual(container.commands, [4], 'set because it was asked for');
  });

  it('tells of a refused kit, yet gets the journal home', async () => {
    container.packResult = FAULT.kitExpired;
    const gateway = await visit(firstVisit);
    assert.match(gateway.failed?.message ?? '', /refused kit 01.*21K1 in slot 0: kitExpired/);
    assert.equal(gateway.facts.sequence, container.receipted);
    assert.ok(container.receipted > 0);
  });

  it('takes it as done when roles or profiles are already aboard', async () => {
    await visit(firstVisit);
    const again = await testAuthority(); // counts from 1 again
    authority = again;
    const gateway = dock([{ kind: 'roles' }, { kind: 'profiles', ids: ['flyp'] }]);
    gateway.onConnected();
    await meet(gateway, container);
    assert.doesNotMatch(gateway.failed?.message ?? '', /roles|profile/);
  });

  it('asks again while the container is busy', async () => {
    container.busyCheckpoints = 3;
    const gateway = await visit([{ kind: 'roles' }]);
    assert.equal(gateway.failed, undefined);
    assert.equal(gateway.facts.retries, 3);
  });

  it('refuses a container that the root does not know', async () => {
    container = new FakeContainer(await testAuthority('somebody else'));
    const gateway = await visit([]);
    assert.match(gateway.failed?.message ?? '', /container certificate: signed by key/);
    assert.deepEqual(visits, []);
  });

  it('ends with the receiver’s error, without receipt, when a visit is refused', async () => {
    const refusing: VisitReceiver = {
      ...receiver,
      receive: () => Promise.reject(new Error('tampered')),
    };
    const gateway = dock([{ kind: 'roles' }], { receiver: refusing });
    gateway.onConnected();
    await meet(gateway, container);
    assert.equal(gateway.failed?.message, 'tampered');
    assert.equal(container.receipted, 0);
    assert.equal(gateway.facts.sequence, -1);
    assert.equal(gateway.received.length > 0, true, 'the dock still has what it received');
  });

  describe('over a link that loses data', () => {
    const RECORDS = 60;
    beforeEach(() => {
      for (let i = 0; i < RECORDS; i++) container.log.wait(60).reading(2000 + i, 1990);
    });
    const LAST_SEGMENT = Math.floor((RECORDS + 1) / RECORDS_PER_SEGMENT);

    /** Loses the data of which `lost` says so, told which time it is sent. */
    async function losing(
      lost: (segment: number, offset: number, time: number, nth: number) => boolean,
    ): Promise<DockGateway> {
      const times = new Map<string, number>();
      let nth = 0;
      container.loss = (_, message) => {
        if (message[0] !== 0x82) return false;
        const view = Buffer.from(message);
        const [segment, offset] = [view.readInt32LE(1), view.readUInt16LE(5)];
        const time = (times.get(`${segment} ${offset}`) ?? 0) + 1;
        times.set(`${segment} ${offset}`, time);
        return lost(segment, offset, time, nth++);
      };
      return visit([{ kind: 'roles' }]);
    }

    function assertWhole(gateway: DockGateway, retries: number): void {
      assert.equal(gateway.failed, undefined);
      const { records, problems } = decodeToyJournal(visits[0]!.blocks);
      assert.deepEqual(records, container.log.records.slice(0, -1));
      assert.deepEqual(problems, []);
      assert.equal(gateway.facts.retries, retries);
    }

    const onceAt = (segment: number, offset: number) => {
      return (s: number, o: number, time: number) => s === segment && o === offset && time === 1;
    };
    const cases = [
      ['a piece in the middle of a segment', 2, FRAMES_AT + 180],
      ['the very first piece', 0, 0],
      ['the second piece of a header', 1, 60],
      ['the first frames behind a header', 3, FRAMES_AT],
      ['the first piece of a segment', 4, 0],
      ['the first piece of the last segment', LAST_SEGMENT, 0],
    ] as const;
    for (const [what, segment, offset] of cases) {
      it(`reads again once ${what} is lost`, async () => {
        assertWhole(await losing(onceAt(segment, offset)), 1);
      });
    }

    const lastOffset = (segment: number): number => {
      const used = toySectors(1, container.log.records)[segment]!.used;
      return FRAMES_AT + 60 * Math.floor((used - 1 - FRAMES_AT) / 60);
    };

    it('finds by the CRC that the last piece of a segment is lost', async () => {
      assertWhole(await losing(onceAt(2, lastOffset(2))), 1);
    });

    it('finds by the CRC that the last piece of the journal is lost', async () => {
      let last = '';
      await losing((segment, offset) => {
        last = `${segment} ${offset}`;
        return false;
      });
      const records = container.log.records.slice(0, RECORDS + 1);
      container = new FakeContainer(authority); // the same again
      container.log.records.push(...records.slice(1));
      container.log.uptimeS = records.at(-1)!.uptimeS;
      visits = [];
      const lost = (segment: number, offset: number, time: number) => {
        return `${segment} ${offset}` === last && time === 1;
      };
      assertWhole(await losing(lost), 1);
    });

    it('gets everything when the piece that is asked for again is lost, three times', async () => {
      const offset = FRAMES_AT + 300;
      assertWhole(await losing((s, o, time) => s === 2 && o === offset && time <= 4), 4);
    });

    it('gets everything when every tenth piece or so is lost, to the end', async () => {
      const dice = seededEntropy('losses');
      const gateway = await losing(() => dice(1)[0]! < 26);
      assertWhole(gateway, gateway.facts.retries);
      assert.ok(gateway.facts.retries > 10);
    });

    it('gives up, and says so, when one piece never comes through', async () => {
      const gateway = await losing((segment, offset) => segment === 3 && offset === FRAMES_AT);
      assert.match(gateway.failed?.message ?? '', /could not be read in 40 attempts/);
    });

    it('waits for a new connection when nothing at all comes through, then goes on', async () => {
      const gateway = dock([{ kind: 'roles' }]);
      container.loss = (_, message) => message[0] === 0x82;
      gateway.onConnected();
      await meet(gateway, container);
      assert.equal(gateway.done, false);
      container.loss = () => false;
      gateway.onConnected();
      await meet(gateway, container);
      assert.equal(gateway.failed, undefined);
      assert.equal(gateway.facts.sequence, container.receipted);
    });
  });

  describe('after a lost connection', () => {
    async function interruptedWhen(isSilent: () => boolean): Promise<DockGateway> {
      const gateway = dock(firstVisit);
      gateway.onConnected();
      container.loss = isSilent;
      await meet(gateway, container);
      assert.equal(gateway.done, false);
      container.loss = () => false;
      gateway.onConnected();
      await meet(gateway, container);
      return gateway;
    }
    const packs = () => container.commands.filter((code) => code === 1).length;

    it('starts anew, and goes on with what was not done', async () => {
      const gateway = await interruptedWhen(() => container.profiles.length === 1);
      assert.equal(gateway.failed, undefined);
      assert.equal(packs(), 1);
      assert.ok(container.receipted > 0);
    });

    it('sends the command again whose answer was lost', async () => {
      const gateway = await interruptedWhen(() => packs() === 1);
      assert.equal(gateway.failed, undefined);
      assert.equal(packs(), 2);
      const kits = container.log.records.filter((record) => record.type === 'kit');
      assert.equal(kits.length, 1, 'commands are idempotent');
    });
  });

  const broken = [
    [Uint8Array.of(0x99), /unknown type 0x99/],
    [Uint8Array.of(0x81, 1), /Answer 0x81 of 2 bytes, expected 47/],
    [Uint8Array.of(0x82, 0, 0, 0, 0, 0, 0), /expected more than 7/],
    [Uint8Array.of(0x86, 1, 0), /Answer 'checkpointReady' to the greeting/],
    [Uint8Array.of(0x8f, 1, 0xd4, 0xff), /refused the greeting: badState/],
  ] as const;
  for (const [message, expected] of broken) {
    it(`ends the visit at an answer like ${Buffer.from(message).toString('hex')}`, () => {
      const gateway = dock([]);
      gateway.onConnected();
      gateway.onMessage(message);
      assert.match(gateway.failed?.message ?? '', expected);
      assert.equal(gateway.done, true);
    });
  }
});
