/**
 * Hands on HTML text from templates. What is put into a template is escaped, unless it is itself
 * the outcome of a template: so a kit's serial number or a place's name can never become markup,
 * and no template needs to remember to escape.
 */

/** Text that is already HTML. Made by `html` and `trusted` alone. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

type Part = string | number | Markup | null | undefined | false | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** A template whose parts are escaped; lists are joined, null, undefined and false are nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = strings[0]!;
  parts.forEach((part, index) => {
    text += render(part) + strings[index + 1]!;
  });
  return new Markup(text);
}

/** Marks text of our own (style sheets, drawings) as HTML. Never for text from a log. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

/** JSON that may stand inside a script element: no `<`, no line separators. */
export function jsonForScript(value: unknown): Markup {
  const text = JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return new Markup(text);
}

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(render).join('');
  return escapeHtml(String(part));
}
