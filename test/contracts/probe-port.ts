/**
 * What every probe port keeps to, the ESP32's and the simulator's: jobs, faults, and what the bytes
 * say. A rig is a port whose probe 0 shows what the case asks for.
 */
import assert from 'node:assert/strict';
import { getI16, getI32 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { PROBE_LAYOUT, type ProbePort } from '../../firmware/core/ports.js';
import { HUMIDITY_ABSENT } from '../../firmware/core/units.js';

export type Shows = 'well' | 'sentinel' | 'bus-error' | 'bad-checksum' | 'silent';

export interface ProbeRig {
  readonly port: ProbePort;
  readonly probeCount: number;
  /** What is true at all probes. */
  readonly celsius: number;
  advance(ms: number): void;
}

/** No part takes longer for a conversion. */
const CONVERSION_MS_MAX = 250;

export function probePortContract(name: string, make: (shows: Shows) => ProbeRig): void {
  describe(`the probe port of ${name}`, () => {
    const into = new Uint8Array(PROBE_LAYOUT.bytes);
    /** The first answer to a conversion that is not 0; 0 when there is none. */
    const convert = (rig: ProbeRig, probe: number): number => {
      const started = rig.port.start(probe);
      if (started < 0) return started;
      rig.advance(CONVERSION_MS_MAX);
      return rig.port.poll(probe, into);
    };

    it('hands on what is true, as the part has it: within 0.2 °C', () => {
      const rig = make('well');
      for (let probe = 0; probe < rig.probeCount; probe++) {
        assert.equal(convert(rig, probe), PROBE_LAYOUT.bytes);
        const centiC = getI32(into, PROBE_LAYOUT.temperatureCentiC);
        assert.ok(Math.abs(centiC - 100 * rig.celsius) < 20, `${centiC}`);
        const permille = getI16(into, PROBE_LAYOUT.humidityPermille);
        assert.ok(permille === HUMIDITY_ABSENT || (permille >= 0 && permille <= 1000));
      }
    });

    it('answers 0 while the part converts, and once when it has', () => {
      const rig = make('well');
      assert.equal(rig.port.start(0), 0);
      assert.equal(rig.port.poll(0, into), 0);
      rig.advance(1);
      assert.equal(rig.port.poll(0, into), 0);
      rig.advance(CONVERSION_MS_MAX);
      assert.equal(rig.port.poll(0, into), PROBE_LAYOUT.bytes);
      assert.equal(rig.port.poll(0, into), FAULT.absent);
    });

    it('has one conversion a probe at a time', () => {
      const rig = make('well');
      assert.equal(rig.port.start(0), 0);
      assert.equal(rig.port.start(0), FAULT.busy);
      assert.equal(rig.port.start(1), 0);
      rig.advance(CONVERSION_MS_MAX);
      assert.equal(rig.port.poll(0, into), PROBE_LAYOUT.bytes);
      assert.equal(rig.port.start(0), 0);
    });

    it('has nothing for who has not asked, or asks for a probe that is none', () => {
      const rig = make('well');
      assert.equal(rig.port.poll(0, into), FAULT.absent);
      for (const probe of [-1, rig.probeCount]) {
        assert.equal(rig.port.start(probe), FAULT.absent);
        assert.equal(rig.port.poll(probe, into), FAULT.absent);
      }
    });

    it('hands on +256 °C for a part that has not converted', () => {
      const rig = make('sentinel');
      assert.equal(convert(rig, 0), PROBE_LAYOUT.bytes);
      assert.equal(getI32(into, PROBE_LAYOUT.temperatureCentiC), 25_600);
    });

    const faults = [
      ['bus-error', FAULT.busError],
      ['bad-checksum', FAULT.badChecksum],
    ] as const;
    for (const [shows, fault] of faults) {
      it(`answers a fault for ${shows}, once, and takes a new start`, () => {
        const rig = make(shows);
        assert.equal(convert(rig, 0), fault);
        assert.equal(rig.port.poll(0, into), FAULT.absent);
        assert.equal(convert(rig, 0), fault);
        assert.equal(convert(rig, 1), PROBE_LAYOUT.bytes, 'the others are well');
      });
    }

    it('answers 0 while a part does not finish, and takes a new start a minute later', () => {
      const rig = make('silent');
      assert.equal(convert(rig, 0), 0);
      rig.advance(5000);
      assert.equal(rig.port.poll(0, into), 0);
      rig.advance(60_000);
      assert.equal(rig.port.start(0), 0);
      assert.equal(rig.port.poll(0, into), 0);
    });
  });
}
