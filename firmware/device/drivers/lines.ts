/**
 * The container's own input lines, each a pin of the ESP32 that something pulls to ground. Pull-ups
 * are outside, 1 MΩ: the ones inside would draw 70 µA through every closed switch. The SDK
 * (`embedded:io/digital`) calls back at an edge; that call is taken as a hint to look, and no more:
 * when its message queue of ten is full, the pin's flag stays set and it never calls again (SDK
 * 8.2.3, modules/io/digital/esp32/digitalbank.c, digitalISR). What a line says is always read.
 */

/** Bits of `InputLines.read`; a bit is set while its line is active. */
export const LINE = Object.freeze({
  lidOpen: 1,
  externalPower: 2,
  dockContact: 4,
  button: 8,
  /** The interrupt of the slot switches: one of them has changed. */
  slotsChanged: 16,
} as const);

export interface DigitalOptions {
  readonly pin: number;
  readonly mode: number;
  readonly edge: number;
  readonly onReadable: () => void;
}

export interface DigitalIo {
  /** 0 or 1. */
  read(): number;
}

/** The SDK's class, as it is on the ESP32. */
export interface DigitalClass {
  new (options: DigitalOptions): DigitalIo;
  readonly Input: number;
  readonly Rising: number;
  readonly Falling: number;
}

export interface LineWiring {
  /** One bit of LINE. */
  readonly line: number;
  readonly pin: number;
  /** Active while the pin is high: a switch that opens. */
  readonly isActiveHigh: boolean;
}

/** A line that is active while something pulls its pin to ground. */
export function lowActive(line: number, pin: number): LineWiring {
  return Object.freeze({ line, pin, isActiveHigh: false });
}

/** A line that is active while nothing pulls its pin to ground; a broken wire is active too. */
export function highActive(line: number, pin: number): LineWiring {
  return Object.freeze({ line, pin, isActiveHigh: true });
}

export class InputLines {
  private readonly wirings: readonly LineWiring[];
  private readonly pins: readonly DigitalIo[];

  /** `onEdge` is called soon after any line has changed, from no method of this class. */
  constructor(io: DigitalClass, wirings: readonly LineWiring[], onEdge: () => void) {
    this.wirings = wirings;
    const edge = io.Rising | io.Falling;
    this.pins = wirings.map(({ pin }) => new io({ pin, mode: io.Input, edge, onReadable: onEdge }));
  }

  /** Bits of LINE that are active now. */
  read(): number {
    let lines = 0;
    for (let i = 0; i < this.pins.length; i++) {
      const { line, isActiveHigh } = this.wirings[i]!;
      const isHigh = this.pins[i]!.read() !== 0;
      if (isHigh === isActiveHigh) lines |= line;
    }
    return lines;
  }
}
