/*
 * Who holds the memory: walks from the container over everything that lies in the pool and counts
 * slots and chunk bytes of each object under the path of property names by which it is first
 * reached. Breadth first, so that an object counts where it is nearest to the container.
 */
#include "host.h"

typedef struct {
  txSlot* instance;
  int parent; /* -1: the container itself */
  const char* name;
  int slots, chunkBytes;
} Holder;

static Holder* holders;
static int holderCount, holderRoom;

static int isKnown(const txSlot* instance) {
  for (int i = 0; i < holderCount; i++) {
    if (holders[i].instance == instance) return 1;
  }
  return 0;
}

static void meet(txSlot* instance, int parent, const char* name) {
  if (!instance || romHolds(instance) || isKnown(instance)) return;
  if (holderCount == holderRoom) {
    holderRoom = holderRoom ? holderRoom * 2 : 256;
    holders = realloc(holders, sizeof *holders * (size_t)holderRoom);
  }
  holders[holderCount++] = (Holder){instance, parent, name, 0, 0};
}

static int chunkBytesOf(const void* data) {
  if (!data || romHolds(data)) return 0;
  return ((const txChunk*)((const txByte*)data - sizeof(txChunk)))->size;
}

static void countProperty(txMachine* the, int at, txSlot* property, const char* name);

static void countItems(txMachine* the, int at, txSlot* array) {
  txSlot* item = array->value.array.address;
  holders[at].chunkBytes += chunkBytesOf(item);
  if (!item || romHolds(item)) return;
  for (txSlot* end = item + fxGetIndexSize(the, array); item < end; item++) {
    if (item->kind == XS_REFERENCE_KIND) meet(item->value.reference, at, "[]");
  }
}

static void countPrivate(txMachine* the, int at, txSlot* list) {
  for (txSlot* slot = list->value.private.first; slot; slot = slot->next) {
    holders[at].slots++;
    const char* name = fxGetKeyName(the, slot->ID);
    countProperty(the, at, slot, name ? name : "#");
  }
}

static void countProperty(txMachine* the, int at, txSlot* property, const char* name) {
  switch (property->kind) {
    case XS_REFERENCE_KIND: meet(property->value.reference, at, name); break;
    case XS_ARRAY_BUFFER_KIND:
      holders[at].chunkBytes += chunkBytesOf(property->value.arrayBuffer.address);
      break;
    case XS_ARRAY_KIND: countItems(the, at, property); break;
    case XS_STRING_KIND: holders[at].chunkBytes += chunkBytesOf(property->value.string); break;
    case XS_CODE_KIND:
    case XS_CODE_X_KIND: meet(property->value.code.closures, at, "()"); break;
    case XS_PRIVATE_KIND: countPrivate(the, at, property); break;
    case XS_CLOSURE_KIND:
      if (!property->value.closure || romHolds(property->value.closure)) break;
      holders[at].slots++;
      if (property->value.closure->kind == XS_REFERENCE_KIND)
        meet(property->value.closure->value.reference, at, name);
      break;
    default: break;
  }
}

static void count(txMachine* the, int at) {
  holders[at].slots++;
  for (txSlot* property = holders[at].instance->next; property; property = property->next) {
    if (romHolds(property)) break;
    holders[at].slots++;
    const char* name =
        property->flag & XS_INTERNAL_FLAG ? ".buffer" : fxGetKeyName(the, property->ID);
    countProperty(the, at, property, name ? name : "?");
  }
}

static void printPath(int at) {
  if (holders[at].parent < 0) return;
  printPath(holders[at].parent);
  printf("%s%s", holders[holders[at].parent].parent < 0 ? "" : "/", holders[at].name);
}

void censusPrint(txMachine* the, txSlot* container) {
  fxCollectGarbage(the);
  int slots = 0, chunkBytes = 0;
  meet(container->value.reference, -1, "");
  for (int at = 0; at < holderCount; at++) count(the, at);
  printf("{\"holders\":[");
  for (int at = 0; at < holderCount; at++) {
    printf("%s{\"path\":\"", at ? "," : "");
    printPath(at);
    printf("\",\"slots\":%d,\"chunkBytes\":%d}", holders[at].slots, holders[at].chunkBytes);
    slots += holders[at].slots;
    chunkBytes += holders[at].chunkBytes;
  }
  printf("],\"machineSlots\":%d,\"machineChunkBytes\":%d}\n", the->currentHeapCount - slots,
         the->currentChunksSize - chunkBytes);
}
