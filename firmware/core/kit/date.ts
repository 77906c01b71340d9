/**
 * Hands on wall time (int32 seconds since 2020-01-01T00:00:00Z) from the dates that labels carry.
 * Proleptic Gregorian calendar, integers only. Int32 seconds reach to January 2088, hence the years
 * 2020..2087. A label's day ends with its last second in UTC: a label names no time zone.
 */
import { FAULT } from '../faults.js';

/** First and last year that a wall time can hold. */
export const YEAR_MIN = 2020;
export const YEAR_MAX = 2087;
export const DAY_S = 86400;

/** Earliest year that a label may name; before YEAR_MIN it is over in any case. */
const LABEL_YEAR_MIN = 2000;

// One row, as a calendar prints it.
// prettier-ignore
const DAYS_BEFORE_MONTH = new Int16Array([
  0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365,
]);

/** Tells whether `year` has a 29 February. */
export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days of a month, 28..31; 0 when there is no such month. */
export function daysInMonth(year: number, month: number): number {
  if (month < 1 || month > 12) return 0;
  const days = DAYS_BEFORE_MONTH[month]! - DAYS_BEFORE_MONTH[month - 1]!;
  return month === 2 && isLeapYear(year) ? days + 1 : days;
}

/** Days since 2020-01-01, 0..24836; badDate when the day does not exist or is out of 2020..2087. */
export function dayNumber(year: number, month: number, day: number): number {
  if (day < 1 || day > daysInMonth(year, month)) return FAULT.badDate;
  const leapDay = month > 2 && isLeapYear(year) ? 1 : 0;
  return ordinalDayNumber(year, DAYS_BEFORE_MONTH[month - 1]! + day + leapDay);
}

/** As `dayNumber`, from the day's number within its year, 1..366 (ISBT 128's `jjj`). */
export function ordinalDayNumber(year: number, dayOfYear: number): number {
  if (year < YEAR_MIN || year > YEAR_MAX) return FAULT.badDate;
  if (dayOfYear < 1 || dayOfYear > (isLeapYear(year) ? 366 : 365)) return FAULT.badDate;
  const leapDays = leapDaysBefore(year) - leapDaysBefore(YEAR_MIN);
  return (year - YEAR_MIN) * 365 + leapDays + dayOfYear - 1;
}

/**
 * Wall time of the last second of a day, or badDate. Day 0 stands for the month's last one. A day
 * of 2000..2019 gives 0: no clock of this product was ever set earlier, so it is over.
 */
export function expiryWallS(year: number, month: number, day: number): number {
  return expiryMinuteWallS(year, month, day === 0 ? daysInMonth(year, month) : day, 1439);
}

/** As `expiryWallS`, for the last second of a minute of that day, 0..1439. */
export function expiryMinuteWallS(
  year: number,
  month: number,
  day: number,
  minuteOfDay: number,
): number {
  if (minuteOfDay < 0 || minuteOfDay > 1439) return FAULT.badDate;
  if (year < YEAR_MIN) return isLabelDate(year, month, day) ? 0 : FAULT.badDate;
  return minuteEndWallS(dayNumber(year, month, day), minuteOfDay);
}

/** As `expiryMinuteWallS`, from the day's number within its year. */
export function ordinalExpiryWallS(year: number, dayOfYear: number, minuteOfDay: number): number {
  if (minuteOfDay < 0 || minuteOfDay > 1439) return FAULT.badDate;
  if (year < YEAR_MIN) return isLabelOrdinal(year, dayOfYear) ? 0 : FAULT.badDate;
  return minuteEndWallS(ordinalDayNumber(year, dayOfYear), minuteOfDay);
}

/** Tells whether a label may bear this date: it exists, and its year is 2000..2087. */
export function isLabelDate(year: number, month: number, day: number): boolean {
  if (year < LABEL_YEAR_MIN || year > YEAR_MAX) return false;
  return day >= 1 && day <= daysInMonth(year, month);
}

/** As `isLabelDate`, from the day's number within its year. */
export function isLabelOrdinal(year: number, dayOfYear: number): boolean {
  if (year < LABEL_YEAR_MIN || year > YEAR_MAX) return false;
  return dayOfYear >= 1 && dayOfYear <= (isLeapYear(year) ? 366 : 365);
}

/** Minute of the day, 0..1439, or badDate. */
export function minuteOfDay(hour: number, minute: number): number {
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return FAULT.badDate;
  return hour * 60 + minute;
}

function minuteEndWallS(day: number, minute: number): number {
  return day < 0 ? day : day * DAY_S + minute * 60 + 59;
}

function leapDaysBefore(year: number): number {
  const last = year - 1;
  return ((last / 4) | 0) - ((last / 100) | 0) + ((last / 400) | 0);
}
