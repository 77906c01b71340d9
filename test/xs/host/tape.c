/* Reads a tape; see tape.h. Only the names of calls and their arguments come from the program. */
#include "tape.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "host.h"

#define WALL_EPOCH_UNIX_S 1577836800
#define WALL_UNKNOWN INT32_MIN
#define FORMAT_TEXT_MAX 1024

Tape tape;
static int same; /* the call's out-bytes are the remembered ones */
static uint8_t remembered[CALL_COUNT][TAPE_REMEMBERED_BYTES_MAX];
static uint8_t rememberedCount[CALL_COUNT];

static int32_t i32At(const uint8_t* p) {
  return (int32_t)(p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
}

const char* tapeWhere(void) {
  static char text[160];
  int n = snprintf(text, sizeof text, "call %u, step %u, boot %u", tape.calls, tape.steps + 1,
                   tape.boots);
  if (!tape.hasClock) {
    snprintf(text + n, sizeof text - n, ", before the first clock");
    return text;
  }
  int32_t uptimeS = i32At(tape.clock), wallS = i32At(tape.clock + 8);
  n += snprintf(text + n, sizeof text - n, ", day %d (uptime %d s", tapeDay() + 1, uptimeS);
  if (wallS != WALL_UNKNOWN) {
    time_t unixS = (time_t)((int64_t)wallS + WALL_EPOCH_UNIX_S);
    struct tm tm;
    n += strftime(text + n, sizeof text - n, ", %Y-%m-%dT%H:%M:%SZ", gmtime_r(&unixS, &tm));
  }
  snprintf(text + n, sizeof text - n, ")");
  return text;
}

int tapeDay(void) { return tape.hasClock ? i32At(tape.clock) / 86400 : 0; }

void tapeDiffers(const char* format, ...) {
  char what[FORMAT_TEXT_MAX];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  hostEnd(END_DIFFERENT, "difference", "Tape differs in %s: %s", tapeWhere(), what);
}

static void need(size_t length) {
  if (tape.at + length <= tape.size) return;
  hostEnd(END_TAPE, "tape", "Tape truncated: it ends at byte %zu, after %s", tape.size,
          tapeWhere());
}

static uint8_t takeByte(void) {
  need(1);
  return tape.bytes[tape.at++];
}

static uint32_t takeCount(void) {
  uint64_t value = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    uint8_t byte = takeByte();
    value |= (uint64_t)(byte & 127) << shift;
    if (byte < 128 && value <= UINT32_MAX) return (uint32_t)value;
  }
  hostEnd(END_TAPE, "tape", "Tape malformed: a count before byte %zu is longer than 32 bits",
          tape.at);
}

static int32_t takeInt(void) {
  uint32_t folded = takeCount();
  return (int32_t)(folded >> 1 ^ -(folded & 1));
}

static const uint8_t* takeBytes(size_t length) {
  need(length);
  tape.at += length;
  return tape.bytes + tape.at - length;
}

void tapeOpen(const char* path) {
  FILE* file = fopen(path, "rb");
  if (!file) hostEnd(END_TAPE, "tape", "Tape '%s' cannot be opened", path);
  fseek(file, 0, SEEK_END);
  tape.size = (size_t)ftell(file);
  rewind(file);
  uint8_t* bytes = malloc(tape.size + 1);
  if (!bytes || fread(bytes, 1, tape.size, file) != tape.size)
    hostEnd(END_TAPE, "tape", "Tape '%s' cannot be read", path);
  fclose(file);
  tape.bytes = bytes;
  if (tape.size < TAPE_HEADER_BYTES || memcmp(bytes, "PVT1\1", 5) != 0)
    hostEnd(END_TAPE, "tape", "'%s' is no tape of version 1", path);
  tape.at = TAPE_HEADER_BYTES;
}

int32_t tapeHeader(int at, int bytes) {
  const uint8_t* p = tape.bytes + at;
  if (bytes == 1) return p[0];
  return bytes == 2 ? p[0] | p[1] << 8 : i32At(p);
}

static const char* nameOf(int op) {
  static char unknown[24];
  if (op == TAPE_END) return "the end of the tape";
  if (op == TAPE_STEP) return "the end of the step";
  if (op == TAPE_BOOT) return "a new boot";
  if (op == TAPE_CUT) return "a power cut";
  int call = op & ~TAPE_SAME_AS_LAST;
  if (call < CALL_COUNT && program.calls[call].name[0]) return program.calls[call].name;
  snprintf(unknown, sizeof unknown, "unknown byte %d", op);
  return unknown;
}

static void checkCrc(void) {
  uint32_t table[256], crc = UINT32_MAX;
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int bit = 0; bit < 8; bit++) c = c & 1 ? c >> 1 ^ 0xEDB88320u : c >> 1;
    table[i] = c;
  }
  size_t end = tape.at;
  for (size_t i = 0; i < end; i++) crc = table[(crc ^ tape.bytes[i]) & 255] ^ crc >> 8;
  uint32_t stored = (uint32_t)i32At(takeBytes(4));
  if (~crc != stored)
    hostEnd(END_TAPE, "tape", "Tape damaged: its CRC-32 is 0x%08x, expected 0x%08x", ~crc, stored);
  if (tape.at != tape.size)
    hostEnd(END_TAPE, "tape", "Tape malformed: %zu bytes follow its end", tape.size - tape.at);
}

int tapeTakeBoot(void) {
  uint8_t op = takeByte();
  if (op == TAPE_BOOT) {
    tape.boots++;
    tape.hasClock = 0;
    return 1;
  }
  if (op != TAPE_END) tapeDiffers("expected %s, got a new boot, or nothing more", nameOf(op));
  checkCrc();
  return 0;
}

int tapeStepFollows(void) {
  need(1);
  uint8_t op = tape.bytes[tape.at];
  return op != TAPE_BOOT && op != TAPE_END;
}

void tapeEndStep(int32_t sleepMs) {
  need(1);
  uint8_t op = tape.bytes[tape.at];
  if (op != TAPE_STEP)
    tapeDiffers("expected %s, got the end of the step, which returned %d ms", nameOf(op), sleepMs);
  tape.at++;
  int32_t expected = takeInt();
  if (expected != sleepMs) tapeDiffers("expected sleep of %d ms, got %d ms", expected, sleepMs);
  tape.steps++;
}

int tapeBeginCall(int op) {
  tape.calls++;
  uint8_t byte = takeByte();
  int isCut = byte == TAPE_CUT;
  if (isCut) byte = takeByte();
  same = byte < TAPE_END || byte > TAPE_CUT ? (byte & TAPE_SAME_AS_LAST) != 0 : 0;
  if ((byte & ~TAPE_SAME_AS_LAST) != op)
    tapeDiffers("call: expected %s, got %s", nameOf(byte), program.calls[op].name);
  if (isCut) tape.cuts++;
  return isCut;
}

void tapeCompareInt(int op, int at, int32_t got) {
  int32_t expected = takeInt();
  if (expected == got) return;
  const Call* call = &program.calls[op];
  tapeDiffers("argument %s of %s: expected %d, got %d", call->ints[at], call->name, expected, got);
}

static const char* hex(const uint8_t* bytes, size_t length, char* text) {
  text[0] = 0;
  for (size_t i = 0; i < length && i < 8; i++) sprintf(text + 2 * i, "%02x", bytes[i]);
  return text;
}

void tapeCompareBytes(int op, const uint8_t* got, size_t length) {
  char a[17], b[17];
  uint32_t count = takeCount();
  const uint8_t* expected = takeBytes(count);
  const char* name = program.calls[op].name;
  if (count != length)
    tapeDiffers("number of bytes of %s: expected %u, got %zu", name, count, length);
  size_t at = 0;
  while (at < length && expected[at] == got[at]) at++;
  if (at == length) return;
  tapeDiffers("bytes of %s from byte %zu: expected 0x%s, got 0x%s", name, at,
              hex(expected + at, length - at, a), hex(got + at, length - at, b));
}

int32_t tapeAnswer(void) { return takeInt(); }

void tapeGiveOut(int op, uint8_t* into, size_t room) {
  const uint8_t* out = remembered[op];
  size_t length = rememberedCount[op];
  if (!same) {
    length = takeCount();
    out = takeBytes(length);
    if (length > 0 && length <= TAPE_REMEMBERED_BYTES_MAX) {
      memcpy(remembered[op], out, length);
      rememberedCount[op] = (uint8_t)length;
    }
  } else if (length == 0) {
    hostEnd(END_TAPE, "tape", "Tape malformed: %s repeats no bytes", program.calls[op].name);
  }
  const char* name = program.calls[op].name;
  if (room < length)
    tapeDiffers("room in the buffer of %s: expected %zu, got %zu", name, length, room);
  memcpy(into, out, length);
  if (length == TAPE_CLOCK_BYTES && op == programCallNamed("clock.read")) {
    memcpy(tape.clock, out, length);
    tape.hasClock = 1;
  }
}
