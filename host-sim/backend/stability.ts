/**
 * Hands on the table of relative degradation rates that goes into a profile: Arrhenius from an
 * activation energy, one integer knot per whole °C, so that a container needs no exponential. The
 * rate is per mille of that at 8 °C. A warmer reference makes the cold end too coarse (at 25 °C the
 * knot of 46 ‰ at 0 °C is off by 0.9 %), a colder one makes budgets that leave the container's
 * range; with 8 °C rounding and linear interpolation stay within 0.5 %. R as in USP <1160>.
 */

export const GAS_CONSTANT_KJ_PER_MOL_K = 0.0083144;
export const ZERO_CELSIUS_K = 273.15;
/** Rates are relative to this temperature; the budget is in seconds at it. */
export const RATE_REFERENCE_C = 8;
export const FIRST_KNOT_C = 0;
export const LAST_KNOT_C = 70;
const RATE_UNIT = 1000;

/** Exact rate at a temperature, as a multiple of the rate at the reference temperature. */
export function relativeRate(temperatureC: number, activationEnergyKJPerMol: number): number {
  const reference = 1 / (ZERO_CELSIUS_K + RATE_REFERENCE_C);
  const here = 1 / (ZERO_CELSIUS_K + temperatureC);
  return Math.exp((activationEnergyKJPerMol / GAS_CONSTANT_KJ_PER_MOL_K) * (reference - here));
}

/** Knots in per mille, one per °C from FIRST_KNOT_C to LAST_KNOT_C. */
export function rateTable(activationEnergyKJPerMol: number): number[] {
  const table: number[] = [];
  for (let knotC = FIRST_KNOT_C; knotC <= LAST_KNOT_C; knotC++) {
    table.push(Math.round(RATE_UNIT * relativeRate(knotC, activationEnergyKJPerMol)));
  }
  return table;
}

/** Seconds at the reference temperature that degrade as much as `seconds` at a temperature. */
export function budgetOfShelfLife(
  shelfLifeS: number,
  shelfLifeC: number,
  activationEnergyKJPerMol: number,
): number {
  return Math.floor(shelfLifeS * relativeRate(shelfLifeC, activationEnergyKJPerMol));
}
