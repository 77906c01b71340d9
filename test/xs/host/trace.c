/*
 * Which functions were running, innermost first: "Journal.append < Ledger.store < App.step". XS
 * leaves the name of a stripped function in its code slot, and a method's class in its home object.
 */
#include "host.h"

#define TRACE_BYTES 800

txMachine* traceMachine;
static char errorTrace[TRACE_BYTES];

static const char* functionName(txMachine* the, txSlot* function) {
  const char* name = fxGetKeyName(the, mxFunctionInstanceCode(function)->ID);
  return name && *name ? name : "#private";
}

static const char* className(txMachine* the, txSlot* function) {
  txSlot* home = mxFunctionInstanceHome(function);
  if (!home || home->kind != XS_HOME_KIND || !home->value.home.object) return NULL;
  for (txSlot* property = home->value.home.object->next; property; property = property->next) {
    if (property->ID == mxID(_constructor) && property->kind == XS_REFERENCE_KIND)
      return functionName(the, property->value.reference);
  }
  return NULL;
}

const char* traceName(txMachine* the, txSlot* function) {
  static char text[80];
  const char* class = className(the, function);
  snprintf(text, sizeof text, "%.35s%s%.40s", class ? class : "", class ? "." : "",
           functionName(the, function));
  return text;
}

static void writeTrace(txMachine* the, txSlot* frame, char* text) {
  size_t n = 0;
  text[0] = 0;
  for (; frame && n < TRACE_BYTES - 80; frame = frame->next) {
    txSlot* slot = frame + 3;
    if (slot->kind != XS_REFERENCE_KIND || !slot->value.reference->next) continue;
    txKind kind = slot->value.reference->next->kind;
    if (kind != XS_CODE_KIND && kind != XS_CODE_X_KIND) continue;
    n += (size_t)snprintf(text + n, TRACE_BYTES - n, "%s%s", n ? " < " : "",
                          traceName(the, slot->value.reference));
  }
}

const char* traceNow(void) {
  static char text[TRACE_BYTES];
  text[0] = 0;
  if (traceMachine) writeTrace(traceMachine, traceMachine->frame, text);
  return text;
}

const char* traceOfError(void) { return errorTrace; }

/* XS calls this when it makes an Error; the pool keeps nothing of it. */
void hostNoteError(txMachine* the, txSlot* error, txSlot* frame) {
  (void)error;
  writeTrace(the, frame, errorTrace);
}
