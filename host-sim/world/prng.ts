/**
 * Hands on seeded random numbers for the simulated world: the same seed gives the same numbers on
 * every machine. A consumer takes a stream by its name, so that a new consumer shifts nobody's
 * numbers. Integer arithmetic, additions and multiplications only, because `Math.sin`, `Math.log`
 * and the like differ between engines. Generator: sfc32 by Chris Doty-Humphrey (PractRand), public
 * domain; names are mixed in by MurmurHash3's finaliser, public domain.
 */

/** Seed of a journey: any number or text. */
export type Seed = number | string;

const WARM_UP_ROUNDS = 12;
/** Standard deviation of the sum of four uniform 16-bit numbers: sqrt(4 × 65536² / 12). */
const FOUR_UNIFORMS_SIGMA = 37837.227;
const FOUR_UNIFORMS_MEAN = 131070;

/** One stream of random numbers. */
export class Random {
  private readonly key: string;
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: Seed, name: string) {
    this.key = `${seed}/${name}`;
    this.a = hashText(this.key, 0x9e3779b9);
    this.b = hashText(this.key, 0x243f6a88);
    this.c = hashText(this.key, 0xb7e15162);
    for (let i = 0; i < WARM_UP_ROUNDS; i++) this.nextInt32();
  }

  /** An independent stream; asking twice for a name gives the same stream from its beginning. */
  split(name: string): Random {
    return new Random(this.key, name);
  }

  /** Any int32. */
  nextInt32(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum;
  }

  /** 0 <= value < 1, in steps of 2^-32. */
  nextUnit(): number {
    return (this.nextInt32() >>> 0) / 4294967296;
  }

  /** A whole number, 0 <= value < below; `below` up to 2^32. */
  nextBelow(below: number): number {
    return Math.floor(this.nextUnit() * below);
  }

  /** Nearly normal with mean 0 and standard deviation 1, never beyond ±3.47. */
  nextNormal(): number {
    const first = this.nextInt32();
    const second = this.nextInt32();
    const sum = (first & 0xffff) + (first >>> 16) + (second & 0xffff) + (second >>> 16);
    return (sum - FOUR_UNIFORMS_MEAN) / FOUR_UNIFORMS_SIGMA;
  }

  /** Fills `length` bytes from the start of `into`. */
  fill(into: Uint8Array, length: number = into.length): void {
    for (let i = 0; i < length; i += 4) {
      const word = this.nextInt32();
      for (let k = 0; k < 4 && i + k < length; k++) into[i + k] = word >>> (8 * k);
    }
  }
}

/** A well-mixed int32 from a text. */
export function hashText(text: string, start: number): number {
  let hash = start | 0;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = (hash << 13) | (hash >>> 19);
  }
  return mixInt32(hash ^ text.length);
}

/** A bijection of int32 that spreads every bit (MurmurHash3's finaliser). */
export function mixInt32(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
