/**
 * Probes that lie: a box of 5 °C comes into air of 40 °C while one of its two probes is frozen,
 * jumps or drifts. Slot 0 has the probe in the air, slot 1 that in the core, slot 2 both.
 */
import assert from 'node:assert/strict';
import { createContainer } from '../../firmware/app/container.js';
import { GAP_REASON } from '../../firmware/core/record/schema.js';
import { VERDICT } from '../../firmware/core/units.js';
import { Journey } from '../../host-sim/cli/journey.js';
import { setUpScenario } from '../../host-sim/cli/setup.js';
import { replayTape } from '../../host-sim/ports/tape.js';
import { parseScenario } from '../../host-sim/world/scenario.js';
import { assertAgrees, live, type Lived, verifyingReceiver } from '../support/journey.js';

const FROZEN_AT_MIN = 120;
/** generic-2-25. */
const GAP_ALLOWANCE_MIN = 5;

const scenario = (faults: readonly string[], more = ''): string => `
title: A box that warms up
start: 2026-07-13T06:00:00Z
days: 1
at: bank
container:
  grai: { asset: '952123410001', serial: BOX1 }
  giai: 952123LOG1
  slots: 3
  probes: 2
  slotProbes: [[0], [1], [0, 1]]
  startC: 5
places:
  bank:
    { name: Bank, gln: '952123400001', latitude: 60, longitude: 5, dock: true,
      ambient: { constantC: 5 } }
products:
  plasma:
    name: Plasma
    profile: generic-2-25
    gtin: '0952123420001'
    productCode: E4689V00
    bloodGroup: AB
    components:
      plasma: { lot: P1, expiry: 2027-06-30 }
      diluent: { lot: D1, expiry: 2027-01-31 }
kits:
  A: { product: plasma, serial: '1', dins: [A9999 26 000101] }
  B: { product: plasma, serial: '2', dins: [A9999 26 000102] }
  C: { product: plasma, serial: '3', dins: [A9999 26 000103] }
journey:
  - { at: +1m, do: dock }
  - { at: +2m, do: open-lid }
  - { at: +3m, do: pack, kits: { A: 0, B: 1, C: 2 } }
  - { at: +6m, do: close-lid }
  - { at: +7m, do: seal }
  - { at: +10m, do: undock }
${more}
faults:
${faults.map((fault) => `  - { at: +${FROZEN_AT_MIN}m, fault: ${fault} }\n`).join('')}`;

const WARM = `
  - at: +${FROZEN_AT_MIN + 1}m
    do: leave
    where: in the sun
    duration: 21h
    ambient: { constantC: 40 }
`;

/** Verdicts of a kit as [minute, verdict]. */
function verdictsOf({ log }: Lived, kit: number): readonly (readonly [number, number])[] {
  return log.records
    .filter(({ type, fields }) => type === 'verdict' && fields['kit'] === kit)
    .map(({ uptimeS, fields }) => [uptimeS / 60, fields['verdict']!] as const);
}

function codesOf({ verdicts }: Lived, kit: number): string {
  return verdicts[kit]!.reasons.map(({ code }) => code).join(' ');
}

/** Opened gaps as [probe, reason, minute]. */
function gapsOf({ log }: Lived): number[][] {
  return log.records
    .filter(({ type, fields }) => type === 'gap' && fields['lengthS']! < 0)
    .map(({ uptimeS, fields }) => [fields['probe']!, fields['reason']!, uptimeS / 60]);
}

describe('a probe that lies', function () {
  this.timeout(60_000);

  for (const [probe, where, other, mostMin] of [
    [1, 'in the core', 0, 60],
    [0, 'in the air', 1, 200],
  ] as const) {
    it(`frozen at 5 °C ${where} while it gets 40 °C is found by the other`, async () => {
      const fault = `probe, probe: ${probe}, shows: stuck, atC: 5, duration: 22h`;
      const lived = await live({ seed: 1 }, scenario([fault], WARM));
      assertAgrees(lived, `probe ${probe}`);
      const [gap, ...more] = gapsOf(lived);
      assert.deepEqual(more, []);
      const [gapProbe, reason, foundMin] = gap as [number, number, number];
      assert.deepEqual([gapProbe, reason], [probe, GAP_REASON.stuck]);
      assert.ok(foundMin > FROZEN_AT_MIN + 20 && foundMin < FROZEN_AT_MIN + mostMin, `${foundMin}`);
      // Its slot is blind: unknown within the gap allowance and a sample, and never usable again.
      const own = verdictsOf(lived, probe);
      const unknownMin = own.find(([, verdict]) => verdict === VERDICT.unknown)![0];
      assert.ok(unknownMin <= foundMin + GAP_ALLOWANCE_MIN + 1, `${unknownMin}`);
      assert.ok(own.every(([at, verdict]) => at < unknownMin || verdict !== VERDICT.usable));
      assert.equal(lived.verdicts[probe]!.verdict, 'unknown');
      assert.equal(codesOf(lived, probe), 'gap probeFault');
      const { probes, missing } = lived.verdicts[2]!.restsOn!;
      assert.deepEqual([probes, missing], [[other], [probe]]);
      // The slot that has both rests on the other, and is judged as the slot that has that alone.
      assert.equal(codesOf(lived, 2), codesOf(lived, other));
      assert.equal(codesOf(lived, 2), 'zone0');
      replayTape(lived.tape, createContainer);
    });
  }

  it('frozen together with the other is found after four hours', async () => {
    const faults = [0, 1].map((probe) => `probe, probe: ${probe}, shows: stuck, duration: 22h`);
    const lived = await live({ seed: 1 }, scenario(faults, WARM));
    assertAgrees(lived, 'both');
    assert.deepEqual(gapsOf(lived), [
      [0, GAP_REASON.stuck, FROZEN_AT_MIN + 238],
      [1, GAP_REASON.stuck, FROZEN_AT_MIN + 238],
    ]);
    for (const kit of [0, 1, 2]) assert.equal(codesOf(lived, kit), 'gap probeFault');
  });

  it('stays unbelieved through a loss of power', async () => {
    const faults = [
      'probe, probe: 1, shows: stuck, duration: 22h',
      'restart', // at the same time: before it is found
    ];
    const text = `${scenario(faults, WARM)}  - { at: +400m, fault: restart }\n`;
    const lived = await live({ seed: 1 }, text);
    assertAgrees(lived, 'restart');
    const opened = gapsOf(lived);
    assert.equal(opened.length, 1, 'the gap goes on through the boot');

    const after = lived.log.records.filter(({ type, boot }) => type === 'reading' && boot === 3);
    assert.ok(after.length > 100);
    assert.ok(after.every(({ temperaturesCentiC }) => temperaturesCentiC![1] === null));
  });

  it('is found by a container that sleeps between its samples at the same moment', async () => {
    const faults = [
      'probe, probe: 1, shows: stuck, atC: 5, duration: 22h',
      'probe, probe: 0, shows: jump, byC: 40, duration: 5m',
    ];
    const parsed = parseScenario(scenario(faults, WARM), 'test');
    const images: Buffer[] = [];
    for (const sleeps of [undefined, () => true]) {
      const setup = await setUpScenario(parsed, { seed: 1 });
      const journey = new Journey({ ...setup, receiver: verifyingReceiver(setup), sleeps });
      await journey.run();
      assert.equal(journey.sleepCount > 100, sleeps !== undefined);
      images.push(Buffer.from(setup.sim.journalFlash.image()));
    }
    assert.ok(images[0]!.equals(images[1]!), 'the journals differ');
  });

  it('jumping for two minutes is a gap of two minutes, and no alarm', async () => {
    const fault = 'probe, probe: 0, shows: jump, byC: 64, duration: 2m';
    const lived = await live({ seed: 1 }, scenario([fault]));
    assertAgrees(lived, 'jump');
    const gaps = lived.log.records.filter(({ type }) => type === 'gap').map((it) => it.fields);
    assert.deepEqual(
      gaps.map((it) => [it['probe'], it['reason'], it['lengthS']]),
      [
        [0, GAP_REASON.step, -1],
        [0, GAP_REASON.step, 120],
      ],
    );
    for (const kit of [0, 1, 2]) assert.equal(codesOf(lived, kit), '');
  });

  it('jumping for good is believed after two gaps, and kits judged by it', async () => {
    const fault = 'probe, probe: 0, shows: jump, byC: 24, duration: 22h';
    const lived = await live({ seed: 1 }, scenario([fault]));
    assertAgrees(lived, 'new level');
    const [gap] = gapsOf(lived);
    assert.deepEqual(gap!.slice(0, 2), [0, GAP_REASON.step]);
    assert.deepEqual(
      [0, 1, 2].map((kit) => codesOf(lived, kit)),
      ['zone0', '', 'zone0'],
    );
  });

  it('drifting to the cold does not hide from a slot with two what the other sees', async () => {
    const fault = 'probe, probe: 1, shows: drift, perHourC: -1, duration: 22h';
    const lived = await live({ seed: 1 }, scenario([fault], WARM));
    assertAgrees(lived, 'drift');
    assert.deepEqual(gapsOf(lived), [], 'a slow drift looks like a temperature');
    assert.ok(codesOf(lived, 2).includes('zone0'), codesOf(lived, 2));
  });
});
