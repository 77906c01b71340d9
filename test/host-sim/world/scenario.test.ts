import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import { parse } from 'yaml';
import { encodePackingList } from '../../../host-sim/backend/packing-list.js';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import {
  defaultScenarioPath,
  limitsOf,
  loadScenario,
  parseScenario,
  slotProbesOf,
} from '../../../host-sim/world/scenario.js';
import { PACKED, type Parts, makeScenario, scenarioText } from './fixture.js';

describe('a scenario', () => {
  it('names container, places and kits by valid identities with their check digits', () => {
    const scenario = makeScenario();
    assert.equal(scenario.identity.grai, '800309521234100010BOX1');
    assert.equal(scenario.identity.giai, '8004952123LOG1');
    assert.equal(scenario.places.get('bank')!.gln, '4149521234000013');
    const { packingList } = scenario.kits.get('A')!;
    assert.equal(packingList.sgtin, '0109521234200017211');
    assert.deepEqual(packingList.units, [{ din: '=A999926000101', productCode: '=<E4689V00' }]);
    assert.equal(packingList.bloodGroup, 'AB');
  });

  it('takes a kit’s components from its product unless it has its own', () => {
    const { kits } = makeScenario();
    const lots = (id: string) => kits.get(id)!.packingList.components.map(({ lot }) => lot);
    assert.deepEqual(lots('A'), ['10P1', '10D1']);
    assert.deepEqual(lots('B'), ['10P1', '10D2']);
  });

  it('may be JSON as well', () => {
    const json = JSON.stringify(parse(scenarioText({ journey: PACKED })));
    assert.equal(parseScenario(json, 'test.json').items.length, PACKED.length);
  });

  it('shares the slots out among the probes, or as it says', () => {
    assert.deepEqual(slotProbesOf(makeScenario().container), [[0], [1]]);
    const own = makeScenario({ container: '  slotProbes: [[1], [0, 1]]' });
    assert.deepEqual([...limitsOf(own, 65_536).slotProbes], [2, 3]);
  });

  it('is the default journey: eight kits of two products, three days, one kit more', async () => {
    await loadCbor();
    const scenario = loadScenario(defaultScenarioPath(), { profileIds: ['lyoplas-n-w', 'flyp'] });
    assert.equal(scenario.lengthMs, 3 * 86_400_000);
    assert.equal(scenario.kits.size, 9);
    assert.equal(limitsOf(scenario, 65_536).slotCount, 8);
    for (const kit of scenario.kits.values()) encodePackingList(kit.packingList);
    assert.deepEqual(
      new Set([...scenario.kits.values()].map((kit) => kit.profileId)),
      new Set(['lyoplas-n-w', 'flyp']),
    );
  });
});

describe('a scenario with a mistake', () => {
  const journey = (...lines: string[]): Parts => ({ journey: [...PACKED, ...lines] });
  const shape: readonly [name: string, parts: Parts | string, message: RegExp][] = [
    ['YAML that is none', 'title: [', /test\.yaml:1: .*expected YAML or JSON/],
    ['nothing in it', '', /test\.yaml:1: is null, expected object/],
    ['an unknown key', { head: 'days: 1\nat: bank\ncolour: red' }, /unknown key colour/],
    ['no length', { head: 'at: bank' }, /days: is missing, expected number/],
    [
      'a length of nothing',
      { head: 'days: 0\nat: bank' },
      /test\.yaml:4: days: is 0, expected at least 0/,
    ],
    [
      'a start without offset',
      scenarioText().replace('+02:00', ''),
      /test\.yaml:2: start: is '2026.*expected a time with offset/,
    ],
    [
      'an unknown act',
      journey('{ at: day 1 09:00, do: fly }'),
      /journey\[6\]\.do: is 'fly', expected open-lid, close-lid, dock/,
    ],
    [
      'a time that is none',
      journey('{ at: noon, do: dock }'),
      /test\.yaml:\d+: journey\[6\]\.at: is 'noon', expected an instant like/,
    ],
    [
      'a duration that is none',
      { legs: ['{ at: day 1 09:00, to: base, by: car, duration: soon }'] },
      /legs\[0\]\.duration: is 'soon', expected a duration like/,
    ],
    [
      'too many presses',
      journey('{ at: day 1 09:00, do: press, times: 99 }'),
      /journey\[6\]\.times: is 99, expected at most 10/,
    ],
    [
      'a number for a text',
      journey('{ at: 9, do: dock }'),
      /journey\[6\]\.at: is 9, expected string/,
    ],
    [
      'two kinds of air',
      scenarioText().replace('constantC: 20,', 'constantC: 20, meanC: 3,'),
      /places\.bank\.ambient: .*expected either constantC, or meanC/,
    ],
    [
      'a stay without air',
      journey('{ at: day 1 09:00, do: leave, where: here, duration: 1h }'),
      /expected either ambient or peakC/,
    ],
    [
      'probes that are not there',
      { container: '  slotProbes: [[0], [5]]' },
      /container\.slotProbes: names a probe/,
    ],
    [
      'probes for half the slots',
      { container: '  slotProbes: [[0]]' },
      /container\.slotProbes: .*one list of probes per slot/,
    ],
  ];
  const meaning: readonly [name: string, parts: Parts | string, message: RegExp][] = [
    [
      'a place that is not there',
      { head: 'days: 1\nat: moon' },
      /test\.yaml:5: at: is 'moon', expected a place of this scenario: bank, base, scene/,
    ],
    [
      'a leg to nowhere',
      { legs: ['{ at: day 1 09:00, to: moon, by: car, duration: 1h }'] },
      /legs\[0\]\.to: is 'moon', expected a place/,
    ],
    [
      'a wrong check digit',
      scenarioText().replace("'952123400002'", "'9521234000029'"),
      /places\.base\.gln: .*check digit is wrong, expected '9521234000020'/,
    ],
    [
      'a product that is not there',
      scenarioText()
        .replace('product: plasma, serial: ’1’', '')
        .replace("{ product: plasma, serial: '1'", "{ product: beer, serial: '1'"),
      /kits\.A\.product: is 'beer', expected a product of this scenario: plasma/,
    ],
    [
      'two kits of one serial',
      scenarioText().replace("serial: '2'", "serial: '1'"),
      /kits\.B\.serial: is that of kit A too/,
    ],
    [
      'a day that does not exist',
      scenarioText().replace('2027-06-30', '2027-06-31'),
      /products\.plasma\.components\.plasma\.expiry: is '2027-06-31', expected a day/,
    ],
    [
      'a product code that is none',
      scenarioText().replace('E4689V00', 'e4689v00'),
      /products\.plasma\.productCode: /,
    ],
    [
      'a kit that is not there',
      journey('{ at: day 1 09:00, do: take, kit: Z }'),
      /journey\[6\]\.kit: is 'Z', expected a kit of this scenario: A, B/,
    ],
    [
      'a slot that is not there',
      { journey: [...PACKED.slice(0, 2), '{ at: day 1 08:02, do: pack, kits: { A: 7 } }'] },
      /test\.yaml:\d+: journey\[2\]\.kits\.A: is 7, expected a slot of the container, 0 to 1/,
    ],
    [
      'a slot that is full',
      { journey: [...PACKED.slice(0, 2), '{ at: day 1 08:02, do: pack, kits: { A: 0, B: 0 } }'] },
      /journey\[2\]\.kits\.B: slot 0 holds A at day 1 08:02:20, expected an empty slot/,
    ],
    [
      'packing away from a dock',
      {
        journey: [
          '{ at: day 1 08:01, do: open-lid }',
          '{ at: day 1 08:02, do: pack, kits: { A: 0 } }',
        ],
      },
      /journey\[1\]: the container is not docked at day 1 08:02, expected a dock act before/,
    ],
    [
      'packing through a closed lid',
      { journey: [PACKED[0]!, PACKED[2]!] },
      /journey\[1\]: the lid is closed at day 1 08:02, expected an open-lid act before/,
    ],
    [
      'packing twice',
      { journey: [...PACKED.slice(0, 3), '{ at: day 1 08:03, do: pack, kits: { A: 1 } }'] },
      /journey\[3\]\.kits\.A: A is in slot 0, expected a kit that was not aboard yet/,
    ],
    [
      'packing what is sealed',
      journey(
        '{ at: day 1 09:00, do: dock }',
        '{ at: day 1 09:01, do: open-lid }',
        '{ at: day 1 09:02, do: pack, kits: { A: 0 } }',
      ),
      /journey\[8\]: the container is sealed at day 1 09:02, expected an unseal act before/,
    ],
    [
      'taking before packing',
      { journey: ['{ at: day 1 08:01, do: open-lid }', '{ at: day 1 08:02, do: take, kit: A }'] },
      /journey\[1\]\.kit: A is not packed yet at day 1 08:02, expected a kit in a slot/,
    ],
    [
      'taking through a closed lid',
      journey('{ at: day 1 09:00, do: take, kit: A }'),
      /journey\[6\]: the lid is closed/,
    ],
    [
      'putting back what is in',
      journey('{ at: day 1 09:00, do: put-back, kit: A }'),
      /A is in slot 0 at day 1 09:00, expected a kit that was taken before/,
    ],
    [
      'a button before any slot',
      { journey: ['{ at: day 1 09:00, do: press }'] },
      /no slot has changed before day 1 09:00/,
    ],
    [
      'hands that do two things',
      { journey: [...PACKED.slice(0, 3), '{ at: day 1 08:02:10, do: close-lid }'] },
      /journey\[3\]\.at: is day 1 08:02:10, expected day 1 08:02:40 or later: packing until then/,
    ],
    [
      'a lid that opens twice',
      journey('{ at: day 1 09:00, do: open-lid }', '{ at: day 1 09:01, do: open-lid }'),
      /the lid is open already/,
    ],
    [
      'docking where no dock is',
      journey('{ at: day 1 12:00, do: dock }').journey
        ? {
            journey: [...PACKED, '{ at: day 1 12:00, do: dock }'],
            legs: ['{ at: day 1 09:00, to: scene, by: car, duration: 1h }'],
          }
        : '',
      /journey\[6\]: scene has no dock, expected the container to be at one of: bank, base/,
    ],
    [
      'docking on the road',
      {
        journey: [...PACKED, '{ at: day 1 09:30, do: dock }'],
        legs: ['{ at: day 1 09:00, to: base, by: car, duration: 1h }'],
      },
      /journey\[6\]\.at: is day 1 09:30, expected day 1 10:00 or later: on the way to Base/,
    ],
    [
      'driving off at the dock',
      {
        journey: PACKED.slice(0, 1),
        legs: ['{ at: day 1 09:00, to: base, by: car, duration: 1h }'],
      },
      /legs\[0\]: the container is docked at day 1 09:00, expected an undock act before/,
    ],
    [
      'driving from elsewhere',
      { legs: ['{ at: day 1 09:00, from: scene, to: base, by: car, duration: 1h }'] },
      /legs\[0\]\.from: is 'scene', expected 'bank', where the container is/,
    ],
    [
      'two legs at once',
      {
        legs: [
          '{ at: day 1 09:00, to: base, by: car, duration: 1h }',
          '{ at: day 1 09:30, to: scene, by: car, duration: 1h }',
        ],
      },
      /legs\[1\]\.at: is day 1 09:30, expected day 1 10:00 or later/,
    ],
    [
      'driving off from a stay',
      {
        journey: ['{ at: day 1 09:00, do: leave, where: in the sun, duration: 2h, peakC: 40 }'],
        legs: ['{ at: day 1 10:00, to: base, by: car, duration: 1h }'],
      },
      /expected day 1 11:00 or later: the container is left in the sun until then/,
    ],
    [
      'a time before the journey',
      journey('{ at: day 1 07:00, do: dock }'),
      /journey\[6\]\.at: is day 1 07:00, expected a time of the journey, up to day 2 08:00/,
    ],
    [
      'a time after the journey',
      journey('{ at: day 3 07:00, do: dock }'),
      /journey\[6\]\.at: is day 3 07:00, expected a time of the journey/,
    ],
    [
      'a leg that ends after the journey',
      { legs: ['{ at: end - 30m, to: base, by: car, duration: 1h }'] },
      /legs\[0\]\.at: ends day 2 08:30, expected a time of the journey/,
    ],
    [
      'a fault of a probe that is not there',
      { faults: ['{ at: day 1 09:00, fault: probe, probe: 5, shows: stuck, duration: 1h }'] },
      /faults\[0\]\.probe: is 5, expected a probe of the container, 0 to 1/,
    ],
    [
      'a jump of which nobody says how far',
      { faults: ['{ at: day 1 09:00, fault: probe, probe: 0, shows: jump, duration: 1h }'] },
      /faults\[0\]\.byC: .*expected with shows: jump, and only there/,
    ],
    [
      'a drift that is a bus error',
      {
        faults: [
          '{ at: +1h, fault: probe, probe: 0, shows: bus-error, perHourC: 1, duration: 1h }',
        ],
      },
      /faults\[0\]\.perHourC: .*expected with shows: drift, and only there/,
    ],
    [
      'a drift that is stuck at a value',
      {
        faults: [
          '{ at: +1h, fault: probe, probe: 0, shows: drift, perHourC: 1, atC: 5, duration: 1h }',
        ],
      },
      /faults\[0\]\.atC: .*goes with shows: stuck/,
    ],
    [
      'power that goes while it is off',
      {
        faults: [
          '{ at: day 1 09:00, fault: power-loss, duration: 1h }',
          '{ at: day 1 09:30, fault: restart }',
        ],
      },
      /faults\[1\]\.at: the power is off until day 1 10:00, expected later/,
    ],
  ];
  for (const [name, parts, message] of [...shape, ...meaning]) {
    it(`is refused: ${name}`, () => {
      const text = typeof parts === 'string' ? parts : scenarioText(parts);
      assert.throws(() => parseScenario(text, 'test.yaml'), message);
    });
  }

  it('is refused when a product names a profile that does not exist', () => {
    assert.throws(
      () => parseScenario(scenarioText(), 'test.yaml', { profileIds: ['flyp'] }),
      /products\.plasma\.profile: is 'generic-2-25', expected a profile: flyp/,
    );
  });

  it('tells every mistake in its shape at once, up to eight', () => {
    const document = parse(scenarioText()) as Record<string, unknown>;
    const many = { ...document, journey: new Array(12).fill({ do: 'dock' }) };
    assert.throws(
      () => parseScenario(stringify(many), 'test.yaml'),
      (error: Error) => {
        const lines = error.message.split('\n');
        assert.equal(lines.length, 9);
        assert.match(lines[0]!, /journey\[0\]\.at: is missing, expected string/);
        assert.equal(lines[8], 'and 4 more');
        return true;
      },
    );
  });

  it('is refused when the file cannot be read', () => {
    assert.throws(() => loadScenario('/nowhere.yaml'), /nowhere\.yaml: cannot be read \(ENOENT\)/);
  });
});
