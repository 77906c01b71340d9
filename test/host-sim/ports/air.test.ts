import assert from 'node:assert/strict';
import { FAULT } from '../../../firmware/core/faults.js';
import { LINK_STATE } from '../../../firmware/core/ports.js';
import { CONNECT_MS, SEND_QUEUE_MAX, SimAir, airMicros } from '../../../host-sim/ports/air.js';

function makeAir(options: { payloadBytes?: number; lossPerEvent?: number } = {}) {
  const time = { ms: 0 };
  const air = new SimAir({ seed: 1, nowMs: () => time.ms, ...options });
  const goTo = (ms: number) => {
    time.ms = ms;
    air.advanceTo(ms);
  };
  return { air, time, goTo };
}

function connected(options: { payloadBytes?: number; lossPerEvent?: number } = {}) {
  const rig = makeAir(options);
  rig.air.power(1);
  rig.air.connect();
  rig.goTo(CONNECT_MS);
  return rig;
}

const message = (length: number, fill = 1) => new Uint8Array(length).fill(fill);

describe('the link', () => {
  it('is off, then waits to be found, then is connected by the dock', () => {
    const { air, goTo } = makeAir();
    assert.equal(air.state(), LINK_STATE.off);
    air.connect();
    assert.equal(air.nextEventMs(), Infinity);
    goTo(1000);
    air.power(1);
    assert.equal(air.state(), LINK_STATE.waiting);
    assert.equal(air.nextEventMs(), 1000 + CONNECT_MS);
    goTo(1000 + CONNECT_MS - 1);
    assert.equal(air.state(), LINK_STATE.waiting);
    goTo(1000 + CONNECT_MS);
    assert.equal(air.state(), LINK_STATE.connected);
    assert.equal(air.nextEventMs(), Infinity);
    assert.equal(air.counters.connections, 1);
  });

  it('carries messages both ways, whole and in order', () => {
    const { air, goTo } = connected();
    assert.ok(air.dockSend(message(3, 7)));
    assert.ok(air.dockSend(message(2, 8)));
    assert.equal(air.send(message(5, 9), 4), 0);
    const into = new Uint8Array(244);
    assert.equal(air.receive(into), 0);
    goTo(air.nextEventMs());
    assert.equal(air.receive(into), 3);
    assert.deepEqual([...into.subarray(0, 3)], [7, 7, 7]);
    assert.equal(air.receive(into), 2);
    assert.equal(air.receive(into), 0);
    assert.deepEqual(air.dockReceive(), message(4, 9));
    assert.equal(air.dockReceive(), undefined);
    assert.equal(air.nextEventMs(), Infinity);
  });

  it('takes 2500 µs of air for 244 bytes, so that six fit into 15 ms', () => {
    assert.equal(airMicros(244), 2500);
    const { air, goTo } = connected();
    for (let i = 0; i < SEND_QUEUE_MAX; i++) assert.equal(air.send(message(244), 244), 0);
    assert.equal(air.send(message(1), 1), FAULT.busy);
    const first = air.nextEventMs();
    goTo(first);
    assert.equal(air.counters.packets, 6);
    assert.equal(air.counters.airMicroseconds, 15_000);
    assert.equal(air.nextEventMs(), first + 15);
    goTo(first + 15);
    assert.equal(air.counters.packets, 8);
    assert.equal(air.counters.bytes, 8 * 244);
  });

  it('keeps 97.6 kB/s up when the container refills at every event', () => {
    const { air, goTo } = connected();
    const startMs = air.nextEventMs() === Infinity ? CONNECT_MS : air.nextEventMs();
    let received = 0;
    for (let event = 0; event < 200; event++) {
      while (air.send(message(244), 244) === 0);
      goTo(air.nextEventMs());
      while (air.dockReceive() !== undefined) received += 244;
    }
    const seconds = (200 * 15) / 1000;
    assert.ok(Math.abs(received / seconds - 97_600) < 500, `${received / seconds} B/s`);
    assert.ok(startMs >= CONNECT_MS);
  });

  it('keeps to the rhythm of its connection events', () => {
    const { air, goTo } = connected();
    goTo(CONNECT_MS + 100);
    air.send(message(10), 10);
    assert.equal(air.nextEventMs(), CONNECT_MS + 105);
    goTo(CONNECT_MS + 105);
    air.send(message(10), 10);
    assert.equal(air.nextEventMs(), CONNECT_MS + 120);
  });

  const refused: readonly [name: string, length: number, fault: number][] = [
    ['an empty message', 0, FAULT.badLength],
    ['one longer than a packet', 101, FAULT.badLength],
  ];
  for (const [name, length, fault] of refused) {
    it(`refuses ${name}`, () => {
      const { air } = connected({ payloadBytes: 100 });
      assert.equal(air.payloadBytes(), 100);
      assert.equal(air.send(message(200), length), fault);
      assert.throws(() => air.dockSend(message(length)), /expected 1 to 100/);
    });
  }

  it('refuses to send without a connection', () => {
    const { air } = makeAir();
    assert.equal(air.send(message(1), 1), FAULT.absent);
    assert.equal(air.dockSend(message(1)), false);
  });

  it('does not drop a message for which the buffer is too small', () => {
    const { air, goTo } = connected();
    air.dockSend(message(9));
    goTo(air.nextEventMs());
    assert.equal(air.receive(new Uint8Array(8)), FAULT.overflow);
    assert.equal(air.receive(new Uint8Array(9)), 9);
  });

  const endings: readonly [name: string, end: (air: SimAir) => void, state: number][] = [
    ['the dock disconnects', (air) => air.disconnect(), LINK_STATE.waiting],
    ['the container silences its radio', (air) => air.power(0), LINK_STATE.off],
    ['the container boots', (air) => air.boot(), LINK_STATE.off],
  ];
  for (const [name, end, state] of endings) {
    it(`loses what is on its way when ${name}`, () => {
      const { air, goTo } = connected();
      air.send(message(10), 10);
      air.dockSend(message(10));
      end(air);
      assert.equal(air.state(), state);
      goTo(10_000);
      assert.equal(air.receive(new Uint8Array(244)), 0);
      assert.equal(air.dockReceive(), undefined);
      air.power(1);
      air.connect();
      goTo(11_000);
      assert.ok(air.isConnected);
      assert.equal(air.counters.connections, 2);
    });
  }

  it('can be lost at any event, in the same way for a seed', () => {
    const lossAfter = () => {
      const { air, goTo } = connected({ lossPerEvent: 0.1 });
      for (let events = 0; ; events++) {
        if (!air.isConnected) return events;
        air.send(message(1), 1);
        goTo(air.nextEventMs());
      }
    };
    const events = lossAfter();
    assert.ok(events >= 1 && events < 200);
    assert.equal(lossAfter(), events);
  });
});
