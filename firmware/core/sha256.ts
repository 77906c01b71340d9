/**
 * Hands on the SHA-256 digest (FIPS 180-4) of bytes that arrive piece by piece, as the journal's
 * chain and the signed messages need it: a digest can be taken at any point and hashing goes on,
 * and the whole state fits into `SHA256_STATE_WORDS` int32 for suspend and resume.
 *
 * Int32 throughout, nothing allocated after construction. Input goes straight into the sixteen
 * words of a block; eight rounds are written out, with working variables that change names instead
 * of places and a schedule in locals: 8,800 computrons a block on XS, 12,500 as a plain loop.
 */

export const SHA256_DIGEST_BYTES = 32;
/** Words of a saved state: block, chaining value, length. */
export const SHA256_STATE_WORDS = 25;

// One Int32Array per hash: the block, the chaining value, and a copy of both for `digest`.
const HASH_AT = 16;
const COPY_AT = 24;
const ALL_WORDS = 48;

// FIPS 180-4 §4.2.2; not formatted, so that it stays eight a line as printed there.
// prettier-ignore
const ROUND_CONSTANTS = Int32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
);

// The start value, FIPS 180-4 §5.3.3.
// prettier-ignore
const START = Int32Array.of(
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
);

/** One running hash. */
export class Sha256 {
  readonly #state = new Int32Array(ALL_WORDS);
  #lengthBytes = 0;

  constructor() {
    this.reset();
  }

  /** Begins a new message. */
  reset(): void {
    this.#state.fill(0);
    this.#state.set(START, HASH_AT);
    this.#lengthBytes = 0;
  }

  /** Hashes `length` bytes on; a message may have up to 2^31 - 1 bytes. */
  update(bytes: Uint8Array, at: number, length: number): void {
    const state = this.#state;
    const end = at + length;
    let i = at;
    let filled = this.#lengthBytes & 63;
    this.#lengthBytes = (this.#lengthBytes + length) | 0;
    while ((filled & 3) !== 0 && i < end) {
      state[filled >> 2] = (state[filled >> 2]! << 8) | bytes[i++]!;
      filled++;
    }
    let word = filled >> 2;
    if (word === 16) {
      compress(state);
      word = 0;
    }
    const last = end - 4;
    for (; i <= last; i += 4) {
      state[word++] =
        (bytes[i]! << 24) | (bytes[i + 1]! << 16) | (bytes[i + 2]! << 8) | bytes[i + 3]!;
      if (word === 16) {
        compress(state);
        word = 0;
      }
    }
    for (; i < end; i++) state[word] = (state[word]! << 8) | bytes[i]!;
  }

  /** Writes the 32-byte digest of all bytes so far; hashing goes on as if it had not been asked. */
  digest(into: Uint8Array, at: number): void {
    const state = this.#state;
    const filled = this.#lengthBytes & 63;
    let word = filled >> 2;
    state.copyWithin(COPY_AT, 0, COPY_AT);
    state[word] = ((state[word]! << 8) | 0x80) << (24 - ((filled & 3) << 3));
    word++;
    if (word > 14) {
      state.fill(0, word, HASH_AT);
      compress(state);
      word = 0;
    }
    state.fill(0, word, 14);
    state[14] = this.#lengthBytes >>> 29; // the length in bits, big-endian, FIPS 180-4 §5.1.1
    state[15] = this.#lengthBytes << 3;
    compress(state);
    for (let i = 0, to = at; i < 8; i++, to += 4) {
      const value = state[HASH_AT + i]!;
      into[to] = (value >> 24) & 255;
      into[to + 1] = (value >> 16) & 255;
      into[to + 2] = (value >> 8) & 255;
      into[to + 3] = value & 255;
    }
    state.copyWithin(0, COPY_AT, ALL_WORDS);
  }

  /** Writes SHA256_STATE_WORDS words from which `loadState` goes on. */
  saveState(into: Int32Array, at: number): void {
    const state = this.#state;
    for (let i = 0; i < COPY_AT; i++) into[at + i] = state[i]!;
    into[at + COPY_AT] = this.#lengthBytes;
  }

  /** Takes up what `saveState` wrote; whether the words are intact is for the caller to check. */
  loadState(from: Int32Array, at: number): void {
    const state = this.#state;
    for (let i = 0; i < COPY_AT; i++) state[i] = from[at + i]!;
    this.#lengthBytes = from[at + COPY_AT]!;
  }
}

/**
 * Takes the sixteen words of one block into the chaining value (FIPS 180-4 §6.2.2). Eight rounds
 * use w0..w7, which then become the words sixteen later, and change places with w8..w15.
 */
// Not formatted, so that a round stays on three lines and the whole on one page.
// prettier-ignore
function compress(s: Int32Array): void {
  let a = s[16]!, b = s[17]!, c = s[18]!, d = s[19]!;
  let e = s[20]!, f = s[21]!, g = s[22]!, h = s[23]!;
  let w0 = s[0]!, w1 = s[1]!, w2 = s[2]!, w3 = s[3]!, w4 = s[4]!, w5 = s[5]!;
  let w6 = s[6]!, w7 = s[7]!, w8 = s[8]!, w9 = s[9]!, w10 = s[10]!;
  let w11 = s[11]!, w12 = s[12]!, w13 = s[13]!, w14 = s[14]!, w15 = s[15]!;
  // Maj(a, b, c) = b ^ ((a ^ b) & (b ^ c)), and b ^ c is the a ^ b of the round before.
  let ab: number, bc = b ^ c, x: number;
  const k = ROUND_CONSTANTS;
  for (let i = 0; i < 64; i += 8) {
    ab = a ^ b; x = h + k[i]! + w0 + (g ^ (e & (f ^ g))) +
      ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) | 0; d = d + x | 0;
    h = x + (b ^ ab & bc) + ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) | 0;
    bc = h ^ a; x = g + k[i + 1]! + w1 + (f ^ (d & (e ^ f))) +
      ((d >>> 6 | d << 26) ^ (d >>> 11 | d << 21) ^ (d >>> 25 | d << 7)) | 0; c = c + x | 0;
    g = x + (a ^ ab & bc) + ((h >>> 2 | h << 30) ^ (h >>> 13 | h << 19) ^ (h >>> 22 | h << 10)) | 0;
    ab = g ^ h; x = f + k[i + 2]! + w2 + (e ^ (c & (d ^ e))) +
      ((c >>> 6 | c << 26) ^ (c >>> 11 | c << 21) ^ (c >>> 25 | c << 7)) | 0; b = b + x | 0;
    f = x + (h ^ ab & bc) + ((g >>> 2 | g << 30) ^ (g >>> 13 | g << 19) ^ (g >>> 22 | g << 10)) | 0;
    bc = f ^ g; x = e + k[i + 3]! + w3 + (d ^ (b & (c ^ d))) +
      ((b >>> 6 | b << 26) ^ (b >>> 11 | b << 21) ^ (b >>> 25 | b << 7)) | 0; a = a + x | 0;
    e = x + (g ^ ab & bc) + ((f >>> 2 | f << 30) ^ (f >>> 13 | f << 19) ^ (f >>> 22 | f << 10)) | 0;
    ab = e ^ f; x = d + k[i + 4]! + w4 + (c ^ (a & (b ^ c))) +
      ((a >>> 6 | a << 26) ^ (a >>> 11 | a << 21) ^ (a >>> 25 | a << 7)) | 0; h = h + x | 0;
    d = x + (f ^ ab & bc) + ((e >>> 2 | e << 30) ^ (e >>> 13 | e << 19) ^ (e >>> 22 | e << 10)) | 0;
    bc = d ^ e; x = c + k[i + 5]! + w5 + (b ^ (h & (a ^ b))) +
      ((h >>> 6 | h << 26) ^ (h >>> 11 | h << 21) ^ (h >>> 25 | h << 7)) | 0; g = g + x | 0;
    c = x + (e ^ ab & bc) + ((d >>> 2 | d << 30) ^ (d >>> 13 | d << 19) ^ (d >>> 22 | d << 10)) | 0;
    ab = c ^ d; x = b + k[i + 6]! + w6 + (a ^ (g & (h ^ a))) +
      ((g >>> 6 | g << 26) ^ (g >>> 11 | g << 21) ^ (g >>> 25 | g << 7)) | 0; f = f + x | 0;
    b = x + (d ^ ab & bc) + ((c >>> 2 | c << 30) ^ (c >>> 13 | c << 19) ^ (c >>> 22 | c << 10)) | 0;
    bc = b ^ c; x = a + k[i + 7]! + w7 + (h ^ (f & (g ^ h))) +
      ((f >>> 6 | f << 26) ^ (f >>> 11 | f << 21) ^ (f >>> 25 | f << 7)) | 0; e = e + x | 0;
    a = x + (c ^ ab & bc) + ((b >>> 2 | b << 30) ^ (b >>> 13 | b << 19) ^ (b >>> 22 | b << 10)) | 0;
    if (i < 48) {
      w0 = w0 + w9 + ((w1 >>> 7 | w1 << 25) ^ (w1 >>> 18 | w1 << 14) ^ w1 >>> 3) +
        ((w14 >>> 17 | w14 << 15) ^ (w14 >>> 19 | w14 << 13) ^ w14 >>> 10) | 0;
      w1 = w1 + w10 + ((w2 >>> 7 | w2 << 25) ^ (w2 >>> 18 | w2 << 14) ^ w2 >>> 3) +
        ((w15 >>> 17 | w15 << 15) ^ (w15 >>> 19 | w15 << 13) ^ w15 >>> 10) | 0;
      w2 = w2 + w11 + ((w3 >>> 7 | w3 << 25) ^ (w3 >>> 18 | w3 << 14) ^ w3 >>> 3) +
        ((w0 >>> 17 | w0 << 15) ^ (w0 >>> 19 | w0 << 13) ^ w0 >>> 10) | 0;
      w3 = w3 + w12 + ((w4 >>> 7 | w4 << 25) ^ (w4 >>> 18 | w4 << 14) ^ w4 >>> 3) +
        ((w1 >>> 17 | w1 << 15) ^ (w1 >>> 19 | w1 << 13) ^ w1 >>> 10) | 0;
      w4 = w4 + w13 + ((w5 >>> 7 | w5 << 25) ^ (w5 >>> 18 | w5 << 14) ^ w5 >>> 3) +
        ((w2 >>> 17 | w2 << 15) ^ (w2 >>> 19 | w2 << 13) ^ w2 >>> 10) | 0;
      w5 = w5 + w14 + ((w6 >>> 7 | w6 << 25) ^ (w6 >>> 18 | w6 << 14) ^ w6 >>> 3) +
        ((w3 >>> 17 | w3 << 15) ^ (w3 >>> 19 | w3 << 13) ^ w3 >>> 10) | 0;
      w6 = w6 + w15 + ((w7 >>> 7 | w7 << 25) ^ (w7 >>> 18 | w7 << 14) ^ w7 >>> 3) +
        ((w4 >>> 17 | w4 << 15) ^ (w4 >>> 19 | w4 << 13) ^ w4 >>> 10) | 0;
      w7 = w7 + w0 + ((w8 >>> 7 | w8 << 25) ^ (w8 >>> 18 | w8 << 14) ^ w8 >>> 3) +
        ((w5 >>> 17 | w5 << 15) ^ (w5 >>> 19 | w5 << 13) ^ w5 >>> 10) | 0;
    }
    x = w0; w0 = w8; w8 = x; x = w1; w1 = w9; w9 = x; x = w2; w2 = w10; w10 = x;
    x = w3; w3 = w11; w11 = x; x = w4; w4 = w12; w12 = x; x = w5; w5 = w13; w13 = x;
    x = w6; w6 = w14; w14 = x; x = w7; w7 = w15; w15 = x;
  }
  s[16] = s[16]! + a | 0; s[17] = s[17]! + b | 0; s[18] = s[18]! + c | 0; s[19] = s[19]! + d | 0;
  s[20] = s[20]! + e | 0; s[21] = s[21]! + f | 0; s[22] = s[22]! + g | 0; s[23] = s[23]! + h | 0;
}
