import assert from 'node:assert/strict';
import { FAULT } from '../../firmware/core/faults.js';
import { SECTOR_BYTES } from '../../firmware/core/limits.js';
import { KEY } from '../../firmware/core/ports.js';
import { FlashPartition, PageBuffers } from '../../firmware/device/drivers/flash-partition.js';
import { MemoryFlash } from '../../firmware/device/drivers/memory-flash.js';
import { Flash } from '../../firmware/device/flash.js';
import { KeyValue } from '../../firmware/device/key-value.js';
import { FakeFlash, FakeNvs } from './fakes/storage.js';
import { FlashBench } from './rigs.js';

const PAGE_BYTES = 256;

describe('a flash partition', () => {
  it('is programmed with one command, of a length that the SDK’s buffers have', () => {
    const { flash, port } = new FlashBench();
    port.program(SECTOR_BYTES + 100, new Uint8Array(13), 0, 13);
    assert.deepEqual(flash.commands, [`write ${SECTOR_BYTES + 100} 16`]);
  });

  it('is never written outside the page of the bytes, nor outside the partition', () => {
    for (let at = 0; at < PAGE_BYTES; at += 5) {
      for (let length = 1; at + length <= PAGE_BYTES; length += 7) {
        const { flash, port } = new FlashBench();
        const address = port.size() - PAGE_BYTES + at;
        assert.equal(port.program(address, new Uint8Array(length), 0, length), length);
        const [, from, bytes] = flash.commands[0]!.split(' ').map(Number);
        assert.equal(flash.commands.length, 1);
        assert.ok(from! >= port.size() - PAGE_BYTES && from! + bytes! <= port.size());
      }
    }
  });

  it('programs ones around the bytes, which change nothing', () => {
    const { flash, port } = new FlashBench();
    const page = Uint8Array.from({ length: PAGE_BYTES }, (_, i) => i);
    port.program(0, page, 0, PAGE_BYTES);
    port.program(250, Uint8Array.of(0, 0, 0), 0, 3);
    page.fill(0, 250, 253);
    assert.deepEqual(flash.cells.slice(0, PAGE_BYTES), page);
  });

  it('reports a cell that did not take its value: the part itself does not', () => {
    const { flash, port } = new FlashBench();
    flash.worn.add(70);
    assert.equal(port.program(64, new Uint8Array(8), 0, 8), FAULT.flashFailed);
    assert.equal(port.program(80, new Uint8Array(8), 0, 8), 8);
  });

  it('reports a program that would have to set a bit', () => {
    const { port } = new FlashBench();
    port.program(0, Uint8Array.of(0x0f), 0, 1);
    assert.equal(port.program(0, Uint8Array.of(0xf0), 0, 1), FAULT.flashFailed);
  });

  it('reports what the SDK throws', () => {
    const { flash, port } = new FlashBench();
    flash.isFailing = true;
    assert.equal(port.read(0, new Uint8Array(4), 4), FAULT.flashFailed);
    assert.equal(port.read(0, new Uint8Array(4), 3), FAULT.flashFailed);
    assert.equal(port.program(0, new Uint8Array(4), 0, 4), FAULT.flashFailed);
    port.startErase(1);
    assert.equal(port.pollErase(), FAULT.flashFailed);
    flash.isFailing = false;
    port.startErase(1);
    assert.equal(port.pollErase(), 1, 'the job ended with its fault');
  });

  it('is erased in the first poll, and not in the step that asks for it', () => {
    const { flash, port } = new FlashBench();
    port.startErase(2);
    assert.deepEqual(flash.commands, []);
    port.pollErase();
    assert.deepEqual(flash.commands, [`erase ${2 * SECTOR_BYTES} ${SECTOR_BYTES}`]);
  });

  it('reports a sector with one bit that stays down anywhere in it', () => {
    for (const at of [0, 1, 255, 256, 2047, 4095]) {
      const { flash, port } = new FlashBench();
      port.program(SECTOR_BYTES + at, Uint8Array.of(0xfe), 0, 1);
      flash.worn.add(SECTOR_BYTES + at);
      port.startErase(1);
      assert.equal(port.pollErase(), FAULT.flashFailed, `byte ${at}`);
    }
  });

  it('shares its buffers with another one', () => {
    const buffers = new PageBuffers();
    const flashes = ['journal', 'catalogue'].map((label) => new FakeFlash(label, 16));
    const [journal, catalogue] = flashes.map(
      ({ storage }, i) =>
        new Flash(new FlashPartition(storage, ['journal', 'catalogue'][i]!, buffers)),
    );
    journal!.program(0, Uint8Array.of(1, 2, 3), 0, 3);
    catalogue!.program(0, Uint8Array.of(4, 5, 6), 0, 3);
    const into = new Uint8Array(4);
    journal!.read(0, into, 3);
    assert.deepEqual([...into], [1, 2, 3, 0]);
  });

  it('must be there, and have sectors of 4096 bytes', () => {
    const { storage } = new FakeFlash('journal', 16);
    assert.throws(() => new FlashPartition(storage, 'catalogue', new PageBuffers()), /partition/);
    const odd = { open: () => ({ ...storage.open({ path: 'journal', mode: 'r+' }), status }) };
    const status = () => ({ size: 65_536, blockLength: 512 });
    assert.throws(() => new Flash(new FlashPartition(odd, 'journal', new PageBuffers())), /201/);
  });
});

describe('the flash of a board without partitions', () => {
  it('is as any other, in RAM', () => {
    const flash = new Flash(new FlashPartition(new MemoryFlash(16), 'any', new PageBuffers()));
    const into = new Uint8Array(5);
    assert.equal(flash.size(), 65_536);
    assert.equal(flash.program(4094, Uint8Array.of(1, 2), 0, 2), 2);
    flash.read(4093, into, 4);
    assert.deepEqual([...into], [255, 1, 2, 255, 0]);
    flash.startErase(0);
    assert.equal(flash.pollErase(), 1);
    flash.read(4093, into, 4);
    assert.deepEqual([...into], [255, 255, 255, 255, 0]);
  });
});

describe('the keys in NVS', () => {
  it('have names of their own, which NVS takes', () => {
    const nvs = new FakeNvs();
    const port = new KeyValue(nvs.storage);
    for (const key of Object.values(KEY)) {
      assert.equal(port.startPut(key, Uint8Array.of(key), 1), 0);
      assert.equal(port.poll(new Uint8Array(0)), 1);
    }
    assert.equal(nvs.entries.size, Object.values(KEY).length);
    for (const name of nvs.entries.keys()) assert.ok(name.length > 0 && name.length <= 15);
  });

  it('that are none are absent', () => {
    const port = new KeyValue(new FakeNvs().storage);
    for (const key of [-1, 0, Object.values(KEY).length + 1]) {
      assert.equal(port.startGet(key), FAULT.absent);
    }
    assert.equal(port.startGet(KEY.certificate), 0, 'no job was begun');
  });

  it('are stored whole at the poll, and a store that fails says so', () => {
    const nvs = new FakeNvs();
    const port = new KeyValue(nvs.storage);
    port.startPut(KEY.certificate, Uint8Array.of(1, 2, 3), 2);
    assert.equal(nvs.entries.size, 0);
    nvs.isFailing = true;
    assert.equal(port.poll(new Uint8Array(0)), FAULT.flashFailed);
    port.startGet(KEY.certificate);
    assert.equal(port.poll(new Uint8Array(8)), FAULT.flashFailed);
    nvs.isFailing = false;
    port.startPut(KEY.certificate, Uint8Array.of(1, 2, 3), 2);
    port.poll(new Uint8Array(0));
    assert.deepEqual([...nvs.entries.values()], [Uint8Array.of(1, 2)]);
  });
});
