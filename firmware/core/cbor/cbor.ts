/**
 * Hands on integers, byte ranges and headers from and to CBOR (RFC 8949), as far as checkpoints,
 * receipts, certificates, roles, profiles and commands need it: int32, byte and text strings,
 * arrays, maps with integer keys, tags, booleans and null.
 *
 * Both sides keep to the deterministic encoding of §4.2, so that a value has one encoding and its
 * bytes can be signed and compared. Nothing is copied or allocated after construction.
 */
export { CBOR_DEPTH_MAX, CBOR_TYPE } from './format.js';
export { CborReader } from './reader.js';
export { CborWriter } from './writer.js';
