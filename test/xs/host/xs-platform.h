/*
 * The platform that XS is compiled for here (XSPLATFORM): 32 bits on Linux, memory and modules by
 * this host. What changes the size of slots and tables (mxTableMinLength, no snapshot, 16-bit ids)
 * is set as on the device.
 */
#ifndef XS_PLATFORM_H
#define XS_PLATFORM_H

#undef mxLittleEndian
#define mxLittleEndian 1
#undef mxLinux
#define mxLinux 1
#define mxExport extern
#define mxImport extern
#define XS_FUNCTION_NORETURN __attribute__((noreturn))

#include <arpa/inet.h>
#include <ctype.h>
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef int txSocket;
#define mxNoSocket -1
#define mxUseGCCAtomics 1
#define mxUsePOSIXThreads 1

/* The first three are what the engine's atomics want; the pool is memory.c's. */
#define mxMachinePlatform \
  void* waiterCondition; \
  void* waiterData; \
  void* waiterLink; \
  struct Pool* pool;

#define mxUseDefaultBuildKeys 1
#define mxUseDefaultDebug 1
#define mxUseDefaultParseScript 1
#define mxUseDefaultQueuePromiseJobs 1
#define mxUseDefaultSharedChunks 1
#define mxTableMinLength (1)

#endif
