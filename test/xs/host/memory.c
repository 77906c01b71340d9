/*
 * Memory of the two kinds of machine. The root's slots and chunks come from one arena, which
 * becomes read-only when everything is loaded: a write faults, where on the device it would do
 * nothing or crash. A clone has one fixed pool as under the device's `static` creation setting:
 * chunks grow upwards in one block, stack and slots downwards, and when they meet memory is full.
 */
#include <signal.h>
#include <sys/mman.h>
#include "host.h"

#define ROM_BYTES ((size_t)64 << 20)

static unsigned char* romBase;
static unsigned char* romNext;
static int romIsOpen;

static void onFault(int signal, siginfo_t* info, void* context) {
  (void)signal, (void)context;
  if (romHolds(info->si_addr)) hostEnd(END_ROM, "write to ROM", "A preloaded object was written");
  hostEnd(END_CRASH, "crash", "Segmentation fault at %p", info->si_addr);
}

void romBegin(void) {
  romBase = mmap(NULL, ROM_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (romBase == MAP_FAILED) hostEnd(END_ABORT, "abort", "No memory for the read-only arena");
  romNext = romBase;
  romIsOpen = 1;
}

void romProtect(void) {
  struct sigaction action = {.sa_sigaction = onFault, .sa_flags = SA_SIGINFO | SA_NODEFER};
  sigaction(SIGSEGV, &action, NULL);
  mprotect(romBase, ROM_BYTES, PROT_READ);
  romIsOpen = 0;
}

int romHolds(const void* address) {
  return (unsigned char*)address >= romBase && (unsigned char*)address < romBase + ROM_BYTES;
}

static void* romTake(size_t size) {
  unsigned char* taken = romNext;
  size_t rounded = (size + 15) & ~(size_t)15;
  if ((size_t)(romBase + ROM_BYTES - romNext) < rounded) return NULL;
  romNext += rounded;
  return taken;
}

void poolMake(Pool* pool, size_t size) {
  pool->base = malloc(size);
  if (!pool->base) hostEnd(END_ABORT, "abort", "No memory for a pool of %zu bytes", size);
  pool->end = pool->base + size;
  poolReset(pool);
}

void poolReset(Pool* pool) {
  memset(pool->base, 0xA5, (size_t)(pool->end - pool->base));
  pool->low = pool->base;
  pool->high = pool->end;
}

void fxCreateMachinePlatform(txMachine* the) { the->pool = the->context; }

void fxDeleteMachinePlatform(txMachine* the) { (void)the; }

/* Lengthens the one block by what is missing behind its last chunk; the engine then adds `size`. */
static void* growChunks(Pool* pool, txMachine* the, txSize size) {
  txBlock* block = the->firstBlock;
  txSize wanted = size - (txSize)sizeof(txBlock);
  txSize missing = wanted - (txSize)(block->limit - block->current);
  if (pool->high - pool->low < missing) return NULL;
  pool->low += missing;
  block->limit = (txByte*)pool->low - size;
  the->maximumChunksSize += missing - wanted;
  return block->limit;
}

void* fxAllocateChunks(txMachine* the, txSize size) {
  Pool* pool = the->pool;
  if (!pool) return romIsOpen ? romTake((size_t)size) : NULL;
  if (the->firstBlock) return growChunks(pool, the, size);
  if (pool->high - pool->low < size) return NULL;
  pool->low += size;
  return pool->low - size;
}

static txSlot* takeSlots(Pool* pool, size_t size) {
  if ((size_t)(pool->high - pool->low) < size) return NULL;
  return (txSlot*)(pool->high -= size);
}

txSlot* fxAllocateSlots(txMachine* the, txSize count) {
  size_t size = (size_t)count * sizeof(txSlot);
  Pool* pool = the->pool;
  if (!pool) return romIsOpen ? romTake(size) : NULL;
  txSlot* taken = takeSlots(pool, size);
  txBlock* block = the->firstBlock;
  if (taken || !block) return taken;
  /* The end of the chunk block may be free: give it back and try once more. */
  fxCollect(the, XS_COMPACT_FLAG | XS_ORGANIC_FLAG);
  the->maximumChunksSize -= (txSize)(block->limit - block->current);
  pool->low = (unsigned char*)block->current;
  block->limit = block->current;
  return takeSlots(pool, size);
}

void fxFreeChunks(txMachine* the, void* chunks) { (void)the, (void)chunks; }

void fxFreeSlots(txMachine* the, void* slots) { (void)the, (void)slots; }
