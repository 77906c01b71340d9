/**
 * Hands on position fixes from NMEA 0183 sentences, byte by byte, in integers. A fix is what GGA
 * (where, how well) and RMC (valid) of one moment say together, once GSA has told in how many
 * dimensions. Strict: a sentence with a wrong or no checksum, too many characters or fields, or a
 * field that is not as it should be says nothing, whoever talks ("$GP…", "$GN…"); sentences of
 * makers and of other kinds are passed over.
 */
const LINE_BYTES_MAX = 96; // 82 by the standard; some receivers write longer coordinates
const FIELDS_MAX = 24;
const EMPTY = -1;
const DIGIT_COUNT_MAX = 9;

// ASCII.
const LF = 0x0a;
const CR = 0x0d;
const DOLLAR = 0x24;
const STAR = 0x2a;
const COMMA = 0x2c;
const POINT = 0x2e;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const LETTER_A = 0x41;
const LETTER_E = 0x45;
const LETTER_F = 0x46;
const LETTER_N = 0x4e;
const LETTER_S = 0x53;
const LETTER_W = 0x57;
/** GGA, RMC, GSA as three characters in a number. */
const GGA = 0x474741;
const RMC = 0x524d43;
const GSA = 0x475341;

export class Nmea {
  /** Of the last fix. */
  latitudeMicroDeg = 0;
  longitudeMicroDeg = 0;
  /** GGA: 1 alone, 2 with corrections, 4 and 5 RTK; never less, nor estimated or simulated. */
  quality = 0;
  /** Horizontal dilution of precision. */
  hdopCenti = 0;
  /** GSA: 2 or 3. */
  dimensions = 0;
  /** Sentences with a right checksum since `restart`. */
  sentenceCount = 0;
  private readonly line = new Uint8Array(LINE_BYTES_MAX);
  private fill = EMPTY;
  /** Where each field begins; behind the last one stands where another would. */
  private readonly fieldAt = new Uint8Array(FIELDS_MAX + 1);
  private fieldCount = 0;
  /** Times of the last GGA and RMC that say where it is, in hundredths of a second of a day. */
  private positionTime = EMPTY;
  private validTime = EMPTY;

  /** Forgets all that was said. */
  restart(): void {
    this.fill = EMPTY;
    this.dimensions = 0;
    this.sentenceCount = 0;
    this.positionTime = EMPTY;
    this.validTime = EMPTY;
  }

  /** Takes one byte: 1 when it completes a fix, else 0. */
  take(byte: number): number {
    if (byte === DOLLAR) {
      this.fill = 0;
    } else if (this.fill !== EMPTY) {
      if (byte === CR || byte === LF) {
        const isWhole = this.split();
        this.fill = EMPTY;
        return isWhole ? this.understand() : 0;
      }
      if (this.fill === LINE_BYTES_MAX) this.fill = EMPTY;
      else this.line[this.fill++] = byte;
    }
    return 0;
  }

  /** Finds the fields of a line whose checksum is right. */
  private split(): boolean {
    const { line, fieldAt } = this;
    const end = this.fill - 3; // of "GPGGA,…,*hh"
    if (end < 5 || line[end] !== STAR) return false;
    let sum = 0;
    this.fieldCount = 0;
    fieldAt[0] = 0;
    for (let at = 0; at < end; at++) {
      sum ^= line[at]!;
      if (line[at] !== COMMA) continue;
      if (++this.fieldCount === FIELDS_MAX) return false;
      fieldAt[this.fieldCount] = at + 1;
    }
    fieldAt[++this.fieldCount] = end + 1;
    return sum === hexOf(line[end + 1]!) * 16 + hexOf(line[end + 2]!);
  }

  private understand(): number {
    this.sentenceCount++;
    const { line } = this;
    if (this.lengthOf(0) !== 5) return 0;
    const kind = (line[2]! << 16) | (line[3]! << 8) | line[4]!;
    if (kind === GSA) {
      this.takeGsa();
      return 0;
    }
    if (kind === GGA) this.positionTime = this.takeGga();
    else if (kind === RMC) this.validTime = this.takeRmc();
    else return 0;
    if (this.positionTime === EMPTY || this.positionTime !== this.validTime) return 0;
    if (this.dimensions < 2) return 0;
    this.positionTime = EMPTY; // one fix a moment
    return 1;
  }

  /** The time of a position that has been found, or EMPTY. */
  private takeGga(): number {
    if (this.fieldCount !== 15) return EMPTY;
    const quality = this.numberAt(6, 0);
    const isFound = quality === 1 || quality === 2 || quality === 4 || quality === 5;
    const hdopCenti = this.numberAt(8, 2);
    if (!isFound || hdopCenti <= 0) return EMPTY;
    const latitude = this.angleAt(2, 90, LETTER_N, LETTER_S);
    const longitude = this.angleAt(4, 180, LETTER_E, LETTER_W);
    if (latitude === undefined || longitude === undefined) return EMPTY;
    this.latitudeMicroDeg = latitude;
    this.longitudeMicroDeg = longitude;
    this.quality = quality;
    this.hdopCenti = hdopCenti;
    return this.timeAt(1);
  }

  /** The time of a position that is valid, or EMPTY. */
  private takeRmc(): number {
    if (this.fieldCount < 12 || this.fieldCount > 14) return EMPTY;
    if (this.lengthOf(2) !== 1 || this.line[this.fieldAt[2]!] !== LETTER_A) return EMPTY; // active
    return this.timeAt(1);
  }

  private takeGsa(): void {
    if (this.fieldCount !== 18 && this.fieldCount !== 19) return;
    const dimensions = this.numberAt(2, 0);
    this.dimensions = dimensions === 2 || dimensions === 3 ? dimensions : 0;
  }

  /** hhmmss.ss in hundredths of a second, or EMPTY. */
  private timeAt(field: number): number {
    const time = this.numberAt(field, 2);
    if (time < 0 || this.lengthOf(field) < 6) return EMPTY;
    const isTime = time < 24_000_000 && time % 1_000_000 < 600_000 && time % 10_000 < 6100;
    return isTime ? time : EMPTY;
  }

  /** (d)ddmm.mmmmm and its sign in the next field, in millionths of a degree. */
  private angleAt(field: number, most: number, plus: number, minus: number): number | undefined {
    const sign = this.line[this.fieldAt[field + 1]!];
    if (this.lengthOf(field + 1) !== 1 || (sign !== plus && sign !== minus)) return undefined;
    const value = this.numberAt(field, 4);
    if (value < 0) return undefined;
    const degrees = Math.floor(value / 1_000_000);
    const minutes = value - 1_000_000 * degrees; // in ten-thousandths
    // 1/10,000 of a minute is 5/3 µ°; a fifth digit of the minutes is 2 cm.
    const microDeg = 1_000_000 * degrees + Math.floor((5 * minutes + 1) / 3);
    if (minutes >= 600_000 || microDeg > 1_000_000 * most) return undefined;
    return sign === plus ? microDeg : -microDeg;
  }

  /** A decimal number times 10^decimals, further digits cut off; EMPTY when it is none. */
  private numberAt(field: number, decimals: number): number {
    let at = this.fieldAt[field]!;
    const end = at + this.lengthOf(field);
    if (at === end) return EMPTY;
    let value = 0;
    let left = EMPTY; // decimals that are still wanted, behind the point
    for (let digits = 0; at < end; at++) {
      const byte = this.line[at]!;
      if (byte === POINT && left === EMPTY && digits > 0) {
        left = decimals;
      } else if (byte < DIGIT_0 || byte > DIGIT_9) {
        return EMPTY;
      } else if (left !== 0) {
        if (++digits > DIGIT_COUNT_MAX) return EMPTY;
        value = 10 * value + byte - DIGIT_0;
        if (left > 0) left--;
      }
    }
    for (let i = left === EMPTY ? decimals : left; i > 0; i--) value *= 10;
    return value;
  }

  private lengthOf(field: number): number {
    return this.fieldAt[field + 1]! - this.fieldAt[field]! - 1;
  }
}

/** 0..15, or far more. */
function hexOf(byte: number): number {
  if (byte >= DIGIT_0 && byte <= DIGIT_9) return byte - DIGIT_0;
  if (byte >= LETTER_A && byte <= LETTER_F) return byte - LETTER_A + 10;
  return 0x1000;
}
