/*
 * Reads the program file that the driver writes: the port table and the source of every module.
 *
 *   program 1
 *   call BYTE NAME n|i|o BUFFER-AT LENGTH-AT FROM-AT FIXED-LENGTH INT-NAMES...
 *   module PATH SIZE
 *   (SIZE bytes)
 *
 * Modules import each other by relative paths that end in `.js`, as on the device.
 */
#include "host.h"

Program program;

static char* readWhole(const char* path) {
  FILE* file = fopen(path, "rb");
  if (!file) hostEnd(END_PROGRAM, "program", "Program '%s' cannot be opened", path);
  fseek(file, 0, SEEK_END);
  size_t size = (size_t)ftell(file);
  rewind(file);
  char* text = malloc(size + 1);
  if (!text || fread(text, 1, size, file) != size)
    hostEnd(END_PROGRAM, "program", "Program '%s' cannot be read", path);
  text[size] = 0;
  fclose(file);
  return text;
}

static void readCall(const char* line) {
  Call call = {0};
  int op, taken, more;
  if (sscanf(line, "call %d %39s %c %d %d %d %d%n", &op, call.name, &call.direction, &call.bufferAt,
             &call.lengthAt, &call.fromAt, &call.lengthFixed, &taken) != 7)
    hostEnd(END_PROGRAM, "program", "Program malformed: '%s'", line);
  line += taken;
  while (call.intCount < CALL_INTS_MAX &&
         sscanf(line, " %23s%n", call.ints[call.intCount], &more) == 1) {
    line += more;
    call.intCount++;
  }
  if (op < 0 || op >= CALL_COUNT) hostEnd(END_PROGRAM, "program", "No call has byte %d", op);
  program.calls[op] = call;
}

static char* readModule(const char* line, char* body) {
  Module module = {0};
  if (sscanf(line, "module %79s %d", module.path, &module.size) != 2)
    hostEnd(END_PROGRAM, "program", "Program malformed: '%s'", line);
  module.source = body;
  program.modules = realloc(program.modules, sizeof module * (size_t)(program.moduleCount + 1));
  program.modules[program.moduleCount++] = module;
  return body + module.size;
}

void programRead(const char* path) {
  char* text = readWhole(path);
  int isFirst = 1;
  while (*text) {
    char* end = strchr(text, '\n');
    if (!end) hostEnd(END_PROGRAM, "program", "Program malformed: its last line has no end");
    *end = 0;
    if (isFirst && strcmp(text, "program 1") != 0)
      hostEnd(END_PROGRAM, "program", "'%s' is no program of version 1", path);
    if (strncmp(text, "call ", 5) == 0) readCall(text);
    text = strncmp(text, "module ", 7) == 0 ? readModule(text, end + 1) : end + 1;
    isFirst = 0;
  }
}

int programCallNamed(const char* name) {
  for (int op = 0; op < CALL_COUNT; op++) {
    if (strcmp(program.calls[op].name, name) == 0) return op;
  }
  return -1;
}

static Module* moduleAt(const char* path) {
  for (int i = 0; i < program.moduleCount; i++) {
    if (strcmp(program.modules[i].path, path) == 0) return &program.modules[i];
  }
  return NULL;
}

/* "../core/bytes.js" seen from "app/container" is "core/bytes". */
static void resolve(char* path, size_t room, const char* from, const char* specifier) {
  const char* slash = from ? strrchr(from, '/') : NULL;
  int length = slash ? (int)(slash - from) : 0;
  while (strncmp(specifier, "./", 2) == 0 || strncmp(specifier, "../", 3) == 0) {
    if (specifier[1] == '.') {
      while (length > 0 && from[length - 1] != '/') length--;
      if (length > 0) length--;
      specifier++;
    }
    specifier += 2;
  }
  snprintf(path, room, "%.*s%s%s", length, length ? from : "", length ? "/" : "", specifier);
  char* extension = strrchr(path, '.');
  if (extension && strcmp(extension, ".js") == 0) *extension = 0;
}

txID fxFindModule(txMachine* the, txSlot* realm, txID from, txSlot* specifier) {
  (void)realm;
  char name[80], path[160];
  fxToStringBuffer(the, specifier, name, sizeof name);
  resolve(path, sizeof path, from == XS_NO_ID ? NULL : fxGetKeyName(the, from), name);
  return moduleAt(path) ? fxNewNameC(the, path) : XS_NO_ID;
}

void fxLoadModule(txMachine* the, txSlot* module, txID id) {
  Module* found = moduleAt(fxGetKeyName(the, id));
  if (!found) return;
  txStringCStream stream = {found->source, 0, found->size};
  txScript* script = fxParseScript(the, &stream, fxStringCGetter, 0);
  fxResolveModule(the, module, id, script, C_NULL, C_NULL);
}
