/**
 * What a driver of a temperature part hands on to the probe port (probes.ts): a conversion that is
 * started, and fetched later. It never waits; when to look first it says in milliseconds.
 */
export interface ProbeDriver {
  /** How long a conversion takes, typically: before that nobody needs to look. */
  readonly conversionMs: number;
  /** The last answer; +256.00 °C is the part's "no conversion yet". */
  readonly temperatureCentiC: number;
  /** The last answer; HUMIDITY_ABSENT when there was none. */
  readonly humidityPermille: number;
  /** Starts one conversion: 0, busError, or fieldMissing when another part answers. */
  start(): number;
  /** 0 while converting, 1 when the answer is there, or a fault. */
  collect(): number;
}
