import assert from 'node:assert/strict';
import { getI32, getU16 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { INPUT_FLAG, INPUT_LAYOUT } from '../../firmware/core/ports.js';
import { BatterySense } from '../../firmware/device/drivers/battery-sense.js';
import { Debounce } from '../../firmware/device/drivers/debounce.js';
import { FakeAnalog } from './fakes/pins.js';
import { InputBench, PIN } from './rigs.js';

const bytes = new Uint8Array(INPUT_LAYOUT.bytes);

function read(bench: InputBench) {
  const result = bench.port.read(bytes);
  return {
    result,
    flags: bytes[INPUT_LAYOUT.flags]!,
    presses: bytes[INPUT_LAYOUT.pressCount]!,
    holds: bytes[INPUT_LAYOUT.holdCount]!,
    slots: getI32(bytes, INPUT_LAYOUT.slots),
    batteryMilliV: getU16(bytes, INPUT_LAYOUT.batteryMilliV),
  };
}

function press(bench: InputBench, ms: number): void {
  bench.digital.pull(PIN.button, true);
  bench.run(ms);
  bench.digital.pull(PIN.button, false);
  bench.run(200);
}

describe('the slots', () => {
  it('are those that were filled when the container booted', () => {
    const bench = new InputBench(8, 0, ({ switches }) => (switches.pulledDown = 0b1010_0101));
    assert.equal(read(bench).slots, 0b1010_0101);
  });

  it('are no more than the container has, whatever the other pins do', () => {
    const bench = new InputBench(8, 0, ({ switches }) => (switches.pulledDown = 0xffff));
    assert.equal(read(bench).slots, 0xff);
    const full = new InputBench(16, 0, ({ switches }) => (switches.pulledDown = 0xffff));
    assert.equal(read(full).slots, 0xffff);
  });

  it('change when a kit has lain still for half a second, and not while it rattles', () => {
    const bench = new InputBench();
    for (let i = 0; i < 50; i++) {
      bench.fill(i % 2 === 0 ? 1 : 0);
      bench.run(100);
    }
    assert.equal(read(bench).slots, 0);
    assert.equal(bench.port.revision, 0);
    bench.fill(1);
    bench.run(490);
    assert.equal(read(bench).slots, 0);
    bench.run(30);
    assert.equal(read(bench).slots, 1);
    assert.equal(bench.port.revision, 1);
  });

  it('do not wait for a neighbour that rattles', () => {
    const bench = new InputBench();
    for (let i = 0; i < 20; i++) {
      bench.fill(i % 2 === 0 ? 0b11 : 0b10);
      bench.run(50);
    }
    assert.equal(read(bench).slots, 0b10);
  });

  it('stay as they were while the switches do not answer, with the fault', () => {
    const bench = new InputBench(8, 0, ({ switches }) => (switches.pulledDown = 0b111));
    bench.switches.isDead = true;
    for (let i = 0; i < 3; i++) {
      bench.run(2000);
      const { result, slots } = read(bench);
      assert.deepEqual([result, slots], [FAULT.busError, 0b111]);
    }
    bench.switches.isDead = false;
    bench.fill(0b011);
    bench.run(1000);
    assert.equal(read(bench).result, INPUT_LAYOUT.bytes);
    bench.run(1000);
    assert.equal(read(bench).slots, 0b011);
  });

  it('are seen even if the message of their interrupt was lost', () => {
    const bench = new InputBench();
    bench.digital.isQueueFull = true;
    bench.fill(1);
    bench.run(100);
    bench.digital.isQueueFull = false; // too late: the flag stands, no message comes
    bench.run(5000);
    assert.equal(bench.wakeCount, 0);
    read(bench);
    bench.run(600);
    read(bench);
    assert.equal(read(bench).slots, 1);
  });
});

describe('the glove button', () => {
  it('counts short presses when it is let go, and holds while it is held', () => {
    const bench = new InputBench();
    press(bench, 100);
    assert.deepEqual([read(bench).presses, read(bench).holds], [1, 0]);
    bench.digital.pull(PIN.button, true);
    bench.run(2900);
    assert.deepEqual([read(bench).presses, read(bench).holds], [1, 0]);
    bench.run(200);
    assert.deepEqual([read(bench).presses, read(bench).holds], [1, 1], 'a hand feels when');
    bench.run(10_000);
    bench.digital.pull(PIN.button, false);
    bench.run(200);
    assert.deepEqual([read(bench).presses, read(bench).holds], [1, 1], 'once, and no press');
    press(bench, 100);
    assert.deepEqual([read(bench).presses, read(bench).holds], [2, 1]);
  });

  it('bounces, and is pressed once', () => {
    const bench = new InputBench();
    for (const isDown of [true, false, true, false, true]) {
      bench.digital.pull(PIN.button, isDown);
      bench.run(5);
    }
    bench.run(100);
    for (const isDown of [false, true, false]) {
      bench.digital.pull(PIN.button, isDown);
      bench.run(5);
    }
    bench.run(100);
    assert.equal(read(bench).presses, 1);
  });

  it('that is held while the container boots counts for nothing', () => {
    const bench = new InputBench(8, 0, ({ digital }) => digital.pull(PIN.button, true));
    bench.run(5000);
    bench.digital.pull(PIN.button, false);
    bench.run(200);
    assert.deepEqual([read(bench).presses, read(bench).holds], [0, 0]);
    press(bench, 100);
    assert.equal(read(bench).presses, 1);
  });

  it('counts modulo 256', () => {
    const bench = new InputBench();
    for (let i = 0; i < 258; i++) press(bench, 50);
    assert.equal(read(bench).presses, 2);
  });

  it('keeps the container awake no longer than it must', () => {
    const bench = new InputBench();
    const tend = () => bench.port.tend(bench.time.ticks());
    assert.equal(tend(), 0x7fffffff);
    bench.digital.pull(PIN.button, true);
    assert.equal(tend(), 10);
    bench.run(100);
    assert.equal(tend(), 10, 'it may become a hold');
    bench.run(3000);
    assert.equal(tend(), 0x7fffffff, 'it has become one');
  });
});

describe('the lines', () => {
  it('wake the container when they change', () => {
    const bench = new InputBench();
    bench.digital.pull(PIN.lid, false);
    bench.run(300);
    assert.equal(bench.wakeCount, 1);
    assert.equal(read(bench).flags, INPUT_FLAG.lidOpen);
  });

  it('say that the lid is open when its wire is broken', () => {
    const bench = new InputBench(8, 0, ({ digital }) => digital.pull(PIN.lid, false));
    assert.equal(read(bench).flags, INPUT_FLAG.lidOpen);
  });

  it('are as they are at boot, without a delay', () => {
    const bench = new InputBench(8, 0, ({ digital }) => {
      digital.pull(PIN.power, true);
      digital.pull(PIN.dock, true);
    });
    assert.equal(read(bench).flags, INPUT_FLAG.externalPower | INPUT_FLAG.dockContact);
  });
});

describe('the debouncing', () => {
  it('has a time of its own for each bit, over the wrap of the ticks too', () => {
    const nearWrap = 0x7fffffff - 5;
    const debounce = new Debounce(0, Uint16Array.of(10, 100));
    const at = (ms: number) => (nearWrap + ms) | 0;
    assert.equal(debounce.update(0b11, at(0)), 0);
    assert.equal(debounce.pending, 0b11);
    assert.equal(debounce.update(0b11, at(9)), 0);
    assert.equal(debounce.update(0b11, at(10)), 0b01);
    assert.deepEqual([debounce.steady, debounce.pending], [0b01, 0b10]);
    assert.equal(debounce.update(0b11, at(100)), 0b10);
    assert.deepEqual([debounce.steady, debounce.pending], [0b11, 0]);
  });

  it('begins anew with every break', () => {
    const debounce = new Debounce(1, Uint16Array.of(50));
    debounce.update(0, 0);
    debounce.update(1, 40);
    debounce.update(0, 41);
    assert.equal(debounce.update(0, 90), 0);
    assert.equal(debounce.update(0, 91), 1);
  });
});

describe('the battery', () => {
  it('is measured to the millivolt at the pin, all over the range', () => {
    const analog = new FakeAnalog();
    const sense = new BatterySense(analog.io, PIN.battery, 1);
    for (let milliV = 150; milliV <= 2450; milliV++) {
      analog.milliV = [milliV];
      assert.equal(sense.measure(), milliV);
    }
  });

  it('is the mean of 16 readings, behind its divider', () => {
    const analog = new FakeAnalog();
    analog.milliV = Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 1495 : 1506));
    assert.equal(new BatterySense(analog.io, PIN.battery, 4).measure(), 6002);
  });

  it('does without readings that failed, and is a fault without any', () => {
    const analog = new FakeAnalog();
    analog.failures = 15;
    const sense = new BatterySense(analog.io, PIN.battery, 4);
    assert.equal(sense.measure(), 6000);
    analog.failures = 16;
    assert.equal(sense.measure(), FAULT.fieldMissing);
  });

  it('leaves the converter closed, which true randomness needs', () => {
    const bench = new InputBench();
    read(bench);
    assert.deepEqual([bench.analog.openCount, bench.analog.openings], [0, 1]);
  });

  it('is measured once a minute, and keeps its value when that fails', () => {
    const bench = new InputBench();
    assert.equal(read(bench).batteryMilliV, 6400);
    bench.analog.milliV = [1500];
    bench.time.nowMs += 59_000;
    assert.equal(read(bench).batteryMilliV, 6400);
    bench.time.nowMs += 1000;
    assert.equal(read(bench).batteryMilliV, 6000);
    bench.analog.failures = 16;
    bench.time.nowMs += 60_000;
    assert.equal(read(bench).batteryMilliV, 6000);
  });
});
