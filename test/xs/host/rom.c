/*
 * Makes of the root machine what the device's linker (xsl) makes of preloaded modules: functions,
 * prototypes, built-ins, tables and buffers are frozen, constants stay constants, and what remains
 * writable gets a number under which the clone keeps its own copy (an alias). Chunks in read-only
 * memory never move, so their slots get the kinds that the collector leaves alone.
 */
#include "host.h"

static void freezeInstance(txSlot* instance) {
  instance->flag |= XS_DONT_PATCH_FLAG;
  for (txSlot* property = instance->next; property; property = property->next) {
    if (property->kind != XS_ACCESSOR_KIND) property->flag |= XS_DONT_SET_FLAG;
    property->flag |= XS_DONT_DELETE_FLAG;
  }
}

static int isFunction(const txSlot* internal) {
  if (!internal) return 0;
  txKind kind = internal->kind;
  return kind == XS_CALLBACK_KIND || kind == XS_CALLBACK_X_KIND || kind == XS_CODE_KIND ||
         kind == XS_CODE_X_KIND;
}

static void freezePrototypeOf(const txSlot* function) {
  if (!(function->flag & XS_CAN_CONSTRUCT_FLAG)) return;
  for (txSlot* property = function->next; property; property = property->next) {
    if (property->ID == mxID(_prototype) && property->kind == XS_REFERENCE_KIND)
      freezeInstance(property->value.reference);
  }
}

/* Instances of these kinds cannot be aliased, so the linker freezes them. */
static int isFixedKind(txKind kind) {
  switch (kind) {
    case XS_MAP_KIND:
    case XS_SET_KIND:
    case XS_WEAK_MAP_KIND:
    case XS_WEAK_SET_KIND:
    case XS_WEAK_REF_KIND:
    case XS_ARRAY_BUFFER_KIND:
    case XS_DATA_VIEW_KIND:
    case XS_TYPED_ARRAY_KIND:
    case XS_PROXY_KIND:
    case XS_REGEXP_KIND: return 1;
    default: return 0;
  }
}

static void freezeByKind(txSlot* slot) {
  txSlot* internal = slot->next;
  if (!internal || !(internal->flag & XS_INTERNAL_FLAG)) return;
  if (isFunction(internal)) {
    freezeInstance(slot);
    freezePrototypeOf(slot);
  } else if (internal->ID == XS_ENVIRONMENT_BEHAVIOR || isFixedKind(internal->kind)) {
    freezeInstance(slot);
  }
}

/* A closure that holds a function is never assigned again. */
static void fixClosure(txSlot* slot) {
  txSlot* variable = slot->value.closure;
  if (variable && variable->kind == XS_REFERENCE_KIND &&
      isFunction(variable->value.reference->next))
    variable->flag |= XS_DONT_SET_FLAG;
}

/* Internal and private properties of a frozen instance. */
static void petrify(txSlot* instance) {
  txSlot* property = instance->next;
  for (; property && (property->flag & XS_INTERNAL_FLAG); property = property->next) {
    switch (property->kind) {
      case XS_ARRAY_BUFFER_KIND:
      case XS_DATE_KIND:
      case XS_MAP_KIND:
      case XS_REGEXP_KIND:
      case XS_SET_KIND:
      case XS_WEAK_MAP_KIND:
      case XS_WEAK_SET_KIND: property->flag |= XS_DONT_SET_FLAG; break;
      case XS_PRIVATE_KIND:
        for (txSlot* slot = property->value.private.first; slot; slot = slot->next) {
          if (slot->kind != XS_ACCESSOR_KIND) slot->flag |= XS_DONT_SET_FLAG;
          slot->flag |= XS_DONT_DELETE_FLAG;
        }
        break;
      default: break;
    }
  }
}

static void settleChunk(txSlot* slot) {
  switch (slot->kind) {
    case XS_BIGINT_KIND: slot->kind = XS_BIGINT_X_KIND; break;
    case XS_CALLBACK_KIND: slot->kind = XS_CALLBACK_X_KIND; break;
    case XS_CODE_KIND: slot->kind = XS_CODE_X_KIND; break;
    case XS_KEY_KIND: slot->kind = XS_KEY_X_KIND; break;
    case XS_STRING_KIND: slot->kind = XS_STRING_X_KIND; break;
    case XS_REGEXP_KIND: slot->value.regexp.data = C_NULL; break;
    default: break;
  }
}

static void settleItems(txMachine* the, txSlot* array) {
  txSlot* item = array->value.array.address;
  if (!item) return;
  for (txSlot* end = item + fxGetIndexSize(the, array); item < end; item++) settleChunk(item);
}

/* The global's lookup cache is a chunk that moves; the linker leaves an ordinary object. */
static void dropGlobalCache(txMachine* the) {
  txSlot* global = mxGlobal.value.reference;
  if (!global->next || global->next->kind != XS_GLOBAL_KIND) return;
  global->flag &= ~XS_EXOTIC_FLAG;
  global->next = global->next->next;
}

static void freezeBuiltIns(txMachine* the) {
  for (int i = mxGlobalStackIndex + 1; &the->stackPrototypes[-1 - i] >= the->stack; i++) {
    txSlot* slot = &the->stackPrototypes[-1 - i];
    int isState = i == mxProgramStackIndex || i == mxHostsStackIndex || i == mxExceptionStackIndex;
    if (slot->kind == XS_REFERENCE_KIND && !isState) freezeInstance(slot->value.reference);
  }
}

#define forEachSlot(the, slot)                                   \
  for (txSlot* heap = (the)->firstHeap; heap; heap = heap->next) \
    for (txSlot* slot = heap + 1; slot < heap->value.reference; slot++)

void romFreeze(txMachine* the) {
  dropGlobalCache(the);
  freezeBuiltIns(the);
  forEachSlot(the, slot) {
    if (slot->kind == XS_INSTANCE_KIND) freezeByKind(slot);
    if (slot->kind == XS_CLOSURE_KIND) fixClosure(slot);
  }
  fxShareMachine(the); /* collects garbage, then numbers what may be aliased */
  forEachSlot(the, slot) {
    if (slot->kind == XS_ARRAY_KIND) settleItems(the, slot);
    int isFrozen = slot->kind == XS_INSTANCE_KIND && (slot->flag & XS_DONT_PATCH_FLAG);
    if (isFrozen && slot->ID == XS_NO_ID) petrify(slot);
    settleChunk(slot);
  }
  for (txSlot* slot = the->stack; slot < the->stackTop; slot++) settleChunk(slot);
}
