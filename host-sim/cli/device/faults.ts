/**
 * What can be wrong with a firmware that compiles and links all the same, found in what the SDK's
 * tools have made: a module that is not preloaded (it would run in RAM), a table that is not frozen
 * (it costs RAM), a memory that another manifest has changed, a setting for ESP-IDF that got lost
 * when files were merged.
 */
import type { LinkReport } from './link-report.js';
import type { Creation, Makefile } from './makefile.js';

const OURS = /^(core|app|device)\//;

/** Modules of ours that the machine would load into RAM. */
export function preloadFaults({ modules, preloads }: Makefile): string[] {
  const preloaded = new Set(preloads);
  return modules
    .filter((module) => OURS.test(module) && !preloaded.has(module))
    .map((module) => `${module} is not preloaded`);
}

/** Numbers of `creation` that did not arrive as the manifest asks for them. */
export function creationFaults(asked: Omit<Creation, 'main'>, got: Creation): string[] {
  const names = ['static', 'chunk', 'heap', 'stack'] as const;
  return names
    .filter((name) => asked[name] !== got[name])
    .map((name) => `creation.${name} is ${got[name]}, manifests/base.json says ${asked[name]}`);
}

/** Modules whose tables the linker found writable; each object costs RAM. */
export function frozenFaults({ unfrozen }: LinkReport): string[] {
  return [...unfrozen].map(
    ([module, count]) => `${module} has ${count} objects that are not frozen`,
  );
}

/** Settings that ESP-IDF will not get as `asked` has them; `merged` is what mcconfig wrote. */
export function settingFaults(asked: string, merged: string): string[] {
  const got = settingsOf(merged);
  const faults: string[] = [];
  for (const [name, value] of settingsOf(asked)) {
    const arrived = got.get(name);
    // mcconfig empties a line that says y where n is asked for: Kconfig's own default holds then.
    const isAsAsked = value === 'n' ? arrived !== 'y' : arrived === value;
    if (!isAsAsked) faults.push(`${name} is ${arrived ?? 'not set'}, asked for was ${value}`);
  }
  return faults;
}

/** By name; the last line of a name counts, as it does for Kconfig. */
function settingsOf(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  for (const [, name, value] of text.matchAll(/^(CONFIG_\w+)=(.*)$/gm)) settings.set(name!, value!);
  return settings;
}
