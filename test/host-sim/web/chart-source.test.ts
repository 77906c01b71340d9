/**
 * The functions that draw the figure run twice: on the host, and in the page as source text. The
 * text must need nothing but itself and must draw the same.
 */
import assert from 'node:assert/strict';
import vm from 'node:vm';
import { CHART_LOOK } from '../../../host-sim/web/chart-look.js';
import { chartOption, chartSource } from '../../../host-sim/web/chart-option.js';
import { pageScript } from '../../../host-sim/web/page-script.js';
import { buildReportData } from '../../../host-sim/web/report-data.js';
import { reportFixture } from './report-fixture.js';

describe('the source text of the figure', () => {
  it('gives the same option as the functions on the host', async () => {
    const { chart } = buildReportData((await reportFixture()).input);
    const text = `${chartSource()}
      JSON.stringify(composeChart(data, look, [
        temperaturePart(data, look, 1), shockPart(data, look), lanePart(data, look)]));`;
    const inPage = vm.runInNewContext(text, { data: chart, look: CHART_LOOK }) as string;
    assert.equal(inPage, JSON.stringify(chartOption(chart, CHART_LOOK, 1)));
  });

  it('names no module, no helper of the compiler and nothing of Node', () => {
    assert.doesNotMatch(pageScript(), /_js_\d|exports\.|require\(|__awaiter|process\./);
  });

  it('does not close the element that it stands in', () => {
    assert.doesNotMatch(pageScript(), /<\/script|<!--/i);
  });
});
