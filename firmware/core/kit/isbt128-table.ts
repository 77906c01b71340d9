/**
 * Hands on the data structures of ISBT 128 as numbers: identifier, length, characters and rule of
 * each (ICCBBA ST-001 v6.2.2 §2.4), and the codes of the ABO and RhD groups (Table 4). Read from
 * here by `isbt128.ts`; a structure that is not here is refused. Structures that name a patient or
 * a donor are here so that they are refused by name.
 */
import { CHARACTER } from './characters.js';

/** Numbers of the data structures that this product uses. */
export const ISBT = Object.freeze({
  donation: 1,
  bloodGroup: 2,
  productCode: 3,
  expiryDate: 4,
  expiryTime: 5,
  compoundMessage: 23,
  expiryMonth: 26,
  productDivision: 32,
} as const);

/** What the data of a structure must hold besides its length and characters. */
export const ISBT_RULE = Object.freeze({
  none: 0,
  /** The identifier's second character is data too; flags 60..96 are a checksum. */
  donation: 1,
  /** Century, year, day of the year: cyyjjj. */
  date: 2,
  /** The same with hour and minute: cyyjjjhhmm. */
  dateTime: 3,
  /** yyyymm. */
  month: 4,
  /** How many structures follow, and in which order. */
  compound: 5,
  /** Refused with personData. */
  person: 6,
  /** The data is a count, followed by so many items of 14 digits, or of 10. */
  items14: 7,
  items10: 8,
} as const);

/** Columns of a row of STRUCTURES; the runs are pairs of character class and count. */
export const ISBT_COLUMN = Object.freeze({
  number: 0,
  first: 1,
  second: 2, // 0: any first character of a facility number
  third: 3, // 0: the identifier has two characters
  rule: 4,
  runs: 5,
} as const);

const EQ = 0x3d; // =
const AM = 0x26; // &
const R = ISBT_RULE;
const F = CHARACTER.facilityFirst;
const G = CHARACTER.facility;
const N = CHARACTER.digit;
const U = CHARACTER.upper;
const UN = CHARACTER.upper | CHARACTER.digit;
const LN = CHARACTER.lower | CHARACTER.digit;
const XN = CHARACTER.upper | CHARACTER.lower | CHARACTER.digit;

// A row per structure, in aligned columns, to be compared with the standard by eye.
// prettier-ignore
export const STRUCTURES: readonly (readonly number[])[] = Object.freeze([
  [ 1, EQ,    0,    0, R.donation, F, 1, G, 2, N, 10, CHARACTER.flag, 2],
  [ 2, EQ, 0x25,    0, R.none,     XN, 2, UN, 2],                   // =%  ABO and RhD
  [ 3, EQ, 0x3c,    0, R.none,     U, 1, UN, 4, XN, 1, UN, 1, LN, 1], // =< product code
  [ 4, EQ, 0x3e,    0, R.date,     N, 6],                           // =>  expiry
  [ 5, AM, 0x3e,    0, R.dateTime, N, 10],                          // &>  expiry
  [ 6, EQ, 0x2a,    0, R.date,     N, 6],                           // =*  collection
  [ 7, AM, 0x2a,    0, R.dateTime, N, 10],                          // &*  collection
  [ 8, EQ, 0x7d,    0, R.date,     N, 6],                           // =}  production
  [ 9, AM, 0x7d,    0, R.dateTime, N, 10],                          // &}  production
  [10, AM, 0x28,    0, R.none,     UN, 5],                          // &(  special testing
  [11, EQ, 0x7b,    0, R.none,     N, 18],                          // ={  red cells, retired
  [12, EQ, 0x5c,    0, R.none,     N, 18],                          // =\  red cells
  [13, AM, 0x5c,    0, R.none,     N, 18],                          // &\  red cells, Finnish
  [14, AM, 0x7b,    0, R.none,     N, 18],                          // &{  platelets
  [15, EQ, 0x5b,    0, R.none,     N, 18],                          // =[  HLA-A and -B, retired
  [16, EQ, 0x22,    0, R.none,     N, 18],                          // ="  HLA-DRB1, retired
  [17, EQ, 0x29,    0, R.none,     XN, 1, UN, 2, XN, 7],            // =)  maker of the bag
  [18, AM, 0x29,    0, R.none,     XN, 10],                         // &)  lot of the bag
  [19, EQ, 0x3b,    0, R.person],                                   // =;  donor
  [20, EQ, 0x27,    0, R.none,     F, 1, G, 2, N, 2, UN, 6],        // ='  staff
  [21, EQ, 0x2d,    0, R.none,     UN, 2, XN, 8],                   // =-  maker of an item
  [22, AM, 0x2d,    0, R.none,     XN, 10],                         // &-  lot of an item
  [23, EQ, 0x2b,    0, R.compound, N, 5],                           // =+  compound message
  [24, EQ, 0x23,    0, R.person],                                   // =#  patient's birth
  [25, AM, 0x23,    0, R.person],                                   // &#  patient's number
  [26, EQ, 0x5d,    0, R.month,    N, 6],                           // =]  expiry of supplies
  [27, AM, 0x22,    0, R.none,     N, 18],                          // &"  infection markers
  [28, EQ, 0x24,    0, R.none,     F, 1, G, 2, N, 13],              // =$  consignment
  [29, AM, 0x24,    0, R.items14,  N, 2],                           // &$  dimensions
  [30, AM, 0x25,    0, R.items10,  N, 3],                           // &%  antigens and history
  [31, EQ, 0x28,    0, R.none,     N, 16],                          // =(  flexible date
  [32, EQ, 0x2c,    0, R.none,     UN, 6],                          // =,  product division
  [33, AM, 0x2b,    0, R.none,     G, 5, UN, 6],                    // &+  processor
  [34, EQ, 0x2f,    0, R.none,     G, 5, UN, 11],                   // =/  processor's product
  [35, AM, 0x2c, 0x31, R.none,     UN, 18],                         // &,1 lot
  [36, AM, 0x2c, 0x32, R.none,     UN, 18],                         // &,2 supplement
  [37, AM, 0x2c, 0x33, R.person],                                   // &,3 donor register
  [38, AM, 0x2c, 0x34, R.none,     XN, 40],                         // &,4 European code
  [39, AM, 0x3a,    0, R.person],                                   // &:  donor register
  [40, AM, 0x2f,    0, R.person],                                   // &/  chain of identity
  [ 0, AM, 0x3b,    0, R.person],                                   // &;  national donor number
  [ 0, AM, 0x21,    0, R.person],                                   // &!  donor's exclusion
].map((row) => Object.freeze(row)));

/** ABO and RhD groups; `pooled` means of several donors. */
export const ABO = Object.freeze({ o: 1, a: 2, b: 3, ab: 4, pooled: 5 } as const);
export const RHD = Object.freeze({ unspecified: 0, negative: 1, positive: 2, pooled: 3 } as const);

/**
 * First and second character of `gg` in structure 002, ABO, RhD. The codes for units without a
 * restriction of use; directed, autologous, biohazardous and emergency-only units have other codes
 * (the same table), which stand for no group here.
 */
// prettier-ignore
export const BLOOD_GROUPS = new Uint8Array([
  0x39, 0x35, ABO.o,      RHD.negative,    // 95
  0x35, 0x31, ABO.o,      RHD.positive,    // 51
  0x30, 0x36, ABO.a,      RHD.negative,    // 06
  0x36, 0x32, ABO.a,      RHD.positive,    // 62
  0x31, 0x37, ABO.b,      RHD.negative,    // 17
  0x37, 0x33, ABO.b,      RHD.positive,    // 73
  0x32, 0x38, ABO.ab,     RHD.negative,    // 28
  0x38, 0x34, ABO.ab,     RHD.positive,    // 84
  0x35, 0x35, ABO.o,      RHD.unspecified, // 55
  0x36, 0x36, ABO.a,      RHD.unspecified, // 66
  0x37, 0x37, ABO.b,      RHD.unspecified, // 77
  0x38, 0x38, ABO.ab,     RHD.unspecified, // 88
  0x44, 0x30, ABO.o,      RHD.pooled,      // D0
  0x41, 0x30, ABO.a,      RHD.pooled,      // A0
  0x42, 0x30, ABO.b,      RHD.pooled,      // B0
  0x43, 0x30, ABO.ab,     RHD.pooled,      // C0
  0x45, 0x30, ABO.pooled, RHD.positive,    // E0
  0x46, 0x30, ABO.pooled, RHD.negative,    // F0
  0x47, 0x30, ABO.pooled, RHD.pooled,      // G0
  0x48, 0x30, ABO.pooled, RHD.unspecified, // H0
]);
