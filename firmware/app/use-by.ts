/**
 * Warns of a mixed kit's use-by: one NOTICE when half of it has passed, one at its end. A kit whose
 * profile sets none gets no warning; what it shows is since when it is mixed. Looks at the kits
 * only when something was recorded, or an instant has come.
 */
import { COMMON, KIT, KIT_COUNT_MAX, kitAt } from '../core/excursion/kits.js';
import { PROFILE, profileAt, USE_BY_UNSET } from '../core/excursion/profile.js';
import { NOTICE, RECORD } from '../core/record/schema.js';
import { CUSTODY } from '../core/units.js';
import type { Ledger } from './ledger.js';

const NEVER = 0x7fffffff;

export class UseBy {
  private readonly ledger: Ledger;
  private readonly words: Int32Array;
  private readonly rules: Int32Array;
  private revision = -1;
  private nextS = NEVER;

  /** `words` are the durable KITS_WORDS, `rules` those of the profiles. */
  constructor(ledger: Ledger, words: Int32Array, rules: Int32Array) {
    this.ledger = ledger;
    this.words = words;
    this.rules = rules;
  }

  /** Records what is to be warned of by now. */
  step(uptimeS: number): void {
    const nowS = this.words[COMMON.bootElapsedS]! + uptimeS;
    if (this.ledger.revision === this.revision && nowS < this.nextS) return;
    this.revision = this.ledger.revision;
    this.nextS = NEVER;
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      const at = kitAt(kit);
      if (this.words[at + KIT.custody] === CUSTODY.mixed) this.look(kit, at, nowS, uptimeS);
    }
  }

  private look(kit: number, at: number, nowS: number, uptimeS: number): void {
    const { words, rules } = this;
    const useByS = rules[profileAt(words[at + KIT.profile]!) + PROFILE.useByS]!;
    if (useByS === USE_BY_UNSET) return;
    const noticed = words[at + KIT.noticed]!;
    const leftS = words[at + KIT.mixedAtS]! + useByS - nowS;
    const leftAtHalfS = useByS >> 1;
    if ((noticed & (1 << NOTICE.useByEnd)) !== 0) return;
    if (leftS <= 0) return this.record(NOTICE.useByEnd, kit, 0, uptimeS);
    if ((noticed & (1 << NOTICE.useByHalf)) === 0) {
      if (leftS <= leftAtHalfS) this.record(NOTICE.useByHalf, kit, leftS, uptimeS);
      else this.wake(nowS + leftS - leftAtHalfS);
    }
    this.wake(nowS + leftS);
  }

  private wake(atS: number): void {
    if (atS < this.nextS) this.nextS = atS;
  }

  private record(code: number, kit: number, leftS: number, uptimeS: number): void {
    const { fields } = this.ledger.begin(RECORD.notice, uptimeS);
    fields[0] = code;
    fields[1] = kit;
    fields[2] = leftS;
    this.ledger.store();
  }
}
