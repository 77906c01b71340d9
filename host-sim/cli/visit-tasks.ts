/**
 * Hands on what a dock's gateway is asked to do, from what the world's people want: labels instead
 * of kits, wall time instead of the journey's.
 */
import { WALL_EPOCH_UNIX_S } from '../../firmware/core/units.js';
import type { Calibration } from '../backend/calibration.js';
import type { DockTask } from '../backend/dock-tasks.js';
import { certificateOf } from '../world/probe-error.js';
import type { Scenario } from '../world/scenario-model.js';
import type { DockVisit } from '../world/world-event.js';
import { PEOPLE } from './setup.js';

/** A task of a visit; `startWallS` is the wall time at which the journey began. */
export function gatewayTask(
  task: DockVisit['tasks'][number],
  startWallS: number,
  scenario: Scenario,
): DockTask {
  switch (task.kind) {
    case 'calibrate': {
      const calibrations = task.probes.map((probe) => calibrationOf(scenario, probe, task.until));
      return { kind: 'calibrate', calibrations };
    }
    case 'pack': {
      const { slot, profileId, kit } = task;
      return { kind: 'pack', slot, profileId, packingList: kit.packingList };
    }
    case 'transfer':
      return { kind: 'transfer', sgtin: task.kit.packingList.sgtin };
    case 'decide': {
      const { kit, decision, by } = task;
      return { kind: 'decide', sgtin: kit.packingList.sgtin, decision, signer: by };
    }
    case 'tell': {
      const { kit, why, mixedAtMs } = task;
      const { sgtin } = kit.packingList;
      const mixedWallS = mixedAtMs === undefined ? null : startWallS + Math.floor(mixedAtMs / 1000);
      return { kind: 'tell', sgtin, why, mixedWallS, staff: PEOPLE.quality };
    }
    default:
      return task;
  }
}

/** The certificate in the container's terms: what the part shows, and what to add to it. */
function calibrationOf(scenario: Scenario, probe: number, until: string | undefined): Calibration {
  const { container, start } = scenario;
  const { id, endsAtMs, errors } = certificateOf(container, probe, start, until);
  const centi = (celsius: number): number => Math.round(celsius * 100);
  return {
    probe,
    certificate: id,
    dueWallS: Math.round(endsAtMs / 1000) - WALL_EPOCH_UNIX_S,
    points: errors.map(([trueC, errorC]) => ({
      shownCentiC: centi(trueC + errorC),
      addCentiC: -centi(errorC),
    })),
  };
}
