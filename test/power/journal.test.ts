import assert from 'node:assert/strict';
import { ERASE_FORMS, type Tear, TEARS } from '../../host-sim/ports/flash-tear.js';
import { Campaign, type Cut, type Workload } from './campaign.js';
import { FAILING_WORKLOADS, WORKLOADS } from './workloads.js';

/** Operations that a recovery and its first record take: settle, erase, state, header, frame. */
const RECOVERY_OPERATIONS = 8;
/** Different fates of the same operation: which bits are done is drawn by the seed. */
const SEEDS: Readonly<Record<Tear, number>> = { clean: 1, prefix: 2, subset: 3, unstable: 3 };

const campaigns = new Map<Workload, Campaign>();

function campaignOf(workload: Workload): Campaign {
  const campaign = campaigns.get(workload) ?? new Campaign(workload);
  campaigns.set(workload, campaign);
  return campaign;
}

/** Every operation of the script, in every fate. */
function everyCut(campaign: Campaign, tear: Tear): Cut[] {
  const cuts: Cut[] = [];
  for (let operation = 1; operation <= campaign.operationCount; operation++) {
    for (let seed = 0; seed < SEEDS[tear]; seed++) cuts.push({ operation, tear, seed });
  }
  return cuts;
}

describe('a power cut in any operation of the journal', function () {
  this.timeout(60_000);
  for (const workload of WORKLOADS) {
    for (const tear of ['clean', 'prefix', 'subset', 'unstable'] as const) {
      it(`loses, alters and doubles nothing: ${workload.name}, ${tear}`, () => {
        const campaign = campaignOf(workload);
        for (const cut of everyCut(campaign, tear)) campaign.try(cut);
      });
    }
  }
});

describe('a power cut in any erase', function () {
  this.timeout(60_000);
  for (const form of ERASE_FORMS) {
    it(`loses, alters and doubles nothing: ${form}`, () => {
      let erases = 0;
      for (const workload of WORKLOADS) {
        const campaign = campaignOf(workload);
        campaign.operations.forEach(({ kind }, i) => {
          if (kind !== 'erase') return;
          erases += 1;
          const tear = form === 'unstable' ? 'unstable' : 'subset';
          for (let seed = 0; seed < 4; seed++) {
            const again = seed % 2 === 0 ? [] : [1 + (i % RECOVERY_OPERATIONS)];
            campaign.try({ operation: i + 1, tear, form, seed, again });
          }
        });
      }
      assert.ok(erases >= 20);
    });
  }
});

describe('a power cut on flash that fails', function () {
  this.timeout(60_000);
  for (const workload of FAILING_WORKLOADS) {
    it(`loses, alters and doubles nothing: ${workload.name}`, () => {
      const campaign = campaignOf(workload);
      for (let operation = 1; operation <= campaign.operationCount; operation++) {
        for (const [seed, tear] of TEARS.entries()) {
          if (seed % 2 !== operation % 2) continue; // two fates of each, all four between them
          const isAgain = (operation + seed) % 3 === 0;
          const again = isAgain ? [1 + (operation % RECOVERY_OPERATIONS)] : [];
          campaign.try({ operation, tear, seed, again });
        }
      }
    });
  }
});

describe('a power cut in any operation of the recovery from one', function () {
  this.timeout(60_000);
  for (const workload of WORKLOADS) {
    it(`loses, alters and doubles nothing: ${workload.name}`, () => {
      const campaign = campaignOf(workload);
      for (const tear of ['prefix', 'subset', 'unstable'] as const) {
        for (let operation = 1; operation <= campaign.operationCount; operation += 4) {
          for (let again = 1; again <= RECOVERY_OPERATIONS; again++) {
            const later = 1 + ((operation + again) % RECOVERY_OPERATIONS);
            campaign.try({ operation, tear, seed: again, again: [again, later] });
          }
        }
      }
    });
  }
});
