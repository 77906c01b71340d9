/*
 * Where the computrons go. XS calls back at every function entry and backward branch; what was
 * spent since the last time is put down to the function that was running then, and to those that
 * had called it. Steps only: what createContainer costs is not counted.
 */
#include "host.h"

#define LINE_COUNT_MAX 2048
#define DEPTH_MAX 40

typedef struct {
  txSlot* function;
  uint64_t self, total;
  uint32_t lastMark;
} Line;

int profileWanted;
static Line lines[LINE_COUNT_MAX];
static int lineCount, depth, running[DEPTH_MAX];
static uint32_t spentAt, mark;

static int lineOf(txSlot* function) {
  for (int i = 0; i < lineCount; i++) {
    if (lines[i].function == function) return i;
  }
  if (lineCount == LINE_COUNT_MAX) return LINE_COUNT_MAX - 1;
  lines[lineCount].function = function;
  return lineCount++;
}

static void putDown(uint32_t spent) {
  mark++;
  if (depth > 0) lines[running[0]].self += spent;
  for (int i = 0; i < depth; i++) {
    Line* line = &lines[running[i]];
    if (line->lastMark != mark) line->total += spent; /* once, however often it is on the stack */
    line->lastMark = mark;
  }
}

static txBoolean onMeter(txMachine* the, txU4 index) {
  putDown(index - spentAt);
  spentAt = index;
  depth = 0;
  for (txSlot* frame = the->frame; frame && depth < DEPTH_MAX; frame = frame->next) {
    txSlot* slot = frame + 3;
    if (slot->kind != XS_REFERENCE_KIND || !slot->value.reference->next) continue;
    txKind kind = slot->value.reference->next->kind;
    if (kind == XS_CODE_KIND || kind == XS_CODE_X_KIND)
      running[depth++] = lineOf(slot->value.reference);
  }
  return 1;
}

void profileStepBegin(txMachine* the) {
  if (!profileWanted) return;
  depth = 0;
  fxBeginMetering(the, onMeter, 1);
  spentAt = 0;
}

void profileStepEnd(txMachine* the) {
  if (!profileWanted) return;
  putDown(the->meterIndex - spentAt);
  fxEndMetering(the);
}

void profilePrint(txMachine* the) {
  printf("{\"lines\":[");
  for (int i = 0; i < lineCount; i++)
    printf("%s{\"name\":\"%s\",\"self\":%llu,\"total\":%llu}", i ? "," : "",
           traceName(the, lines[i].function), (unsigned long long)lines[i].self,
           (unsigned long long)lines[i].total);
  printf("]}\n");
}
