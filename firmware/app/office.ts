/**
 * Where signed objects come in and are carried out: the desk that takes and checks them, and the
 * parts behind it; and what has to be announced in time. Wired here, so that the container has one
 * thing to hold.
 */
import type { ProfileTable } from '../core/excursion/profile.js';
import { ObjectDesk } from '../core/handoff/desk.js';
import type { RoleTable } from '../core/handoff/roles.js';
import type { Catalogue } from '../core/journal/catalogue.js';
import type { Journal } from '../core/journal/journal.js';
import type { Limits } from '../core/limits.js';
import type { CalibrationTable } from '../core/reading/calibration.js';
import type { SignerPort } from '../core/ports.js';
import type { Sha256 } from '../core/sha256.js';
import { Calibrations } from './calibrations.js';
import { Decisions } from './decisions.js';
import { KitFinder } from './kit-finder.js';
import type { Ledger } from './ledger.js';
import type { Memory } from './memory.js';
import { Objects } from './objects.js';
import { Orders } from './orders.js';
import { Packing } from './packing.js';
import type { Profiles } from './profiles.js';
import { Slips } from './slips.js';
import { UseBy } from './use-by.js';
import type { WallClock } from './wall-clock.js';

export interface OfficeParts {
  readonly memory: Memory;
  readonly limits: Limits;
  readonly table: ProfileTable;
  readonly catalogue: Catalogue;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly profiles: Profiles;
  readonly roles: RoleTable;
  readonly wallClock: WallClock;
  readonly calibration: CalibrationTable;
}

export class Office {
  readonly desk: ObjectDesk;
  readonly objects: Objects;
  readonly calibrations: Calibrations;
  readonly slips: Slips;
  private readonly useBy: UseBy;

  /** `sha` is for one hash at a time. */
  constructor(signer: SignerPort, sha: Sha256, parts: OfficeParts) {
    const { memory, limits, table, catalogue, journal, ledger, profiles, roles, wallClock } = parts;
    const words = memory.kits;
    const finder = new KitFinder(words, catalogue);
    const desk = (): ObjectDesk => this.desk;
    this.slips = new Slips(words, table.words, finder, ledger, journal, desk);
    const { slips } = this;
    const packing = new Packing(words, table, finder, slips, ledger, limits);
    this.calibrations = new Calibrations(
      memory.calibration,
      words,
      parts.calibration,
      catalogue,
      ledger,
      limits,
    );
    const { calibrations } = this;
    const people = { ledger, words, catalogue, roles, packing, finder, wallClock, calibrations };
    const orders = new Orders(people);
    const decisions = new Decisions(ledger, finder, orders);
    this.objects = new Objects(
      { ledger, memory, catalogue, journal, roles, profiles, orders, decisions, slips },
      desk,
    );
    this.desk = new ObjectDesk(signer, roles, this.objects, sha);
    this.useBy = new UseBy(ledger, words, table.words);
  }

  /** Tells those behind the desk the time, and announces what is due. */
  step(uptimeS: number): void {
    this.objects.uptimeS = uptimeS;
    this.useBy.step(uptimeS);
    this.calibrations.step(uptimeS);
  }
}
