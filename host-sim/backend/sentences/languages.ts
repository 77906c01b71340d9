/**
 * Hands on the languages of the sentences by their codes, as `--language` names them; another one
 * is a file beside these and a line here.
 */
import { DANISH } from './da.js';
import { ENGLISH } from './en.js';
import type { Language, LanguageCode } from './language.js';
import { BOKMAL } from './nb.js';
import { SWEDISH } from './sv.js';

const LANGUAGES: Readonly<Record<LanguageCode, Language>> = Object.freeze({
  en: ENGLISH,
  nb: BOKMAL,
  sv: SWEDISH,
  da: DANISH,
});

/** What a language gives to the sentences. */
export function languageOf(code: LanguageCode): Language {
  return LANGUAGES[code];
}
