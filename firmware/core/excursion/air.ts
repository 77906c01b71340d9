/**
 * What all kits aboard share: the open lid, humid air, light. Each adds up over a kit's life, from
 * the beginning of its stay on. Humidity holds from its reading to the next one, at most for the
 * gap allowance; lid and light are recorded when they change, and hold until they do.
 */
import { CUSTODY, HUMIDITY_ABSENT } from '../units.js';
import { PROFILE_COUNT_MAX } from '../limits.js';
import { COMMON, KIT, KIT_COUNT_MAX, kitAt, ZONE, zoneAt } from './kits.js';
import { comeAbout, rest } from './marks.js';
import { PROFILE, profileAt, RULE } from './profile.js';
import { REASON } from './reasons.js';

const LID_BIT = 1 << REASON.lidOpen;
const HUMIDITY_BIT = 1 << REASON.humidity;
const LIGHT_BIT = 1 << REASON.light;
const FOR_EVER_S = 0x7fffffff;
const ALL_KITS = (1 << KIT_COUNT_MAX) - 1;

export class Air {
  private readonly words: Int32Array;
  private readonly rules: Int32Array;
  /** More than these may be beyond the limit of a kit aboard; -1 where nobody has asked. */
  humidFrom = -1;
  brightFrom = -1;

  /** `words` are the durable KITS_WORDS, `rules` those of the profiles. */
  constructor(words: Int32Array, rules: Int32Array) {
    this.words = words;
    this.rules = rules;
  }

  /** A kit of the profile whose words are at `p` is aboard. */
  ask(p: number): void {
    const { rules } = this;
    const humidity = rules[p + PROFILE.humidityPlace]!;
    const light = rules[p + PROFILE.lightPlace]!;
    const limitAt = p + PROFILE.rules + RULE.limit;
    if (humidity >= 0) {
      const permille = rules[limitAt + humidity * RULE.words]!;
      if (permille < this.humidFrom) this.humidFrom = permille;
    }
    if (light < 0) return;
    const lux = rules[limitAt + light * RULE.words]!;
    if (lux < this.brightFrom) this.brightFrom = lux;
  }

  /** Adds what held until now; answers the bits of the kits whose marks may be others now. */
  until(nowS: number, sequence: number): number {
    const { words } = this;
    let changed = words[COMMON.lidOpen] === 0 ? 0 : this.lidUntil(nowS, sequence);
    const permille = words[COMMON.humidityPermille]!;
    if (permille > this.humidFrom) {
      const readAtS = words[COMMON.humidityReadAtS]! - 1;
      const sinceS = words[COMMON.humidityAccruedToS]!;
      if (nowS > sinceS) words[COMMON.humidityAccruedToS] = nowS;
      changed |= this.add(PROFILE.humidityPlace, permille, sinceS, readAtS, nowS, sequence);
    }
    const lux = words[COMMON.lightLux]!;
    if (lux > this.brightFrom) {
      const sinceS = words[COMMON.lightAccruedToS]!;
      if (nowS > sinceS) words[COMMON.lightAccruedToS] = nowS;
      changed |= this.add(PROFILE.lightPlace, lux, sinceS, FOR_EVER_S, nowS, sequence);
    }
    return changed;
  }

  /** The lid opens or closes. */
  lid(isOpen: number, nowS: number, sequence: number): void {
    const { words } = this;
    if (words[COMMON.lidOpen] !== 0) this.lidUntil(nowS, sequence);
    words[COMMON.lidOpen] = isOpen;
    words[COMMON.lidAccruedToS] = nowS;
    if (isOpen === 0) this.restAll(LID_BIT);
  }

  /**
   * The humidity of a reading, per mille; one without a value lets the last one hold. Answers the
   * bits of the kits whose marks may be others now.
   */
  humidity(permille: number, nowS: number, sequence: number): number {
    const { words } = this;
    if (permille === HUMIDITY_ABSENT) return 0;
    const was = words[COMMON.humidityPermille]!;
    words[COMMON.humidityPermille] = permille;
    words[COMMON.humidityReadAtS] = nowS + 1;
    words[COMMON.humidityAccruedToS] = nowS;
    if (permille > this.humidFrom) this.note(PROFILE.humidityPlace, permille, sequence);
    if (was <= this.humidFrom || !this.isBeyond(PROFILE.humidityPlace, was)) return 0;
    if (this.isBeyond(PROFILE.humidityPlace, permille)) return 0;
    this.restAll(HUMIDITY_BIT);
    return ALL_KITS;
  }

  /** The light has changed, lux. */
  light(lux: number, nowS: number, sequence: number): void {
    const { words } = this;
    const was = words[COMMON.lightLux]!;
    words[COMMON.lightLux] = lux;
    words[COMMON.lightAccruedToS] = nowS;
    if (this.isBeyond(PROFILE.lightPlace, lux)) this.note(PROFILE.lightPlace, lux, sequence);
    else if (this.isBeyond(PROFILE.lightPlace, was)) this.restAll(LIGHT_BIT);
  }

  /** A kit comes aboard into what holds now. */
  enter(kit: number, sequence: number): void {
    const { words } = this;
    this.noteKit(kit, PROFILE.humidityPlace, words[COMMON.humidityPermille]!, sequence);
    this.noteKit(kit, PROFILE.lightPlace, words[COMMON.lightLux]!, sequence);
  }

  /** Whether a value is beyond the limit of any profile: mostly it is not, and no kit is asked. */
  private isBeyond(key: number, value: number): boolean {
    const { rules } = this;
    if (value === 0) return false;
    for (let p = 0; p < PROFILE_COUNT_MAX * PROFILE.words; p += PROFILE.words) {
      if (rules[p + key]! >= 0 && isOver(rules, p, key, value)) return true;
    }
    return false;
  }

  private add(
    key: number,
    value: number,
    sinceS: number,
    readAtS: number,
    nowS: number,
    sequence: number,
  ): number {
    const { words, rules } = this;
    const bit = key === PROFILE.humidityPlace ? HUMIDITY_BIT : LIGHT_BIT;
    let changed = 0;
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      const at = kitAt(kit);
      if (words[at + KIT.custody] !== CUSTODY.in) continue;
      const p = profileAt(words[at + KIT.profile]!);
      if (!isOver(rules, p, key, value)) continue;
      const fromS = words[at + KIT.fromS]! > sinceS ? words[at + KIT.fromS]! : sinceS;
      const isHeld = nowS - readAtS <= rules[p + PROFILE.gapAllowanceS]!;
      const heldS = (isHeld ? nowS : readAtS + rules[p + PROFILE.gapAllowanceS]!) - fromS;
      if (heldS <= 0) continue;
      const zone = zoneAt(kit, rules[p + key]!);
      const countS = words[zone + ZONE.countS]! + heldS;
      words[zone + ZONE.countS] = countS;
      const rule = p + PROFILE.rules + rules[p + key]! * RULE.words;
      if (countS < rules[rule + RULE.allowanceS]!) continue;
      comeAbout(words, at, bit, sequence);
      changed |= 1 << kit;
    }
    return changed;
  }

  private lidUntil(nowS: number, sequence: number): number {
    const { words, rules } = this;
    const sinceS = words[COMMON.lidAccruedToS]!;
    const openS = nowS - sinceS;
    if (openS <= 0) return 0; // a reading that was begun before the lid opened
    words[COMMON.lidAccruedToS] = nowS;
    let changed = 0;
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      const at = kitAt(kit);
      if (words[at + KIT.custody] !== CUSTODY.in) continue;
      const stayS = nowS - words[at + KIT.fromS]!;
      if (stayS <= 0) continue;
      const total = words[at + KIT.lidOpenS]! + (openS < stayS ? openS : stayS);
      words[at + KIT.lidOpenS] = total;
      const p = profileAt(words[at + KIT.profile]!);
      if (total < rules[p + PROFILE.lidAllowedS]!) continue;
      comeAbout(words, at, LID_BIT, sequence);
      changed |= 1 << kit;
    }
    return changed;
  }

  private note(key: number, value: number, sequence: number): void {
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      if (this.words[kitAt(kit) + KIT.custody] !== CUSTODY.in) continue;
      this.noteKit(kit, key, value, sequence);
    }
  }

  /** Begins the first stay beyond a limit, and keeps the extreme of all. */
  private noteKit(kit: number, key: number, value: number, sequence: number): void {
    const { words, rules } = this;
    const p = profileAt(words[kitAt(kit) + KIT.profile]!);
    if (!isOver(rules, p, key, value)) return;
    const zone = zoneAt(kit, rules[p + key]!);
    if (words[zone + ZONE.startSequence] === 0) words[zone + ZONE.startSequence] = sequence;
    if (value <= words[zone + ZONE.extreme]!) return;
    words[zone + ZONE.extreme] = value;
    words[zone + ZONE.extremeSequence] = sequence;
  }

  private restAll(bits: number): void {
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) rest(this.words, kitAt(kit), bits);
  }
}

/** Whether a profile has a rule in the place named by `key`, and the value is beyond its limit. */
function isOver(rules: Int32Array, p: number, key: number, value: number): boolean {
  const place = rules[p + key]!;
  if (place < 0 || rules[p + PROFILE.used] !== 1) return false;
  return value > rules[p + PROFILE.rules + place * RULE.words + RULE.limit]!;
}

/** Bits of the excursions without an end that go on for a kit now; its words are at `at`. */
export function lasting(words: Int32Array, rules: Int32Array, at: number): number {
  const p = profileAt(words[at + KIT.profile]!);
  let bits = words[COMMON.lidOpen] === 1 ? LID_BIT : 0;
  if (isOver(rules, p, PROFILE.humidityPlace, words[COMMON.humidityPermille]!)) {
    bits |= HUMIDITY_BIT;
  }
  if (isOver(rules, p, PROFILE.lightPlace, words[COMMON.lightLux]!)) bits |= LIGHT_BIT;
  return bits;
}
