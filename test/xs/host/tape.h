/*
 * Reads a tape (host-sim/ports/TAPE.md) front to back and says at which call, step, boot and day it
 * is. Whatever a container asks that the tape does not have there ends the process with a message.
 */
#ifndef TAPE_H
#define TAPE_H

#include <stddef.h>
#include <stdint.h>

enum { TAPE_HEADER_BYTES = 33, TAPE_END = 120, TAPE_STEP = 121, TAPE_BOOT = 122, TAPE_CUT = 123 };
#define TAPE_SAME_AS_LAST 128
#define TAPE_REMEMBERED_BYTES_MAX 64
#define TAPE_CLOCK_BYTES 16

typedef struct {
  const uint8_t* bytes;
  size_t size;
  size_t at;
  uint32_t boots, steps, calls, cuts;
  int hasClock;
  uint8_t clock[TAPE_CLOCK_BYTES];
} Tape;
extern Tape tape;

void tapeOpen(const char* path);
/* Bytes `at`.. of the header as a little-endian integer of 1, 2 or 4 bytes. */
int32_t tapeHeader(int at, int bytes);
/* True at the beginning of a boot, which is then taken; false at the end, whose CRC is checked. */
int tapeTakeBoot(void);
/* Whether the tape goes on with a step of this boot. */
int tapeStepFollows(void);
/* Compares what a step returned. */
void tapeEndStep(int32_t sleepMs);
/* What one call of the container is compared with, in this order. */
int tapeBeginCall(int op); /* true: power is cut in this call, so it has no answer */
void tapeCompareInt(int op, int at, int32_t got);
void tapeCompareBytes(int op, const uint8_t* got, size_t length);
int32_t tapeAnswer(void);
void tapeGiveOut(int op, uint8_t* into, size_t room);
/* Ends the process: the container did something else. */
void tapeDiffers(const char* format, ...) __attribute__((noreturn, format(printf, 1, 2)));
/* "call 12, step 3, boot 1, day 2 (uptime 90000 s, 2026-07-13T04:30:00Z)". */
const char* tapeWhere(void);
/* Whole days since this boot by the clock that the container was shown last. */
int tapeDay(void);

#endif
