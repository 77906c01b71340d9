/*
 * What the ESP32 has and the SDK does not hand on. Called from silicon.js; every buffer that comes
 * in is checked for its length here, since a wrong one would write over memory.
 *
 * Randomness. The generator of the ESP32 is true while a radio is on; without one, ESP-IDF's
 * bootloader_random_enable() feeds it from the noise of the analog converter. That uses the
 * converter itself, so nobody else may be measuring: drivers/battery-sense.ts opens it only while
 * it does. With the Bluetooth controller on, it is the source, and the call is not allowed.
 *
 * Retained memory. RTC_NOINIT keeps its content over every reset but a loss of power, and through
 * deep sleep. It is taken from the 8 kB of RTC memory (ESP32, C3, S3) or the 16 kB of the C6.
 *
 * Watchdog. A user of the task watchdog besides the SDK's own, which is fed by its message loop.
 * The time limit is the build's (CONFIG_ESP_TASK_WDT_TIMEOUT_S); the panic that follows must be on
 * (CONFIG_ESP_TASK_WDT_PANIC), or nothing happens but a line on the console.
 */
#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include "sdkconfig.h"
#include "bootloader_random.h"
#include "esp_attr.h"
#include "esp_random.h"
#include "esp_system.h"
#include "esp_task_wdt.h"
#if CONFIG_BT_ENABLED
#include "esp_bt.h"
#endif

/* Hot state of the container (at most 6 kB) with its head, and the epitaph with its own: board.ts. */
#define RETAINED_BYTES 6240

static RTC_NOINIT_ATTR uint8_t gRetained[RETAINED_BYTES];

static int isRadioOn(void)
{
#if CONFIG_BT_ENABLED
	return ESP_BT_CONTROLLER_STATUS_ENABLED == esp_bt_controller_get_status();
#else
	return 0;
#endif
}

/* The first `length` bytes of a buffer argument, or a RangeError. */
static uint8_t *bufferOf(xsMachine *the, xsSlot *slot, xsIntegerValue length, int isWritten)
{
	void *data;
	xsUnsignedValue size;

	if (isWritten)
		xsmcGetBufferWritable(*slot, &data, &size);
	else
		xsmcGetBufferReadable(*slot, &data, &size);
	if ((length < 0) || ((xsUnsignedValue)length > size))
		xsRangeError("length outside buffer");
	return data;
}

static uint8_t *retainedAt(xsMachine *the, xsIntegerValue offset, xsIntegerValue length)
{
	if ((offset < 0) || (length < 0) || (offset > RETAINED_BYTES) || (length > RETAINED_BYTES - offset))
		xsRangeError("outside retained memory");
	return gRetained + offset;
}

void xs_silicon_fillRandom(xsMachine *the)
{
	xsIntegerValue length = xsmcToInteger(xsArg(1));
	uint8_t *bytes = bufferOf(the, &xsArg(0), length, 1);
	int needsSource = !isRadioOn();

	if (needsSource)
		bootloader_random_enable();
	esp_fill_random(bytes, length);
	if (needsSource)
		bootloader_random_disable();
}

void xs_silicon_retainedSize(xsMachine *the)
{
	xsmcSetInteger(xsResult, RETAINED_BYTES);
}

void xs_silicon_readRetained(xsMachine *the)
{
	xsIntegerValue length = xsmcToInteger(xsArg(2));
	uint8_t *from = retainedAt(the, xsmcToInteger(xsArg(0)), length);

	c_memmove(bufferOf(the, &xsArg(1), length, 1), from, length);
}

void xs_silicon_writeRetained(xsMachine *the)
{
	xsIntegerValue length = xsmcToInteger(xsArg(2));
	uint8_t *to = retainedAt(the, xsmcToInteger(xsArg(0)), length);

	c_memmove(to, bufferOf(the, &xsArg(1), length, 0), length);
}

#if CONFIG_ESP_TASK_WDT_EN
static esp_task_wdt_user_handle_t gContainer;
#endif

void xs_silicon_startWatchdog(xsMachine *the)
{
#if CONFIG_ESP_TASK_WDT_EN
	if (!gContainer && (ESP_OK != esp_task_wdt_add_user("container", &gContainer)))
		xsUnknownError("no watchdog");
#endif
}

void xs_silicon_feedWatchdog(xsMachine *the)
{
	xsmcSetFalse(xsResult);
#if CONFIG_ESP_TASK_WDT_EN
	if (gContainer && (ESP_OK == esp_task_wdt_reset_user(gContainer)))
		xsmcSetTrue(xsResult);
#endif
}

void xs_silicon_resetReason(xsMachine *the)
{
	xsmcSetInteger(xsResult, esp_reset_reason());
}

void xs_silicon_restart(xsMachine *the)
{
	esp_restart();
}
