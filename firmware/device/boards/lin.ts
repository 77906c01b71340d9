/**
 * A container without hardware, for the SDK's `lin` platform: that everything links, starts and
 * steps on XS under Linux. It has a clock and flash in RAM, knows no identity, and all its probes
 * are absent, so that it records gaps. The SDK's partitions, NVS, pins and buses do not exist
 * there.
 */
import Time from 'time';
import Timer from 'timer';
import { FAULT } from '../../core/faults.js';
import type { KeyValuePort } from '../../core/ports.js';
import { BOOT_REASON } from '../../core/record/schema.js';
import { absentAccelerometer } from '../absent/accelerometer.js';
import { absentLink } from '../absent/link.js';
import { absentPosition } from '../absent/position.js';
import { absentPressure } from '../absent/pressure.js';
import { absentSigner } from '../absent/signer.js';
import type { Board, PortsOf } from '../board.js';
import { Clock } from '../clock.js';
import { FlashPartition, PageBuffers } from '../drivers/flash-partition.js';
import { MemoryFlash } from '../drivers/memory-flash.js';
import { Flash } from '../flash.js';
import { run } from '../main.js';

const FLASH_BLOCKS = 32;
const IDLE_MS = 0x7fffffff;
const absent = (): number => FAULT.absent;

/** Has no keys: every get is answered, with `absent`. */
const noKeys: KeyValuePort = Object.freeze({
  startGet: () => 0,
  startPut: absent,
  poll: absent,
});

export default function main(): void {
  const ticksMs = (): number => Time.ticks;
  const storage = new MemoryFlash(FLASH_BLOCKS);
  const buffers = new PageBuffers();
  const flash = (label: string) => new Flash(new FlashPartition(storage, label, buffers));
  const journalFlash = flash('journal');
  const ports: PortsOf<'clock' | 'journalFlash' | 'catalogueFlash' | 'keyValue'> = {
    clock: new Clock(ticksMs, undefined, BOOT_REASON.powerOn),
    journalFlash,
    catalogueFlash: flash('catalogue'),
    keyValue: noKeys,
    probes: { isAbsent: true, start: absent, poll: absent },
    inputs: { isAbsent: true, read: absent, readDockId: absent },
    entropy: { isAbsent: true, fill: absent },
    indicator: { isAbsent: true, show: absent },
    watchdog: { isAbsent: true, kick: absent },
    accelerometer: absentAccelerometer,
    position: absentPosition,
    pressure: absentPressure,
    link: absentLink,
    signer: absentSigner,
  };
  const board: Board = {
    ports,
    limits: {
      slotCount: 1,
      probeCount: 1,
      slotProbes: Uint8Array.of(1),
      samplePeriodS: 60,
      conversionLimitMs: 1000,
      journalBytes: journalFlash.size(),
      isHardware: false,
    },
    timer: Timer,
    hot: undefined,
    ticksMs,
    tend: () => IDLE_MS,
    revision: () => 0,
    onWake: () => undefined,
    bury: () => undefined,
    restart: () => undefined,
  };
  run(board);
}
