/*
 * Plays one tape to the firmware on XS, or measures the firmware's byte code.
 *
 *   host [options] PROGRAM TAPE     prints one line of JSON; the exit code says how it ended
 *   host --sizes PROGRAM            byte-code size of every module
 *
 *   --pool BYTES    the static pool of the machine that runs the firmware
 *   --stack SLOTS   its stack
 *   --slots N --more-slots N --chunks BYTES --more-chunks BYTES   at first, and how they grow
 *   --live          collect at each new day and note what is alive
 *   --profile       count computrons by function
 *   --census BOOT   at the end of that boot, first say who holds the memory
 */
#include <setjmp.h>
#include <stdarg.h>
#include "host.h"
#include "tape.h"

jmp_buf powerCut;
static int isPlaying, censusBoot, wantSizes;
static int poolBytes = 48 * 1024;
static txCreation budget = {
    .initialChunkSize = 1536,
    .incrementalChunkSize = 512,
    .initialHeapCount = 128,
    .incrementalHeapCount = 16,
    .stackCount = 256,
    .initialKeyCount = 32,
    .incrementalKeyCount = 32,
};

void hostEnd(int code, const char* kind, const char* format, ...) {
  char message[1200];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  printf("{\"end\":\"%s\",\"message\":\"", kind);
  for (const char* p = message; *p; p++) {
    if (*p == '"' || *p == '\\') putchar('\\');
    putchar(*p == '\n' ? ' ' : *p);
  }
  printf("\"");
  if (isPlaying) {
    isPlaying = 0; /* should counting itself fail, do not count again */
    printf(",\"at\":\"%s\",\"trace\":\"%s\"", tapeWhere(),
           code == END_EXCEPTION ? traceOfError()
           : code == END_CRASH   ? ""
                                 : traceNow());
    if (code != END_ROM && code != END_CRASH) figuresPrint();
  }
  printf("}\n");
  fflush(stdout);
  _exit(code);
}

void fxAbort(txMachine* the, int status) {
  (void)the;
  switch (status) {
    case XS_NOT_ENOUGH_MEMORY_EXIT:
      hostEnd(END_MEMORY, "memory full", "The pool of %d bytes is full", poolBytes);
    case XS_STACK_OVERFLOW_EXIT:
      hostEnd(END_STACK, "stack overflow", "The stack of %d slots is full", budget.stackCount);
    case XS_NO_MORE_KEYS_EXIT: hostEnd(END_ABORT, "abort", "No key is left for a new name");
    default: hostEnd(END_ABORT, "abort", "XS gave up with status %d", status);
  }
}

/* Runs `work` where exceptions are caught; one ends the process. */
static void guarded(txMachine* the, int code, void (*work)(txMachine*)) {
  fxBeginHost(the);
  mxTry(the) { work(the); }
  mxCatch(the) {
    hostEnd(code, code == END_PROGRAM ? "program" : "exception", "%s",
            fxToString(the, &mxException));
  }
  fxEndHost(the);
}

/* ---- the root machine ---- */

static int romSlotsBare, romChunkBytesBare;

static void measureBare(txMachine* the) {
  fxCollectGarbage(the);
  romSlotsBare = the->currentHeapCount;
  romChunkBytesBare = the->currentChunksSize;
}

static void load(txMachine* the) {
  portsInstall(the);
  mxPushStringC("main");
  fxAwaitImport(the, 0);
  mxPop();
}

static txMachine* makeRoot(void) {
  txCreation creation = {
      .initialChunkSize = 4 << 20,
      .incrementalChunkSize = 1 << 20,
      .initialHeapCount = 65536,
      .incrementalHeapCount = 32768,
      .stackCount = 4096,
      .initialKeyCount = 8192,
      .incrementalKeyCount = 4096,
      .nameModulo = 1993,
      .symbolModulo = 127,
      .parserBufferSize = 8 << 20,
      .parserTableModulo = 1993,
  };
  romBegin();
  txMachine* root = fxCreateMachine(&creation, "rom", NULL, XS_NO_ID);
  if (!root) hostEnd(END_ABORT, "abort", "The root machine cannot be made");
  return root;
}

static void compileModules(txMachine* the) {
  printf("{\"end\":\"same\",\"modules\":{");
  for (int i = 0; i < program.moduleCount; i++) {
    Module* module = &program.modules[i];
    txStringCStream stream = {module->source, 0, module->size};
    txScript* script = fxParseScript(the, &stream, fxStringCGetter, 0);
    if (!script) mxSyntaxError("%s cannot be compiled", module->path);
    printf("%s\"%s\":%d", i ? "," : "", module->path, script->codeSize);
  }
  printf("}}\n");
}

/* ---- the machine under test ---- */

static int32_t stepResult(txMachine* the) {
  txSlot* slot = the->stack;
  if (slot->kind == XS_INTEGER_KIND) return slot->value.integer;
  if (slot->kind == XS_NUMBER_KIND && slot->value.number == (int32_t)slot->value.number)
    return (int32_t)slot->value.number;
  tapeDiffers("a step returned no int32");
}

static void runBoot(txMachine* the) {
  txID stepID = fxNewNameC(the, "step");
  mxPushUndefined();
  mxPush(mxGlobal);
  fxGetID(the, fxNewNameC(the, "createContainer"));
  mxCall();
  mxPush(mxGlobal);
  fxGetID(the, fxNewNameC(the, "ports"));
  mxPush(mxGlobal);
  fxGetID(the, fxNewNameC(the, "limits"));
  mxRunCount(2);
  txSlot* container = the->stack;
  while (tapeStepFollows()) {
    figuresStepBegin(the);
    profileStepBegin(the);
    mxPushSlot(container);
    mxPushSlot(container);
    fxGetID(the, stepID);
    mxCall();
    mxRunCount(0);
    int32_t sleepMs = stepResult(the);
    mxPop();
    tapeEndStep(sleepMs);
    figuresStepEnd(the);
    profileStepEnd(the);
  }
  if (tape.boots == (uint32_t)censusBoot) censusPrint(the, container);
  mxPop();
}

static void play(txMachine* root) {
  Pool pool;
  poolMake(&pool, (size_t)poolBytes);
  isPlaying = 1;
  while (tapeTakeBoot()) {
    poolReset(&pool);
    txMachine* volatile the = fxCloneMachine(&budget, root, "ram", &pool);
    if (!the) hostEnd(END_MEMORY, "memory full", "The pool of %d bytes is too small", poolBytes);
    traceMachine = the;
    figuresBoot(the);
    if (setjmp(powerCut) == 0) guarded(the, END_EXCEPTION, runBoot);
    traceMachine = NULL;
    figuresBootEnd(the);
    fxDeleteMachine(the);
  }
}

static int romSlots, romChunkBytes;

static void prepare(txMachine* root) {
  guarded(root, END_PROGRAM, measureBare);
  guarded(root, END_PROGRAM, load);
  romFreeze(root);
  romSlots = root->currentHeapCount - romSlotsBare;
  romChunkBytes = root->currentChunksSize - romChunkBytesBare;
  budget.nameModulo = root->nameModulo; /* the clone copies the root's tables */
  budget.symbolModulo = root->symbolModulo;
  romProtect();
}

static int* numberNamed(const char* name) {
  if (strcmp(name, "pool") == 0) return &poolBytes;
  if (strcmp(name, "stack") == 0) return &budget.stackCount;
  if (strcmp(name, "slots") == 0) return &budget.initialHeapCount;
  if (strcmp(name, "more-slots") == 0) return &budget.incrementalHeapCount;
  if (strcmp(name, "chunks") == 0) return &budget.initialChunkSize;
  if (strcmp(name, "more-chunks") == 0) return &budget.incrementalChunkSize;
  return strcmp(name, "census") == 0 ? &censusBoot : NULL;
}

static int* flagNamed(const char* name) {
  if (strcmp(name, "live") == 0) return &figuresWantLive;
  if (strcmp(name, "profile") == 0) return &profileWanted;
  return strcmp(name, "sizes") == 0 ? &wantSizes : NULL;
}

/* Takes the options; where the other words begin. */
static int takeOptions(int count, char** words) {
  int at = 1;
  for (; at < count && strncmp(words[at], "--", 2) == 0; at++) {
    const char* name = words[at] + 2;
    int *number = numberNamed(name), *flag = flagNamed(name);
    if (flag)
      *flag = 1;
    else if (!number)
      hostEnd(END_USAGE, "usage", "There is no option '%s'", name);
    else if (at + 1 >= count)
      hostEnd(END_USAGE, "usage", "Option '%s' lacks its number", name);
    else
      *number = atoi(words[++at]);
  }
  return at;
}

int main(int count, char** words) {
  int at = takeOptions(count, words);
  if (count - at != (wantSizes ? 1 : 2)) hostEnd(END_USAGE, "usage", "host [options] PROGRAM TAPE");
  programRead(words[at]);
  if (!wantSizes) tapeOpen(words[at + 1]);
  fxInitializeSharedCluster();
  txMachine* root = makeRoot();
  if (wantSizes) {
    guarded(root, END_PROGRAM, compileModules);
    return END_SAME;
  }
  prepare(root);
  play(root);
  if (profileWanted) profilePrint(root);
  printf("{\"end\":\"same\"");
  figuresPrint();
  printf(",\"romSlots\":%d,\"romChunkBytes\":%d,\"aliases\":%d}\n", romSlots, romChunkBytes,
         root->aliasCount);
  return END_SAME;
}
