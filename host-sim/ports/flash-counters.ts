/**
 * What was asked of a flash part so far: commands, bytes, reads, erases of each sector, and the
 * time and energy that programs and erases took in the part itself. Bus, driver and processor come
 * on top and are not counted here.
 */

/** W25Q128JV datasheet §9.6, typical: sector erase 45 ms; page program 30 µs + 2.5 µs a byte. */
export const ERASE_MS = 45;
const PROGRAM_START_MICROS = 30;
const PROGRAM_BYTE_MICROS = 2.5;
const PROGRAM_MICROS_MAX = 400;
/** 3.3 V × 20 mA while a program or an erase runs (the same datasheet: 15 to 25 mA). */
const BUSY_MILLIWATT = 66;

/** Time that a program of so many bytes takes in the part, in microseconds. */
export function programMicros(length: number): number {
  return Math.min(PROGRAM_MICROS_MAX, PROGRAM_START_MICROS + PROGRAM_BYTE_MICROS * length);
}

export class FlashCounters {
  programs = 0;
  programmedBytes = 0;
  erases = 0;
  reads = 0;
  readBytes = 0;
  /** Time of programs and erases in the part. */
  busyMicros = 0;
  /** Erases of each sector. */
  readonly erasesOf: Uint32Array;

  constructor(sectorCount: number) {
    this.erasesOf = new Uint32Array(sectorCount);
  }

  countProgram(length: number): void {
    this.programs += 1;
    this.programmedBytes += length;
    this.busyMicros += programMicros(length);
  }

  countErase(sector: number): void {
    this.erases += 1;
    this.erasesOf[sector]! += 1;
    this.busyMicros += ERASE_MS * 1000;
  }

  countRead(length: number): void {
    this.reads += 1;
    this.readBytes += length;
  }

  /** Energy of programs and erases, in microjoule. */
  get energyMicroJ(): number {
    return (this.busyMicros * BUSY_MILLIWATT) / 1000;
  }
}
