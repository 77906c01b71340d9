/**
 * The one table of fault codes. A port or core function answers an int32: >= 0 is a result, < 0 is
 * one of these. Codes are stored in records and sent over the link, so a number is never reused.
 * Programmer errors are not faults: `assert` throws, and the composition root catches it once.
 */
export const FAULT = Object.freeze({
  /** Bytes that do not follow their format. */
  malformed: -1,
  /** The caller's buffer or a counter is too small. */
  overflow: -2,
  /** The input ends before its format does. */
  truncated: -3,
  /** A mod-10 check digit is wrong (GS1 General Specifications §7.9). */
  badCheckDigit: -4,
  /** A mod 37-2 check character is wrong (ISO/IEC 7064, ISBT 128 ST-001). */
  badCheckCharacter: -5,
  /** A date that does not exist, or lies outside 2000..2087. */
  badDate: -6,
  /** A character outside the identifier's set. */
  badCharacter: -7,
  /** An identifier or message of the wrong length. */
  badLength: -8,
  /** An application identifier or data structure this product does not know. */
  unknownIdentifier: -9,
  /** The same thing twice. */
  duplicate: -10,
  /** An identifier of a patient, which never enters a container. */
  personData: -11,
  /** A label in Eurocode, which German blood products bear: known by name, not read. */
  eurocode: -12,

  /** A sensor that does not answer on its bus. */
  busError: -20,
  /** A sensor answer whose checksum is wrong. */
  badChecksum: -21,
  /** A sensor answer without the field that was asked for. */
  fieldMissing: -22,
  /** A job that did not finish in its time. */
  timeout: -23,
  /** A second job started while one runs, or a full send queue: try again later. */
  busy: -24,
  /** Nothing there: no such key, no dock, no fix. */
  absent: -25,

  /** A flash operation that the part reports as failed. */
  flashFailed: -30,
  /** The journal holds nothing that may be overwritten. */
  journalFull: -31,
  /**
   * The journal's region holds another, or a newer, format. It is never overwritten by accident.
   */
  foreignImage: -32,
  /**
   * An image of an earlier format or of a build with another state layout: recognised, never
   * overwritten.
   */
  olderImage: -33,
  /** A sector of the journal failed and is not used again. */
  sectorRetired: -34,

  /** A signature that does not verify. */
  badSignature: -40,
  /** A key that no role names, or whose role may not do this. */
  notAllowed: -41,
  /** A nonce or counter that was used before or is older than the last one. */
  replayed: -42,
  /** A message for another container. */
  wrongContainer: -43,
  /** A message that does not fit the session's state. */
  badState: -44,

  /** Packing: the slot holds no kit, or another one. */
  slotEmpty: -50,
  /** Packing: the kit has expired or expires before it can be used. */
  kitExpired: -51,
  /** Packing: the kit is already aboard, or was used before. */
  kitKnown: -52,
  /** Packing: the profile it names is not aboard. */
  profileUnknown: -53,
  /** Packing: no room for another kit or profile. */
  noRoom: -54,
  /** Sealing: a filled slot has no kit, or a kit's slot is empty. */
  slotUnexplained: -55,
  /** The container is sealed; open it first. */
  sealed: -56,
  /** No such kit is aboard. */
  kitUnknown: -57,
  /** Only in the service state. */
  notInService: -58,
  /** Not in the service state. */
  inService: -59,
  /** Only while no kit is aboard. */
  kitsAboard: -60,
} as const);

/** Throws on a programmer error; `code` names the place in the epitaph record. */
export function assert(condition: boolean, code: number): void {
  if (!condition) throw new RangeError(`assert ${code}`);
}
