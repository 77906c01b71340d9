/**
 * The report in a real browser: no error, a figure that is drawn and can be zoomed, tables that
 * stand without scripts, no request to anywhere, no sideways scrolling on a phone. Skipped,
 * visibly, where Chromium is not installed.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core';
import { buildReportData } from '../../../host-sim/web/report-data.js';
import { renderReport } from '../../../host-sim/web/report.js';
import { reportFixture } from './report-fixture.js';
import { thinnedFixture } from './thinned-fixture.js';

const CHROMIUM = process.env['PLASMAVAKT_CHROMIUM'] ?? '/usr/bin/chromium';
const hasChromium = existsSync(CHROMIUM);
const itInBrowser = (title: string, test: () => Promise<void>): void => {
  if (hasChromium) it(title, test);
  else it.skip(`${title} [no ${CHROMIUM}: set PLASMAVAKT_CHROMIUM]`, test);
};

describe('the report in Chromium', function () {
  this.timeout(60_000);
  let browser: Browser;
  let folder: string;
  let kitCount = 0;
  const complaints: string[] = [];

  before(async () => {
    if (!hasChromium) return;
    const data = buildReportData((await reportFixture()).input);
    kitCount = data.kits.length;
    folder = mkdtempSync(join(tmpdir(), 'plasmavakt-report-'));
    writeFileSync(join(folder, 'report.html'), renderReport(data));
    const { input } = await thinnedFixture([30, 35]);
    writeFileSync(join(folder, 'thinned.html'), renderReport(buildReportData(input)));
    const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
  });
  after(async () => {
    if (!hasChromium) return;
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(options: BrowserContextOptions, name = 'report.html'): Promise<Page> {
    complaints.length = 0;
    const page = await (await browser.newContext(options)).newPage();
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(`request: ${request.url()}`);
    });
    await page.goto(pathToFileURL(join(folder, name)).href);
    return page;
  }

  itInBrowser('draws the figure, asks for nothing, and reports no error', async () => {
    const page = await open({ viewport: { width: 1280, height: 900 } });
    const live = page.locator('#live svg');
    await live.waitFor();
    assert.ok((await live.locator('path').count()) > 100);
    assert.equal(await page.locator('.still').isVisible(), false);
    assert.equal(await page.locator('#verdict-table tbody tr').count(), kitCount);
    assert.equal(await page.locator('article.kit').count(), kitCount);
    assert.deepEqual(complaints, []);
  });

  itInBrowser(
    'zooms to an excursion, shades other rules, tells of the moment below the pointer',
    async () => {
      const page = await open({ viewport: { width: 1280, height: 1200 } });
      const live = page.locator('#live');
      await live.locator('svg').waitFor();
      const whole = await live.innerHTML();
      await page.getByRole('button', { name: 'Excursion 1: label, warm' }).click();
      const zoomed = await live.innerHTML();
      assert.notEqual(zoomed, whole);
      await page.getByLabel('Shade the rules of').selectOption('FLyP');
      await page.getByRole('button', { name: 'Whole journey' }).click();
      await page.locator('#figure').scrollIntoViewIfNeeded();
      const box = (await live.boundingBox())!;
      await page.mouse.move(box.x + box.width * 0.62, box.y + box.height - 200);
      const tip = page.locator('.tip');
      await tip.waitFor();
      assert.match(await tip.innerText(), /UTC \(\d\d:\d\d local\)\s+Probe 1 .*°C/);
      assert.match(await tip.innerText(), /quarantine: K1, K2, K4, K5/);
      assert.deepEqual(complaints, []);
    },
  );

  itInBrowser('tells what is left of readings that were summed up below the pointer', async () => {
    const page = await open({ viewport: { width: 1280, height: 1200 } }, 'thinned.html');
    const live = page.locator('#live');
    await live.locator('svg').waitFor();
    assert.equal(await live.locator('text', { hasText: 'summed up' }).count(), 1);
    await page.locator('#figure').scrollIntoViewIfNeeded();
    const box = (await live.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.47, box.y + 200);
    const tip = page.locator('.tip');
    await tip.waitFor();
    const numbers = /Probe 1 .*: \d+\.\d\d to \d+\.\d\d °C, mean \d+\.\d\d °C \(summed up\)/;
    assert.match(await tip.innerText(), numbers);
    assert.deepEqual(complaints, []);
  });

  itInBrowser('has tables and the still picture without scripts', async () => {
    const page = await open({ javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
    assert.equal(await page.locator('.still svg').isVisible(), true);
    assert.equal(await page.locator('#live').isVisible(), false);
    assert.equal(await page.locator('.controls').isVisible(), false);
    assert.equal(await page.locator('#verdict-table tbody tr').count(), kitCount);
  });

  itInBrowser('prints the still picture, not the one with a slider', async () => {
    const page = await open({ viewport: { width: 1280, height: 900 } });
    await page.locator('#live svg').waitFor();
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('.still svg').isVisible(), true);
    assert.equal(await page.locator('#live').isVisible(), false);
    assert.equal(await page.locator('nav').isVisible(), false);
  });

  for (const width of [390, 768, 920, 1280]) {
    itInBrowser(`does not scroll sideways at ${width} pixels`, async () => {
      const page = await open({ viewport: { width, height: 800 } });
      await page.locator('#live svg').waitFor();
      const scrollWidth = await page.evaluate('document.documentElement.scrollWidth');
      assert.equal(scrollWidth, width);
    });
  }
});
