/**
 * The codes of the hand-over protocol, version 1 (PROTOCOL.md): messages, kinds of object, roles,
 * and the keys of a signed payload. The dock asks, the container answers.
 */
export const PROTOCOL_VERSION = 1;
export const NONCE_BYTES = 16;
/** First bytes of SHA-256 over a public key: how a signature names its key. */
export const KID_BYTES = 8;
export const PUBLIC_KEY_BYTES = 64;

export const MESSAGE = Object.freeze({
  hello: 0x01,
  read: 0x02,
  credit: 0x03,
  readAt: 0x04,
  checkpoint: 0x05,
  put: 0x06,
  get: 0x07,
  bye: 0x08,
  readSince: 0x09,
  helloAnswer: 0x81,
  data: 0x82,
  end: 0x83,
  object: 0x84,
  putAnswer: 0x85,
  checkpointReady: 0x86,
  error: 0x8f,
} as const);

export const OBJECT = Object.freeze({
  certificate: 1,
  checkpoint: 2,
  command: 3,
  roles: 4,
  profile: 5,
  receipt: 6,
  decision: 7,
  slip: 8,
} as const);

/** Encodings of records that READ may ask for; a bit each in HELLO_ANSWER. */
export const ENCODING = Object.freeze({ verbatim: 0, compact: 1 } as const);

export const ROLE = Object.freeze({
  packer: 1,
  dock: 2,
  quality: 3,
  engineer: 4,
  backend: 5,
  /** Not in a list: the key that was installed at provisioning. */
  root: 6,
} as const);

/** Keys of a signed payload. */
export const PAYLOAD = Object.freeze({
  kind: 1,
  giai: 2,
  nonce: 3,
  counter: 4,
  body: 5,
  epoch: 6,
  sequence: 7,
  chainHash: 8,
  boot: 9,
  uptimeS: 10,
  wallS: 11,
} as const);
