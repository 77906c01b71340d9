/**
 * The SDK's modules that npm's typings (@moddable/typings 5.6.0) lack or describe otherwise than
 * the ESP32 has them, as SDK 8.2.3 has them and as far as the boards use them. `timer` and `time`
 * are right there and are taken from them. What each class really does stands with its driver.
 */
/* eslint-disable @typescript-eslint/consistent-type-imports -- ambient modules import no path */
declare module 'embedded:io/analog' {
  const Analog: import('./drivers/battery-sense.js').AnalogClass;
  export default Analog;
}

declare module 'embedded:io/digital' {
  const Digital: import('./drivers/lines.js').DigitalClass;
  export default Digital;
}

declare module 'embedded:io/i2c' {
  const I2C: import('./drivers/i2c-device.js').I2cClass;
  export default I2C;
}

declare module 'embedded:io/serial' {
  const Serial: import('./drivers/dock-contact.js').SerialClass;
  export default Serial;
}

declare module 'embedded:storage/flash' {
  const flashStorage: import('./drivers/flash-partition.js').FlashStorage;
  export default flashStorage;
}

declare module 'embedded:storage/key-value' {
  const keyValueStorage: import('./key-value.js').KeyValueStorage;
  export default keyValueStorage;
}
