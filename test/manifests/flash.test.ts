/**
 * The flash of each board: partitions that fit and do not overlap, in sizes that the firmware can
 * use, and settings for ESP-IDF that keep watch. Which of them a board has, its manifest says.
 */
import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { CATALOGUE_BYTES } from '../../firmware/core/journal/catalogue.js';
import { checkLimits, LINK_BYTES_MAX, SECTOR_BYTES } from '../../firmware/core/limits.js';
import { BOARDS } from '../../host-sim/cli/device/boards.js';
import { readText } from '../tidy/sources.js';
import { readManifest } from './board-manifest.js';
import { type Partition, readPartitions, readSettings } from './flash-layout.js';

const MB = 1024 * 1024;
/** ESP-IDF: images begin at multiples of this. */
const IMAGE_ALIGNMENT = 0x10000;
const TABLE_BYTES = 0x1000;
/** Less is a warning of ESP-IDF's; the dump holds the stacks of all tasks. */
const COREDUMP_BYTES_MIN = 0x10000;
/** Without Bluetooth the SDK's image alone is 400 kB. */
const IMAGE_BYTES_MIN = 1.25 * MB;

const CHIPS = BOARDS.filter(({ chip }) => chip !== undefined);
const layouts = new Map<string, string[]>();
for (const { name } of CHIPS) {
  const { path, content } = readManifest(`manifests/${name}/manifest.json`);
  const at = (target: string): string => posix.join(posix.dirname(path), target);
  const folder = at(content.build!['SDKCONFIGPATH']!);
  assert.equal(at(content.build!['PARTITIONS_FILE']!), `${folder}/partitions.csv`);
  layouts.set(folder, [...(layouts.get(folder) ?? []), name]);
}

describe('the flash layouts', () => {
  for (const [folder, boards] of layouts) {
    describe(`${folder} (${boards.join(', ')})`, () => {
      const partitions = readPartitions(`${folder}/partitions.csv`);
      const { on, off } = readSettings(`${folder}/sdkconfig.defaults`);
      const flashMB = Number(/-(\d+)mb$/.exec(folder)?.[1]);
      const named = (name: string): Partition => {
        const found = partitions.find((partition) => partition.name === name);
        assert.ok(found !== undefined, `there is no partition ${name}`);
        return found;
      };

      it('says the size of the flash in both files', () => {
        assert.equal(on.get(`ESPTOOLPY_FLASHSIZE_${flashMB}MB`), 'y');
        assert.equal([...on.keys()].filter((key) => key.includes('FLASHSIZE')).length, 1);
      });

      it('puts one partition behind the other, whole sectors each, within the flash', () => {
        let end = Number(on.get('PARTITION_TABLE_OFFSET')) + TABLE_BYTES;
        for (const { name, offset, size } of partitions) {
          assert.ok(offset >= end, `${name} begins before the one in front of it ends`);
          assert.ok(size > 0 && offset % SECTOR_BYTES === 0 && size % SECTOR_BYTES === 0, name);
          end = offset + size;
        }
        assert.equal(end, flashMB * MB, 'the last one is expected to end with the flash');
        assert.equal(new Set(partitions.map(({ name }) => name)).size, partitions.length);
      });

      it('has two images of one size, and room to say which of them runs', () => {
        const images = partitions.filter(({ type }) => type === 'app');
        assert.deepEqual(
          images.map(({ subtype }) => subtype),
          ['ota_0', 'ota_1'],
        );
        assert.equal(images[0]!.size, images[1]!.size);
        for (const { name, offset, size } of images) {
          assert.equal(offset % IMAGE_ALIGNMENT, 0, name);
          assert.ok(size >= IMAGE_BYTES_MIN, name);
        }
        assert.equal(named('otadata').subtype, 'ota');
        assert.equal(named('otadata').size, 2 * SECTOR_BYTES);
      });

      it('has a journal that the core accepts', () => {
        const limits = {
          slotCount: 1,
          probeCount: 1,
          slotProbes: Uint8Array.of(1),
          samplePeriodS: 60,
          conversionLimitMs: 1000,
          isHardware: true,
        };
        checkLimits({ ...limits, journalBytes: named('journal').size });
        assert.throws(() => checkLimits({ ...limits, journalBytes: 15 * SECTOR_BYTES }));
      });

      it('has room for both copies of the catalogue', () => {
        assert.ok(named('catalogue').size >= CATALOGUE_BYTES);
      });

      it('encrypts neither journal nor catalogue, and the keys of NVS always', () => {
        assert.equal(named('journal').flags, '');
        assert.equal(named('catalogue').flags, '');
        assert.equal(named('nvs_keys').flags, 'encrypted');
        assert.equal(named('nvs_keys').subtype, 'nvs_keys');
      });

      it('calls the partitions what the firmware calls them', () => {
        const source = readText('firmware/device/boards/esp32.ts');
        const labels = [...source.matchAll(/\bflash\('(\w+)'\)/g)].map(([, label]) => label!);
        assert.deepEqual(labels.sort(), ['catalogue', 'journal']);
        for (const label of labels) assert.equal(named(label).type, 'data');
      });

      it('keeps the dump of a crash in the flash', () => {
        assert.equal(named('coredump').subtype, 'coredump');
        assert.ok(named('coredump').size >= COREDUMP_BYTES_MIN);
        assert.equal(on.get('ESP_COREDUMP_ENABLE_TO_FLASH'), 'y');
      });

      it('turns on every watchdog and the brown-out detector', () => {
        for (const name of [
          'BOOTLOADER_WDT_ENABLE',
          'ESP_INT_WDT',
          'ESP_TASK_WDT_EN',
          'ESP_TASK_WDT_INIT',
          'ESP_TASK_WDT_PANIC',
          'ESP_BROWNOUT_DET',
        ]) {
          assert.equal(on.get(name), 'y', name);
        }
      });

      it('has a task watchdog that the container feeds twice before it bites', () => {
        const source = readText('firmware/device/main.ts');
        const sleepMs = /^const SLEEP_MS_MAX = ([\d_]+);$/m.exec(source)?.[1]?.replaceAll('_', '');
        const limitMs = Number(on.get('ESP_TASK_WDT_TIMEOUT_S')) * 1000;
        assert.ok(Number(sleepMs) > 0 && 2 * Number(sleepMs) <= limitMs, `${sleepMs}, ${limitMs}`);
      });

      it('has Bluetooth buffers for the longest packet and a window of 16', () => {
        assert.equal(on.get('BT_NIMBLE_ENABLED'), 'y');
        assert.equal(on.get('BT_NIMBLE_ATT_PREFERRED_MTU'), String(LINK_BYTES_MAX + 3));
        assert.ok(Number(on.get('BT_NIMBLE_MSYS_1_BLOCK_COUNT')) > 16);
      });

      it('says how to encrypt and to sign, but burns no fuse by itself', () => {
        for (const name of ['SECURE_FLASH_ENC_ENABLED', 'NVS_ENCRYPTION', 'SECURE_BOOT']) {
          assert.equal(off.get(name), 'y', name);
        }
        assert.deepEqual(
          [...on.keys()].filter((name) => name.startsWith('SECURE_')),
          [],
        );
      });
    });
  }

  it('differ in nothing but the size of the flash', () => {
    const [first, ...others] = [...layouts.keys()].map((folder) => {
      const { on, off } = readSettings(`${folder}/sdkconfig.defaults`);
      const settings = [...on].filter(([name]) => !name.startsWith('ESPTOOLPY_FLASHSIZE_'));
      return { on: settings, off: [...off] };
    });
    assert.ok(others.length > 0);
    for (const other of others) assert.deepEqual(other, first);
  });
});
