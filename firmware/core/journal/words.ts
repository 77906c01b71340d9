/**
 * Where the journal keeps what changes, word by word: its own state, which a restart finds again on
 * flash, and its cursors, which are part of the durable words.
 */
import { FRAME_STATE_WORDS } from '../record/frame.js';

export const SEGMENT = 0; // number of the open segment, -1 before the first
export const OFFSET = 1; // where its next frame goes; SECTOR_BYTES when none may
export const NEXT_SEQUENCE = 2;
export const OLDEST_SEGMENT = 3;
export const EPOCH = 4;
export const ERASED = 5; // number of the segment whose sector is erased and ready, -1
export const ERASING = 6; // number of the segment whose sector is erased or looked at now, -1
export const BOOT_COUNT = 7;
export const UPTIME_S = 8;
export const WALL_S = 9;
export const LOST_COUNT = 10;
export const LOST_FIRST = 11;
export const LOST_UPTIME_S = 12;
export const LAST_STORED = 13; // sequence number of the record stored last
export const ROOM = 14; // ROOM_LOW and ROOM_TIGHT
export const ANCHOR = 15; // number of the segment whose state differences are made to, -1
export const NEXT = 16; // number of the segment whose sector is made ready next
export const SPARE = 17; // as ERASED, for the segment after it, -1
export const CHECKED = 18; // pages of the sector under way that were seen to be blank, -1: erasing
export const DUE = 19; // bit i: place i of the retired sectors is not yet recorded
export const WHY = 20; // bits 2i, 2i + 1: its RETIRED_WHY
export const EXTRA = 21; // a failed sector for which there is no place: sector + 1 | why << 16
export const MODEL = 22;
/** Readings that wait for others: 60 of two probes, 24 of eight. */
export const BATCH = MODEL + FRAME_STATE_WORDS;
export const BATCH_WORDS = 122;
/** Words of the journal's own state. */
export const JOURNAL_STATE_WORDS = BATCH + BATCH_WORDS;

/** Bits of ROOM: only events are stored; readings should be thinned. */
export const ROOM_LOW = 1;
export const ROOM_TIGHT = 2;

/** Sectors that may be retired; each is 16 bits (sector + 1) of the words from RETIRED on. */
export const RETIRED_MAX = 16;
/** Sectors that are made ready before they are used. */
export const READY_MAX = 2;
/** Words of the durable state that belong to the journal: its cursors and what it may not use. */
export const JOURNAL_DURABLE_WORDS = 3 + RETIRED_MAX / 2;
export const RECEIPTED = 0; // last sequence number with a receipt
export const THINNED = 1; // last sequence number whose readings were thinned
export const KEPT = 2; // original number of the record kept last in a thinning under way
export const RETIRED = 3;
