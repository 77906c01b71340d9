/** Identities, keys and records that the backend's tests share; everything follows from a seed. */
import { createHash } from 'node:crypto';
import { Authority, type AuthorityPlan } from '../../../../host-sim/backend/authority.js';
import type { Entropy } from '../../../../host-sim/backend/keys.js';
import type { PackingList } from '../../../../host-sim/backend/packing-list.js';
import type { DecodedRecord, RecordName } from '../../../../host-sim/backend/record-types.js';
import { makeDin, makeGiai, makeGln, makeGrai } from '../../../../host-sim/world/labels.js';
import { makeGsrn, makeSgtin } from '../../../../host-sim/world/labels.js';

export const GIAI = makeGiai({ asset: '9521141LOG0007' });
export const GRAI = makeGrai({ asset: '952114100010', serial: 'C0007' });
export const BLOOD_BANK = makeGln({ location: '952114100020', extension: 'BANK' });
export const AIR_BASE = makeGln({ location: '952114100021', extension: 'HEMS1' });

export const PLAN: AuthorityPlan = {
  packer: makeGsrn({ person: '95211410000000001' }),
  quality: makeGsrn({ person: '95211410000000002' }),
  engineer: makeGsrn({ person: '95211410000000003' }),
  backend: makeGln({ location: '952114100020' }),
  docks: [BLOOD_BANK, AIR_BASE],
};

/** Wall time of 2025-03-03T06:00:00Z. */
export const START_WALL_S = 163144800;

/** A stream of SHA-256(seed, counter): the same for the same seed. */
export function seededEntropy(seed: string): Entropy {
  let counter = 0;
  return (length) => {
    const blocks: Buffer[] = [];
    for (let size = 0; size < length; size += 32) {
      blocks.push(createHash('sha256').update(`${seed} ${counter++}`).digest());
    }
    return Uint8Array.from(Buffer.concat(blocks).subarray(0, length));
  };
}

export function testAuthority(seed = 'authority'): Promise<Authority> {
  return Authority.create(PLAN, seededEntropy(seed));
}

export function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** A kit of one donation; `serial` tells kits apart. */
export function packingListOf(serial: string, more: Partial<PackingList> = {}): PackingList {
  const expiryWallS = START_WALL_S + 400 * 86400;
  return {
    sgtin: makeSgtin({ item: '0952114100001', serial }),
    units: [
      {
        din: makeDin({ facility: 'A9999', year: 25, sequence: 123456 }),
        productCode: '=<E8404V00',
      },
    ],
    components: [
      { kind: 'plasma', lot: '10PL25A', expiryWallS },
      { kind: 'diluent', lot: '10WFI0071', expiryWallS: expiryWallS + 86400 },
      { kind: 'transferSet', lot: '10TS9', expiryWallS: expiryWallS + 2 * 86400 },
    ],
    bloodGroup: 'AB',
    ...more,
  };
}

export interface RecordParts {
  readonly fields?: Readonly<Record<string, number>>;
  readonly tail?: Uint8Array;
  readonly temperaturesCentiC?: readonly (number | null)[];
}

/** Builds records of one boot in order; the clock is set unless told otherwise. */
export class LogBuilder {
  readonly records: DecodedRecord[] = [];
  boot = 1;
  uptimeS = 0;
  isClockSet = true;
  readonly #first: number;

  constructor(firstSequence = 1) {
    this.#first = firstSequence;
  }

  get nextSequence(): number {
    return this.#first + this.records.length;
  }

  /** Lets time pass. */
  wait(seconds: number): this {
    this.uptimeS += seconds;
    return this;
  }

  add(type: RecordName, parts: RecordParts = {}): DecodedRecord {
    const { fields = {}, tail = new Uint8Array(0), temperaturesCentiC } = parts;
    const record: DecodedRecord = {
      sequence: this.nextSequence,
      boot: this.boot,
      uptimeS: this.uptimeS,
      wallS: this.isClockSet ? START_WALL_S + this.uptimeS : null,
      type,
      fields,
      ...(temperaturesCentiC === undefined ? {} : { temperaturesCentiC }),
      tail,
    };
    this.records.push(record);
    return record;
  }

  /** A reading of all probes. */
  reading(...temperaturesCentiC: (number | null)[]): DecodedRecord {
    return this.add('reading', { fields: { humidityPermille: -1 }, temperaturesCentiC });
  }
}
