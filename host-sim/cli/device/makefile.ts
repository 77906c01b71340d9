/**
 * Reads what mcconfig has made of the manifests: the makefile that it wrote tells which modules
 * there are, which of them are preloaded, and with which memory the machine is created. These are
 * the SDK's merged truth, where the manifests are only what we asked for.
 */

export interface Makefile {
  /** Specifiers of all modules, as `core/journal/journal`; those of the SDK as it writes them. */
  readonly modules: readonly string[];
  readonly preloads: readonly string[];
  readonly creation: Creation;
}

/** The numbers of `creation`, as they arrived. */
export interface Creation {
  readonly chunk: number;
  readonly heap: number;
  readonly stack: number;
  readonly static: number;
  readonly main: string;
}

/** Throws when the text is no makefile of mcconfig. */
export function readMakefile(text: string): Makefile {
  const modules = listOf(text, 'MODULES').flatMap((item) => specifierOf(item, '$(MODULES_DIR)/'));
  const preloads = listOf(text, 'PRELOADS').flatMap((item) => specifierOf(item, '-p '));
  return { modules, preloads, creation: creationOf(text) };
}

/** The items of a variable, one a line: "NAME =\", then lines that begin with a tab. */
function listOf(text: string, name: string): string[] {
  const lines = new RegExp(`^${name} =\\\\\n((?:\t.*\n)+)`, 'm').exec(text)?.[1];
  if (lines === undefined) throw new Error(`the makefile has no list ${name}`);
  return lines
    .trim()
    .split('\n')
    .map((line) => line.trim().replace(/\\$/, ''));
}

/** Of compiled modules only; the list also names files of symbols. */
function specifierOf(item: string, prefix: string): string[] {
  if (!item.startsWith(prefix) || !item.endsWith('.xsb')) return [];
  return [item.slice(prefix.length, -'.xsb'.length)];
}

/** "-c chunk,,heap,,stack,…,static,main,native": tools/mcconfig.js of the SDK. */
function creationOf(text: string): Creation {
  const fields = /^CREATION = -c (.*)$/m.exec(text)?.[1]?.split(',');
  if (fields?.length !== 14) throw new Error('the makefile has no CREATION of 14 fields');
  const number = (index: number): number => Number(fields[index]);
  return {
    chunk: number(0),
    heap: number(2),
    stack: number(4),
    static: number(11),
    main: fields[12]!,
  };
}
