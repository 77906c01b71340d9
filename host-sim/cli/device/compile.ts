/**
 * Compiles all modules of a board in one run of tsc. The SDK's makefile runs tsc once for each
 * module, which checks everything a hundred times; it takes what stands here, newer than its
 * sources, for its own. Options are those that mcconfig has written; only where the output goes is
 * changed.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What mcconfig writes beside each module in TypeScript. */
interface ModuleProject {
  readonly extends: string;
  readonly compilerOptions: { readonly rootDir: string; readonly outDir: string };
  readonly files: readonly [source: string];
}

/** `tsc` runs the compiler on a project; answers its exit code. */
export async function compileModules(
  folder: string,
  modules: readonly string[],
  tsc: (project: string) => Promise<number>,
): Promise<number> {
  const projects = modules
    .map((module) => join(folder, 'modules', `${module}-tsconfig.json`))
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as ModuleProject);
  const [first] = projects;
  if (first === undefined) return 0;
  const { rootDir } = first.compilerOptions;
  const outDir = join(folder, 'tsc-at-once');
  const project = join(folder, 'modules', 'at-once-tsconfig.json');
  const files = projects.map(({ files: [source] }) => source);
  // A source map would be right at one depth of folders only, and the linker needs none.
  const compilerOptions = { rootDir, outDir, sourceMap: false };
  const all = { extends: first.extends, compilerOptions, files };
  writeFileSync(project, JSON.stringify(all));
  const exitCode = await tsc(project);
  if (exitCode !== 0) return exitCode;
  for (const [index, { compilerOptions: own }] of projects.entries()) {
    const output = files[index]!.slice(rootDir.length).replace(/\.ts$/, '.js');
    const target = join(own.outDir, output);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(outDir, output), target);
  }
  return 0;
}
