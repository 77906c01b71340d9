/*
 * The functions behind the Ports object. Each knows its byte in the port table; a call is compared
 * with the tape argument by argument and byte by byte, and answered from it. They and the limits
 * stand in read-only memory, so that the pool holds nothing but the firmware.
 */
#include <setjmp.h>
#include "host.h"
#include "tape.h"

/* A function keeps its byte where a profiler would look for its number; 0 there means none. */
#define FIRST_FUNCTION_ID 1

int portsSampleBegan;
extern jmp_buf powerCut;

extern txInteger _xsmcGetBuffer(txMachine* the, txSlot* slot, void** data, txUnsigned* count,
                                txBoolean writable);

static int32_t intArgument(txMachine* the, const Call* call, int at, int position) {
  txSlot* slot = mxArgv(position);
  if (slot->kind == XS_INTEGER_KIND) return slot->value.integer;
  if (slot->kind == XS_NUMBER_KIND && slot->value.number == (int32_t)slot->value.number)
    return (int32_t)slot->value.number;
  if (slot->kind == XS_NUMBER_KIND)
    tapeDiffers("argument %s of %s: expected an int32, got %g", call->ints[at], call->name,
                slot->value.number);
  tapeDiffers("argument %s of %s: expected an int32, got %s", call->ints[at], call->name,
              slot->kind == XS_UNDEFINED_KIND ? "undefined" : "no number");
}

static uint8_t* bufferArgument(txMachine* the, const Call* call, txUnsigned* size) {
  void* data;
  txSlot* slot = mxArgv(call->bufferAt);
  if (slot->kind != XS_REFERENCE_KIND || !slot->value.reference->next ||
      slot->value.reference->next->kind != XS_TYPED_ARRAY_KIND)
    tapeDiffers("buffer of %s: expected a Uint8Array, got none", call->name);
  _xsmcGetBuffer(the, slot, &data, size, call->direction == 'o');
  return data;
}

static void compareGiven(txMachine* the, int op, const int32_t* ints) {
  const Call* call = &program.calls[op];
  txUnsigned size;
  uint8_t* data = bufferArgument(the, call, &size);
  int64_t from = call->fromAt < 0 ? 0 : ints[call->fromAt];
  int64_t length = call->lengthAt < 0 ? call->lengthFixed : ints[call->lengthAt];
  if (from < 0 || length < 0 || from + length > size)
    tapeDiffers("buffer of %s: %d bytes are asked for from byte %d, it has %u", call->name,
                (int)length, (int)from, size);
  tapeCompareBytes(op, data + from, (size_t)length);
}

static void callPort(txMachine* the) {
  int op = mxFunctionInstanceHome(mxFunction->value.reference)->ID - FIRST_FUNCTION_ID;
  const Call* call = &program.calls[op];
  int32_t ints[CALL_INTS_MAX];
  int isCut = tapeBeginCall(op);
  int count = call->intCount + (call->direction != 'n');
  if (mxArgc != count)
    tapeDiffers("arguments of %s: expected %d, got %d", call->name, count, mxArgc);
  for (int i = 0; i < call->intCount; i++) {
    int position = call->direction != 'n' && i >= call->bufferAt ? i + 1 : i;
    ints[i] = intArgument(the, call, i, position);
    tapeCompareInt(op, i, ints[i]);
  }
  if (call->direction == 'i') compareGiven(the, op, ints);
  if (isCut) longjmp(powerCut, 1);
  int32_t answer = tapeAnswer();
  if (call->direction == 'o') {
    txUnsigned size;
    uint8_t* data = bufferArgument(the, call, &size);
    tapeGiveOut(op, data, size);
  }
  if (op == programCallNamed("probes.start") && ints[0] == 0) portsSampleBegan = 1;
  mxResult->kind = XS_INTEGER_KIND;
  mxResult->value.integer = answer;
}

/* hostCall(byte): the function of that row of the port table. */
static void makeCall(txMachine* the) {
  int op = mxArgc > 0 ? mxArgv(0)->value.integer : -1;
  if (op < 0 || op >= CALL_COUNT || !program.calls[op].name[0])
    mxRangeError("the port table has no byte %d", op);
  const Call* call = &program.calls[op];
  fxNewHostFunction(the, callPort, call->intCount + (call->direction != 'n'), XS_NO_ID,
                    op + FIRST_FUNCTION_ID);
  mxPullSlot(mxResult);
}

/* hostLimit(at, bytes): an integer of the tape's header. */
static void readLimit(txMachine* the) {
  mxResult->kind = XS_INTEGER_KIND;
  mxResult->value.integer = tapeHeader(mxArgv(0)->value.integer, mxArgv(1)->value.integer);
}

static void setGlobal(txMachine* the, const char* name, txCallback callback, int argumentCount) {
  mxPush(mxGlobal);
  fxNewHostFunction(the, callback, argumentCount, XS_NO_ID, XS_NO_ID);
  mxPush(mxGlobal);
  fxSetID(the, fxNewNameC(the, (txString)name));
  mxPop();
  mxPop();
}

void portsInstall(txMachine* the) {
  setGlobal(the, "hostCall", makeCall, 1);
  setGlobal(the, "hostLimit", readLimit, 2);
}
