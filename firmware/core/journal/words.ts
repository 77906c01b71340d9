/**
 * Where the journal keeps what changes, word by word: its own state, which a restart finds again on
 * flash, and the receipt cursor, which is part of the durable words.
 */
import { FRAME_STATE_WORDS } from '../record/frame.js';

/** Words of the journal's own state. */
export const JOURNAL_STATE_WORDS = 16 + FRAME_STATE_WORDS;
export const SEGMENT = 0; // number of the open segment, -1 before the first
export const OFFSET = 1; // where its next frame goes; SECTOR_BYTES when none may
export const NEXT_SEQUENCE = 2;
export const OLDEST_SEGMENT = 3;
export const EPOCH = 4;
export const ERASED = 5; // number of the segment whose sector is erased and ready, -1
export const ERASING = 6; // number of the segment whose sector is being erased, -1
export const BOOT_COUNT = 7;
export const UPTIME_S = 8;
export const WALL_S = 9;
export const LOST_COUNT = 10;
export const LOST_FIRST = 11;
export const LOST_UPTIME_S = 12;
export const LAST_STORED = 13; // sequence number of the record stored last
export const IS_LOW = 14; // 1 while only events are stored
export const MODEL = 16;

/** Words of the durable state that belong to the journal: the receipt cursor. */
export const JOURNAL_DURABLE_WORDS = 1;
export const RECEIPTED = 0;
