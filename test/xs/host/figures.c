/*
 * What a replay costs: peaks of slots, chunks and stack, computrons and garbage of every sample,
 * and at each new day what is alive after a collection, which must not grow. A sample reaches from
 * one start of probe 0 to the next, whole steps. Counts are exact and repeat; nothing is a time.
 */
#include "host.h"
#include "tape.h"

typedef struct {
  uint32_t computrons, floats, slots, chunkBytes;
} Cost;
typedef struct {
  uint32_t boot;
  int day, slots, chunkBytes;
} Live;

int figuresWantLive;
static txMachine* machine;
static Cost *samples, sample, before, worstStep;
static int sampleCount, sampleRoom, isInSample;
static char worstWhere[160];
static uint32_t collections, collectionsBefore, collectionsTotal;
static Live* lives;
static int liveCount, liveDay;
static int peakSlots, peakChunkBytes, peakStack, keyCount;
static uint64_t computronsTotal;
static char written[512];

static Cost costNow(txMachine* the) {
  return (Cost){the->meterIndex, (uint32_t)the->floatingPointOps, (uint32_t)the->currentHeapCount,
                (uint32_t)the->currentChunksSize};
}

void figuresBoot(txMachine* the) {
  machine = the;
  the->meterIndex = 0;
  isInSample = 0;
  liveDay = 0;
  collectionsBefore = the->garbageCollectionCount;
}

void figuresStepBegin(txMachine* the) {
  before = costNow(the);
  collections = the->garbageCollectionCount;
  portsSampleBegan = 0;
}

static void keepSample(void) {
  if (sampleCount == sampleRoom) {
    sampleRoom = sampleRoom ? sampleRoom * 2 : 4096;
    samples = realloc(samples, sizeof *samples * (size_t)sampleRoom);
  }
  samples[sampleCount++] = sample;
}

static void keepLive(txMachine* the) {
  fxCollectGarbage(the);
  lives = realloc(lives, sizeof *lives * (size_t)(liveCount + 1));
  lives[liveCount++] = (Live){tape.boots, liveDay, the->currentHeapCount, the->currentChunksSize};
}

void figuresStepEnd(txMachine* the) {
  Cost after = costNow(the);
  int isCollected = collections != the->garbageCollectionCount;
  Cost step = {after.computrons - before.computrons, after.floats - before.floats,
               isCollected ? 0 : after.slots - before.slots,
               isCollected ? 0 : after.chunkBytes - before.chunkBytes};
  computronsTotal += step.computrons;
  if (step.computrons > worstStep.computrons) {
    worstStep = step;
    snprintf(worstWhere, sizeof worstWhere, "%s", tapeWhere());
  }
  if (portsSampleBegan) {
    if (isInSample) keepSample();
    isInSample = 1;
    sample = (Cost){0};
  }
  sample.computrons += step.computrons;
  sample.floats += step.floats;
  sample.slots += step.slots;
  sample.chunkBytes += step.chunkBytes;
  if (figuresWantLive && tapeDay() != liveDay) {
    liveDay = tapeDay();
    keepLive(the);
  }
}

static void raise(int* peak, int value) {
  if (*peak < value) *peak = value;
}

/* Names the properties of a preloaded object that the clone had to copy, or a variable's name. */
static void noteWritten(txMachine* the, int alias) {
  size_t n = strlen(written);
  const char* separator = n ? "; " : "";
  for (txSlot* heap = the->sharedMachine->firstHeap; heap; heap = heap->next) {
    for (txSlot* slot = heap + 1; slot < heap->value.reference; slot++) {
      if (slot->kind == XS_CLOSURE_KIND && slot->value.closure->ID == alias) {
        const char* name = fxGetKeyName(the, slot->ID);
        snprintf(written + n, sizeof written - n, "%svariable %s", separator, name ? name : "?");
        return;
      }
      if (slot->kind != XS_INSTANCE_KIND || slot->ID != alias) continue;
      n += (size_t)snprintf(written + n, sizeof written - n, "%sobject {", separator);
      for (txSlot* p = slot->next; p && n < sizeof written; p = p->next) {
        const char* name = p->flag & XS_INTERNAL_FLAG ? NULL : fxGetKeyName(the, p->ID);
        if (name) n += (size_t)snprintf(written + n, sizeof written - n, " %s", name);
      }
      if (n < sizeof written) snprintf(written + n, sizeof written - n, " }");
      return;
    }
  }
}

void figuresBootEnd(txMachine* the) {
  raise(&peakSlots, the->peakHeapCount);
  raise(&peakChunkBytes, the->peakChunksSize);
  raise(&peakStack, (int)(the->stackTop - the->stackPeak));
  raise(&keyCount, the->keyIndex - the->keyOffset);
  collectionsTotal += (uint16_t)(the->garbageCollectionCount - collectionsBefore);
  for (int i = 0; i < the->aliasCount; i++) {
    if (the->aliasArray[i] && !written[0]) noteWritten(the, i);
  }
  machine = NULL;
}

static int byComputrons(const void* a, const void* b) {
  uint32_t x = ((const Cost*)a)->computrons, y = ((const Cost*)b)->computrons;
  return x < y ? -1 : x > y;
}

static int bySlots(const void* a, const void* b) {
  uint32_t x = ((const Cost*)a)->slots, y = ((const Cost*)b)->slots;
  return x < y ? -1 : x > y;
}

static void printSamples(void) {
  if (sampleCount == 0) return;
  uint64_t computrons = 0, floats = 0, chunkBytes = 0;
  for (int i = 0; i < sampleCount; i++) {
    computrons += samples[i].computrons;
    floats += samples[i].floats;
    chunkBytes += samples[i].chunkBytes;
  }
  qsort(samples, (size_t)sampleCount, sizeof *samples, byComputrons);
  printf(
      ",\"samples\":%d,\"sampleMedian\":%u,\"sampleMean\":%u,\"sampleP99\":%u,\"sampleWorst\":%u",
      sampleCount, samples[sampleCount / 2].computrons, (uint32_t)(computrons / sampleCount),
      samples[(int64_t)sampleCount * 99 / 100].computrons, samples[sampleCount - 1].computrons);
  printf(",\"sampleFloatMean\":%u,\"sampleChunkBytesMean\":%u", (uint32_t)(floats / sampleCount),
         (uint32_t)(chunkBytes / sampleCount));
  qsort(samples, (size_t)sampleCount, sizeof *samples, bySlots);
  printf(",\"sampleSlotsMedian\":%u,\"sampleSlotsWorst\":%u", samples[sampleCount / 2].slots,
         samples[sampleCount - 1].slots);
}

void figuresPrint(void) {
  if (machine) figuresBootEnd(machine);
  printf(",\"boots\":%u,\"steps\":%u,\"calls\":%u,\"cuts\":%u", tape.boots, tape.steps, tape.calls,
         tape.cuts);
  printf(",\"slotBytes\":%zu,\"peakSlots\":%d,\"peakChunkBytes\":%d,\"peakStack\":%d,\"keys\":%d",
         sizeof(txSlot), peakSlots, peakChunkBytes, peakStack, keyCount);
  printf(",\"collections\":%u,\"computrons\":%llu,\"worstStep\":%u,\"worstStepAt\":\"%s\"",
         collectionsTotal, (unsigned long long)computronsTotal, worstStep.computrons, worstWhere);
  printf(",\"written\":\"%s\"", written);
  printSamples();
  printf(",\"live\":[");
  for (int i = 0; i < liveCount; i++)
    printf("%s{\"boot\":%u,\"day\":%d,\"slots\":%d,\"chunkBytes\":%d}", i ? "," : "", lives[i].boot,
           lives[i].day, lives[i].slots, lives[i].chunkBytes);
  printf("]");
}
