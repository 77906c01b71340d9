import assert from 'node:assert/strict';
import sinon from 'sinon';
import { crc32, CRC32_START, putI32, putU16 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { Journal } from '../../firmware/core/journal/journal.js';
import * as layout from '../../firmware/core/journal/layout.js';
import * as pages from '../../firmware/core/journal/pages.js';
import type { SegmentReader } from '../../firmware/core/journal/reader.js';
import { Recovery } from '../../firmware/core/journal/recover.js';
import { Ring } from '../../firmware/core/journal/ring.js';
import { StateReader } from '../../firmware/core/journal/state.js';
import { OFFSET } from '../../firmware/core/journal/words.js';
import type { FlashPort } from '../../firmware/core/ports.js';
import * as check from '../../firmware/core/record/check.js';
import { FrameCodec } from '../../firmware/core/record/frame.js';
import { NorFlash } from '../../host-sim/ports/flash.js';
import type { Tear } from '../../host-sim/ports/flash-tear.js';
import { Campaign, type Cut, type Workload } from './campaign.js';
import { FAILING_WORKLOADS, WORKLOADS } from './workloads.js';

/** Puts `fake` in the place of a private method; it is given the genuine one. */
function plant<This, Args extends unknown[], Result>(
  prototype: object,
  name: string,
  fake: (this: This, genuine: (this: This, ...args: Args) => Result, ...args: Args) => Result,
): void {
  const parts = prototype as Record<string, (this: This, ...args: Args) => Result>;
  const genuine = parts[name];
  assert.ok(genuine !== undefined, `there is no ${name}`);
  sinon.replace(parts, name, function (this: This, ...args: Args): Result {
    return fake.call(this, genuine, ...args);
  });
}

/** A flash whose programs do nothing. */
function deaf(flash: FlashPort): FlashPort {
  const program: FlashPort['program'] = (_address, _bytes, _from, length) => length;
  return Object.create(flash, { program: { value: program } }) as FlashPort;
}

interface Defect {
  readonly what: string;
  readonly workload: Workload;
  readonly tears: readonly Tear[];
  readonly plant: () => void;
}

const [BLANK, WRAPPING, RESTARTS, FULL] = WORKLOADS as readonly [
  Workload,
  Workload,
  Workload,
  Workload,
];
const [SILENT] = FAILING_WORKLOADS.slice(3) as [Workload];

/** A narrow reading's count is 4 bits, a wide one's 6. */
function anyZeroCount(): void {
  plant<FrameCodec, [bytes: Uint8Array, at: number], number>(
    FrameCodec.prototype,
    'checkedLength',
    function (genuine, bytes, at) {
      const first = bytes[at]!;
      const isWide = (first & 8) !== 0;
      let result: number = FAULT.malformed;
      for (let count = 0; count < (isWide ? 64 : 16) && result < 0; count++) {
        bytes[at] = (count << 4) | (isWide ? (first & 12) | (count >> 4) : first & 15);
        result = genuine.call(this, bytes, at);
      }
      bytes[at] = first;
      return result;
    },
  );
}

/** What a torn header holds is taken for what was meant. */
function uncheckedHeaders(): void {
  const { decodeHeader } = layout;
  sinon.stub(layout, 'decodeHeader').callsFake((bytes, header) => {
    const whole = bytes.slice(0, layout.HEADER_BYTES);
    putU16(whole, 68, check.countZeros(whole, 0, 68));
    putI32(whole, 72, crc32(whole, 0, 68, CRC32_START));
    return decodeHeader(whole, header);
  });
}

/** A sector whose first bytes look blank is not erased, and is believed to be blank. */
function trustedBlank(): void {
  const skipped = new WeakSet<NorFlash>();
  plant<NorFlash, [sector: number], number>(
    NorFlash.prototype,
    'startErase',
    function (genuine, sector) {
      const bytes = new Uint8Array(256);
      this.read(sector * 4096, bytes, 256);
      if (bytes.some((byte) => byte !== 0xff)) return genuine.call(this, sector);
      skipped.add(this);
      return 0;
    },
  );
  plant<NorFlash, [], number>(NorFlash.prototype, 'pollErase', function (genuine) {
    return skipped.delete(this) ? 1 : genuine.call(this);
  });
  unverifiedErases();
}

function unverifiedErases(): void {
  plant<{ flash: FlashPort }, [next: number], number>(
    Ring.prototype,
    'verify',
    function (genuine, next) {
      const { flash } = this;
      const read = sinon.stub(flash, 'read').callsFake((_at, into, length) => {
        into.fill(0xff, 0, length);
        return length;
      });
      const result = genuine.call(this, next);
      read.restore();
      return result;
    },
  );
}

const DEFECTS: readonly Defect[] = [
  {
    what: 'the tail is not programmed again',
    workload: WRAPPING,
    tears: ['unstable'],
    plant: () =>
      plant<{ flash: FlashPort }, [], number>(Recovery.prototype, 'settle', function (genuine) {
        const { flash } = this;
        this.flash = deaf(flash);
        const result = genuine.call(this);
        this.flash = flash;
        return result;
      }),
  },
  {
    what: 'any zero count of a reading is taken for right',
    workload: WRAPPING,
    tears: ['subset'],
    plant: anyZeroCount,
  },
  {
    what: 'rare records are not checked',
    workload: WRAPPING,
    tears: ['subset', 'prefix'],
    plant: () =>
      sinon.stub(check, 'checkBody').callsFake((bytes, at, end) => {
        const length = bytes[at + 2]!;
        return at + 5 + length <= end ? length : FAULT.malformed;
      }),
  },
  {
    what: 'headers are not checked',
    workload: RESTARTS,
    tears: ['subset', 'prefix'],
    plant: uncheckedHeaders,
  },
  {
    what: 'what looks blank is not erased, nor looked at',
    workload: BLANK,
    tears: ['prefix', 'unstable'],
    plant: trustedBlank,
  },
  {
    what: 'writing goes on in the segment that was open',
    workload: WRAPPING,
    tears: ['subset'],
    plant: () =>
      plant<{ state: Int32Array; reader: SegmentReader }, [number, number, number], void>(
        Journal.prototype,
        'resumeAt',
        function (genuine, ...args) {
          genuine.call(this, ...args);
          if (args[0] >= 0) this.state[OFFSET] = this.reader.offset;
        },
      ),
  },
  {
    what: 'what was programmed is not read back',
    workload: SILENT,
    tears: ['clean'],
    plant: () => sinon.stub(pages, 'programChecked').callsFake(pages.programPages),
  },
  {
    what: 'records are given up before they are receipted',
    workload: FULL,
    tears: ['clean'],
    plant: () => plant<Ring, [], boolean>(Ring.prototype, 'mayErase', () => true),
  },
  {
    what: 'the state is not loaded',
    workload: RESTARTS,
    tears: ['clean'],
    plant: () => plant<StateReader, [], number>(StateReader.prototype, 'load', () => 0),
  },
  {
    what: 'the newest segment’s records are not replayed',
    workload: RESTARTS,
    tears: ['clean'],
    plant: () =>
      plant<{ nextSegment: () => number }, [], number>(Recovery.prototype, 'replay', function () {
        return this.nextSegment();
      }),
  },
  {
    what: 'a torn header is no reason to look at the segment before',
    workload: RESTARTS,
    tears: ['prefix'],
    plant: () => plant<Recovery, [], number>(Recovery.prototype, 'goBack', () => FAULT.malformed),
  },
];

describe('a defect in recovery is noticed when', function () {
  this.timeout(60_000);
  afterEach(() => sinon.restore());

  for (const { what, workload, tears, plant: plantDefect } of DEFECTS) {
    it(what, () => {
      const campaign = new Campaign(workload);
      plantDefect();
      const cut = firstBroken(campaign, tears);
      sinon.restore();
      assert.ok(cut !== undefined, 'no cut breaks a promise');
      campaign.try(cut); // and it is the defect that broke it
    });
  }
});

/** The first cut of a small, fixed campaign that breaks a promise. */
function firstBroken(campaign: Campaign, tears: readonly Tear[]): Cut | undefined {
  for (let seed = 0; seed < 12; seed++) {
    for (const tear of tears) {
      for (let operation = 1; operation <= campaign.operationCount; operation++) {
        const again = seed % 3 === 2 ? [1 + (operation % 6)] : [];
        const cut = { operation, tear, seed, again };
        if (campaign.countFailures([cut]) > 0) return cut;
      }
    }
  }
  return undefined;
}
