/**
 * Compiles all modules of a board in one run of tsc. The SDK's makefile runs tsc once a module, which
 * checks everything a hundred times; it takes what stands here, newer than its sources, for its
 * own. Options are those that mcconfig has written; only where the output goes is changed.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What mcconfig writes beside each module in TypeScript. */
interface ModuleProject {
  readonly extends: string;
  readonly compilerOptions: { readonly rootDir: string; readonly outDir: string };
  readonly files: readonly [source: string];
}

const OUTPUTS = ['.js', '.js.map'];

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
  const all = { extends: first.extends, compilerOptions: { rootDir, outDir }, files };
  writeFileSync(project, JSON.stringify(all));
  const exitCode = await tsc(project);
  if (exitCode !== 0) return exitCode;
  for (const {
    compilerOptions,
    files: [source],
  } of projects) {
    const stem = source.slice(rootDir.length).replace(/\.ts$/, '');
    for (const extension of OUTPUTS) {
      const target = join(compilerOptions.outDir, stem + extension);
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(join(outDir, stem + extension), target);
    }
  }
  return 0;
}
