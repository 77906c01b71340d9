/**
 * What the ESP32 has and the SDK does not hand on: true randomness, memory that outlives a restart,
 * a watchdog of our own, the reset reason. The functions are silicon.c; `native` is known to the
 * SDK's compiler alone, which makes of each function here the C function itself. Types stand in
 * silicon.d.ts.
 */
/* global native -- resolved by xsc */

function fillRandom(into, length) {
  return native('xs_silicon_fillRandom').call(this, into, length);
}

function retainedSize() {
  return native('xs_silicon_retainedSize').call(this);
}

function readRetained(offset, into, length) {
  return native('xs_silicon_readRetained').call(this, offset, into, length);
}

function writeRetained(offset, bytes, length) {
  return native('xs_silicon_writeRetained').call(this, offset, bytes, length);
}

function startWatchdog() {
  return native('xs_silicon_startWatchdog').call(this);
}

function feedWatchdog() {
  return native('xs_silicon_feedWatchdog').call(this);
}

function resetReason() {
  return native('xs_silicon_resetReason').call(this);
}

function restart() {
  return native('xs_silicon_restart').call(this);
}

export default Object.freeze({
  fillRandom,
  get retainedBytes() {
    return retainedSize();
  },
  readRetained,
  writeRetained,
  startWatchdog,
  feedWatchdog,
  resetReason,
  restart,
});
