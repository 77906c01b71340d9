/**
 * A folder that looks like an installed SDK, ESP-IDF and checkout to the commands, and programs
 * that leave what the real ones leave. Nothing of the SDK is in it.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DeviceIo } from '../../../../host-sim/cli/device/command.js';
import type { Invocation } from '../../../../host-sim/cli/device/process.js';
import { FakeTerminal } from '../run-fixture.js';

export class FakeSdk {
  readonly root = mkdtempSync(join(tmpdir(), 'plasmavakt-sdk-'));
  readonly sdk = join(this.root, 'moddable');
  readonly idf = join(this.root, 'esp-idf');
  readonly checkout = join(this.root, 'checkout');
  readonly stdout = new FakeTerminal();
  readonly stderr = new FakeTerminal();
  readonly invocations: Invocation[] = [];
  env: NodeJS.ProcessEnv = {
    MODDABLE: this.sdk,
    IDF_PATH: this.idf,
    PATH: join(this.root, 'bin'),
  };
  /** What a program does besides being noted; its exit code. */
  act: (invocation: Invocation) => number = () => 0;

  constructor() {
    for (const tool of ['mcconfig', 'mcrez', 'xsc', 'xsid', 'xsl']) {
      this.program(join(this.sdk, 'build', 'bin', 'lin', 'release', tool));
    }
    this.file(join(this.sdk, 'examples', 'manifest_base.json'), '{}');
    this.file(join(this.sdk, 'tools', 'VERSION'), '8.2.3\n');
    this.file(join(this.idf, 'tools', 'idf.py'), '');
    this.program(join(this.checkout, 'node_modules', '.bin', 'tsc'));
    this.program(join(this.root, 'bin', 'make'));
  }

  get io(): DeviceIo {
    return {
      stdout: this.stdout,
      stderr: this.stderr,
      env: this.env,
      platform: 'linux',
      checkout: this.checkout,
      run: (invocation) => {
        this.invocations.push(invocation);
        return Promise.resolve(this.act(invocation));
      },
    };
  }

  file(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  program(path: string): void {
    this.file(path, '#!/bin/sh\n');
    chmodSync(path, 0o755);
  }

  remove(path: string): void {
    rmSync(path, { recursive: true });
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
