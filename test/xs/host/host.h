/*
 * What the files of the host share. The host runs the firmware on the real XS engine as the device
 * does: a root machine loads all modules and becomes read-only memory, then a machine with a fixed
 * pool, which is a clone of it, runs them. A tape stands in for the world.
 *
 *   memory.c   read-only arena of the root, fixed pool of the clone
 *   rom.c      makes of the root what the device's linker makes of it
 *   program.c  the file that names modules and port methods
 *   tape.c     reads a tape; knows nothing of XS
 *   ports.c    the functions behind the Ports object: compare with the tape, answer from it
 *   figures.c  what is measured while a tape is played, as JSON
 *   census.c   who holds the memory
 *   trace.c    names the running functions
 *   profile.c  where the computrons go
 *   main.c     options, machines, the replay loop
 */
#ifndef HOST_H
#define HOST_H

#include "xsAll.h"
#include "xsScript.h"

/* How a run ends: the process's exit code. */
enum {
  END_SAME = 0,
  END_USAGE = 2,
  END_TAPE = 3,
  END_PROGRAM = 4,
  END_DIFFERENT = 10,
  END_MEMORY = 11,
  END_STACK = 12,
  END_EXCEPTION = 13,
  END_ROM = 14,
  END_CRASH = 15,
  END_ABORT = 16
};

/* Prints the end as one line of JSON and leaves the process; `kind` names it for people. */
void hostEnd(int code, const char* kind, const char* format, ...)
    __attribute__((noreturn, format(printf, 3, 4)));

/* memory.c */
typedef struct Pool {
  unsigned char* base;
  unsigned char* low;  /* chunks grow up to here */
  unsigned char* high; /* stack and slots grow down to here */
  unsigned char* end;
} Pool;
void romBegin(void);   /* machines made from here on live in the arena */
void romProtect(void); /* the arena is read-only from here on, and no machine lives there */
int romHolds(const void* address);
void poolMake(Pool* pool, size_t size);
void poolReset(Pool* pool);

/* rom.c */
void romFreeze(txMachine* the);

/* program.c */
#define CALL_COUNT 120
#define CALL_INTS_MAX 4
typedef struct {
  char name[40]; /* "journalFlash.read"; empty where the table has a hole */
  char ints[CALL_INTS_MAX][24];
  int intCount;
  char direction;       /* 'n', 'i' or 'o' */
  int bufferAt;         /* among all arguments */
  int lengthAt, fromAt; /* ints that say which bytes an 'i' buffer carries; -1: lengthFixed */
  int lengthFixed;
} Call;
typedef struct {
  char path[80];
  char* source;
  int size;
} Module;
typedef struct {
  Call calls[CALL_COUNT];
  Module* modules;
  int moduleCount;
} Program;
extern Program program;
void programRead(const char* path);
int programCallNamed(const char* name);

/* ports.c */
void portsInstall(txMachine* the); /* gives the root `hostCall(byte)` and `hostLimit(at)` */
extern int portsSampleBegan;       /* set when probe 0 was started; whoever counts clears it */

/* figures.c */
void figuresBoot(txMachine* the);
void figuresStepBegin(txMachine* the);
void figuresStepEnd(txMachine* the);
void figuresBootEnd(txMachine* the);
void figuresPrint(void);
extern int figuresWantLive;

/* trace.c */
extern txMachine* traceMachine; /* the machine that runs, if one does */
const char* traceNow(void);
const char* traceOfError(void);
const char* traceName(txMachine* the, txSlot* function); /* "Journal.append" */

/* profile.c */
extern int profileWanted;
void profileStepBegin(txMachine* the);
void profileStepEnd(txMachine* the);
void profilePrint(txMachine* the);

/* census.c */
void censusPrint(txMachine* the, txSlot* container);

#endif
