/** `npm run log` on whole files: records in every form, statistics, options, exit codes. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { handoffHead } from '../../../../host-sim/backend/handoff-file.js';
import type { DecodedRecord } from '../../../../host-sim/backend/record-types.js';
import { logObject } from '../../../../host-sim/cli/logs.js';
import { isoOf } from '../../../../host-sim/web/format.js';
import { type Day, loggedDay } from './fixture.js';

describe('npm run log', function () {
  this.timeout(60_000);
  let day: Day;
  let image: string;
  let handoff: string;
  let records: readonly DecodedRecord[];
  before(async () => {
    day = await loggedDay();
    image = day.folder.write('flash.bin', day.image);
    handoff = day.folder.write('handoff.bin', day.handoff);
    records = day.lived.log.records;
  });
  after(() => day.folder.remove());

  const run = (...args: string[]) => day.folder.run(...args);
  const csv = (text: string): Record<string, string>[] => parse(text, { columns: true });

  describe('prints records', () => {
    it('of an image as text, a line each, and says what the file is on stderr', async () => {
      const { code, lines, err } = await run(image);
      assert.equal(code, 0);
      assert.equal(lines.length, records.length);
      assert.match(lines[0]!, /^ *1 {2}boot 1 {2}2026-07-13T06:00:00Z +boot +Started, /);
      const at = records.findIndex(({ type }) => type === 'reading');
      assert.match(lines[at]!, /reading +-?\d+\.\d\d °C, -?\d+\.\d\d °C; humidity \d+\.\d %$/);
      assert.ok(lines.some((line) => /kit +Kit 1 packed into slot 1/.test(line)));
      assert.match(err, /image of a journal's flash, 32 sectors/);
      assert.match(err, /whole, every segment leads to the next\n$/);
    });

    it('of a hand-off file, with what the root key beside it proves', async () => {
      const { code, lines, err } = await run(handoff, '--format', 'jsonl');
      assert.equal(code, 0);
      const { sequence } = day.lived.journey.handoffs.at(-1)!;
      const told = lines.map((line) => JSON.parse(line) as { sequence: number; proven: boolean });
      assert.deepEqual(
        told.map((record) => record.sequence),
        records.filter((r) => r.sequence <= told.at(-1)!.sequence).map((r) => r.sequence),
      );
      for (const record of told) assert.equal(record.proven, record.sequence <= sequence);
      assert.match(err, /hand-off file, \d visits/);
      const signed = new RegExp(
        `signed checkpoints up to record ${sequence} verify under .*root.pub`,
      );
      assert.match(err, signed);
    });

    it('as JSON lines with every field, words beside codes, and the epoch', async () => {
      const { lines } = await run(image, '--format', 'jsonl');
      const { epoch } = day.lived.log;
      const expected = records.map((record) => {
        return { epoch, ...logObject(record, false), handedOver: undefined, proven: null };
      });
      assert.deepEqual(
        lines.map((line) => JSON.parse(line) as object),
        JSON.parse(JSON.stringify(expected)),
      );
    });

    it('as CSV: readings read back are those that were measured', async () => {
      const { out } = await run(image, '--format', 'csv', '--what', 'readings');
      const rows = csv(out);
      const columns = ['epoch', 'sequence', 'boot', 'uptimeS', 'timeUtc', 'temperature1C'];
      assert.deepEqual(Object.keys(rows[0]!), [
        ...columns,
        'temperature2C',
        'humidityPercent',
        'proven',
      ]);
      const readings = records.filter(({ type }) => type === 'reading');
      assert.ok(readings.length > 1000);
      assert.equal(rows.length, readings.length);
      readings.forEach(({ sequence, wallS, fields, temperaturesCentiC }, i) => {
        const row = rows[i]!;
        const centi = (text: string): number | null =>
          text === '' ? null : Math.round(Number(text) * 100);
        const measured = [centi(row['temperature1C']!), centi(row['temperature2C']!)];
        assert.deepEqual(measured, temperaturesCentiC);
        assert.equal(Math.round(Number(row['humidityPercent']) * 10), fields['humidityPermille']);
        assert.deepEqual([row['sequence'], row['timeUtc']], [`${sequence}`, isoOf(wallS!)]);
      });
    });

    it('as CSV: each temperature is what the sensor gave at that time', async () => {
      const { out } = await run(image, '--format', 'csv', '--what', 'readings');
      const started = Date.parse('2026-07-13T06:00:00Z');
      const given = new Map<string, number>();
      for (const entry of day.lived.truth.entries) {
        if (entry.kind !== 'sample' || entry.deliveredCentiC === null) continue;
        given.set(`${entry.probe} ${Math.round(entry.atS)}`, entry.deliveredCentiC);
      }
      let compared = 0;
      for (const row of csv(out)) {
        const atS = (Date.parse(row['timeUtc']!) - started) / 1000;
        for (const probe of [0, 1]) {
          // Clocks are set to whole seconds.
          const near = [0, -1, 1].flatMap((s) => given.get(`${probe} ${atS + s}`) ?? []);
          const text = row[`temperature${probe + 1}C`]!;
          assert.ok(
            near.some((centiC) => (centiC / 100).toFixed(2) === text),
            `${text} at ${atS}`,
          );
          compared++;
        }
      }
      assert.ok(compared > 2000);
    });

    it('as CSV: events with their fields and a sentence, and all in one table', async () => {
      const events = csv((await run(image, '--format', 'csv', '--what', 'events')).out);
      const expected = records.filter(({ type }) => type !== 'reading');
      assert.deepEqual(
        events.map((row) => [row['sequence'], row['type']]),
        expected.map(({ sequence, type }) => [`${sequence}`, type]),
      );
      const lid = events.find((row) => row['type'] === 'lid')!;
      assert.deepEqual([lid['details'], lid['sentence']], ['open=1', 'Lid opened']);
      const all = csv((await run(image, '--format', 'csv')).out);
      assert.equal(all.length, records.length);
      assert.ok(all.every((row) => (row['type'] === 'reading') === (row['sentence'] === '')));
    });

    it('from one to another, by number or by time', async () => {
      const numbers = await run(image, '--from', '20', '--to', '29');
      assert.equal(numbers.lines.length, 10);
      assert.match(numbers.lines[0]!, /^ *20 /);
      const times = ['--from', '2026-07-13T08:00:00+02:00', '--to', '2026-07-13T06:30Z'];
      const { lines } = await run(image, '--format', 'jsonl', ...times);
      const until = Date.parse('2026-07-13T06:30:00Z');
      const wanted = records.filter(({ wallS }) => Date.parse(isoOf(wallS!)) <= until);
      assert.equal(lines.length, wanted.length);
      assert.equal((await run(image, '--from', '2030-01-01')).lines.length, 0);
      const readings = await run(image, '--what', 'readings', '--from', '2', '--to', '90');
      assert.ok(readings.lines.length > 0 && readings.lines.every((l) => / reading /.test(l)));
    });
  });

  describe('prints statistics', () => {
    it('as JSON that add up', async () => {
      const { code, out } = await run(image, '--stats', '--format', 'jsonl');
      assert.equal(code, 0);
      const { kind, journals } = JSON.parse(out) as {
        kind: string;
        journals: {
          records: number;
          types: Record<string, { records: number; bytes: number }>;
          boots: { boot: number; records: number }[];
          frameBytes: number;
          frameBytesPerReading: number;
          segments: number;
          headerBytes: number;
        }[];
      };
      assert.equal(kind, 'image');
      const stats = journals[0]!;
      const types = Object.entries(stats.types);
      assert.equal(stats.records, records.length);
      for (const [name, { records: count }] of types) {
        assert.equal(count, records.filter(({ type }) => type === name).length, name);
      }
      assert.equal(
        types.reduce((sum, [, { bytes }]) => sum + bytes, 0),
        stats.frameBytes,
      );
      assert.equal(
        stats.boots.reduce((sum, boot) => sum + boot.records, 0),
        records.length,
      );
      assert.deepEqual(
        stats.boots.map(({ boot }) => boot),
        [1, 2, 3, 4, 5],
      );
      assert.equal(stats.headerBytes, stats.segments * 76);
      assert.ok(stats.frameBytesPerReading > 1 && stats.frameBytesPerReading < 4);
    });

    it('as text, of a hand-off with what was received', async () => {
      const { out } = await run(handoff, '--stats');
      assert.match(out, /^epoch +-?\d+\nrecords +/);
      assert.match(out, /\nreceived +/);
      assert.match(out, /\nreading +[\d\u202f]+ +[\d\u202f]+ {2}\d\.\d\d\n/);
      assert.match(out, /\nboot 5 +/);
    });
  });

  describe('writes to a file', () => {
    it('the same as to stdout, and leaves nothing else behind', async () => {
      const path = join(day.folder.path, 'log.txt');
      const { code, out } = await run(image, '--output', path);
      assert.deepEqual([code, out], [0, '']);
      assert.equal(day.folder.read('log.txt'), (await run(image)).out);
      assert.deepEqual(
        readdirSync(day.folder.path).filter((name) => name.startsWith('.')),
        [],
      );
    });

    it('but never over its input, under no name', async () => {
      const other = join(day.folder.path, 'other');
      for (const link of [linkSync, symlinkSync]) {
        link(image, other);
        const { code, err } = await run(image, '--output', other);
        assert.equal(code, 2);
        assert.match(err, /is FILE itself, which is never written to/);
        rmSync(other);
      }
      assert.equal((await run(image, '--output', image)).code, 2);
      assert.deepEqual(new Uint8Array(readFileSync(image)), day.image);
    });

    it('and its input keeps bytes and time whatever is asked', async () => {
      const { mtimeMs } = statSync(image);
      for (const args of [[], ['--stats'], ['--recover'], ['--format', 'csv']]) {
        await run(image, ...args);
      }
      assert.equal(statSync(image).mtimeMs, mtimeMs);
      assert.deepEqual(new Uint8Array(readFileSync(image)), day.image);
    });
  });

  describe('checks signatures of a hand-off file', () => {
    it('says so where it cannot', async () => {
      const root = join(day.folder.path, 'root.pub');
      const pem = day.folder.read('root.pub');
      rmSync(root);
      const { code, err, lines } = await run(handoff, '--format', 'jsonl', '--to', '1');
      day.folder.write('root.pub', pem);
      assert.equal(code, 0);
      assert.match(err, /signatures were not checked: there is no root\.pub beside it/);
      assert.equal((JSON.parse(lines[0]!) as { proven: unknown }).proven, null);
    });

    it('ends with 1 under another root', async () => {
      const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
      const { code, err } = await run(handoff, '--root', day.folder.write('other.pub', pem));
      assert.equal(code, 1);
      assert.match(err, /error: .*not proven under .*other\.pub: Visit 1 at .*; nor are? /);
    });
  });

  it('takes a file for what it is told to be', async () => {
    const { code, err, lines } = await run(handoff, '--as', 'image');
    assert.deepEqual([code, lines.length], [1, 0]);
    assert.match(err, /image of a journal's flash.*, as told/);
    const blank = day.folder.write('blank.bin', new Uint8Array(4 * 4096).fill(0xff));
    const empty = await run(blank);
    assert.deepEqual([empty.code, empty.out], [0, '']);
    assert.match(empty.err, /no records\n.*whole\n$/);
  });

  it('ends with 2 for options and files that cannot be used', async () => {
    const text = day.folder.write('text.bin', 'hello '.repeat(2000));
    const cases: [args: string[], expectation: RegExp][] = [
      [[], /missing required argument 'FILE'/],
      [['/no/such/file'], /there is none/],
      [[day.folder.path], /this is a folder/],
      [[text], /neither an image of a journal's flash .*'PVJ1'.* nor a hand-off file .*'PVH1'/],
      [[image, '--format', 'xml'], /Allowed choices are text, csv, jsonl/],
      [[image, '--what', 'some'], /Allowed choices are readings, events, all/],
      [[image, '--as', 'tape'], /Allowed choices are image, handoff/],
      [[image, '--from', 'yesterday'], /a record's number, or a time such as/],
      [[image, '--to', '2026-07-13T06:00'], /a record's number, or a time such as/],
      [[image, '--recover', '--stats'], /exclude each other/],
      [[image, '--stats', '--what', 'all'], /'--what' chooses records/],
      [[image, '--recover', '--from', '3'], /'--from' chooses records/],
      [[image, '--stats', '--format', 'csv'], /--format csv is for records/],
      [[image, '--catalogue', image], /'--catalogue' belongs to --recover/],
      [[handoff, '--recover'], /--recover needs an image of the flash/],
      [[handoff, '--root', text], /expected a public key in PEM/],
      [[image, '--output', day.folder.path], /is a folder, expected a file/],
      [[image, '--output', join(day.folder.path, 'no', 'x')], /there is no folder/],
    ];
    for (const [args, expectation] of cases) {
      const { code, out, err } = await run(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(err, expectation);
      assert.equal(out, '', args.join(' '));
    }
  });

  it('ends with 0 after --help, and with whatever it found when nobody reads on', async () => {
    const { code, out } = await run('--help');
    assert.equal(code, 0);
    assert.match(out, /2 for options that cannot be used/);
    const command = `node -r ts-node/register/transpile-only host-sim/cli/log.ts ${image}`;
    const script = `set -o pipefail; ${command} 2>/dev/null | head -1`;
    const { status, stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    assert.equal(status, 0);
    assert.match(stdout, /^ *1 {2}boot 1 .*\n$/);
  });

  it('tells an empty hand-off file from a whole one', async () => {
    const { code, err } = await run(day.folder.write('head.bin', handoffHead()));
    assert.equal(code, 1);
    assert.match(err, /no visit, expected one at least/);
  });
});
