/**
 * Hands on the identities of a scenario's kits, places and container in canonical form, with check
 * digits made where the scenario leaves them out and verified where it gives them. Every label has
 * passed the core's own checks before a journey begins.
 */
import { checkedProductCode } from '../backend/identity.js';
import type { PackedComponent, PackingList } from '../backend/packing-list.js';
import { expiryWallS } from '../../firmware/core/kit/date.js';
import {
  makeDin,
  makeGiai,
  makeGln,
  makeGrai,
  makeLot,
  makeSgtin,
  withCheckDigit,
} from './labels.js';
import { type DocumentPath, ScenarioProblem, unknownName } from './scenario-error.js';
import type { ContainerSpec, KitSpec, ProductSpec, ScenarioDocument } from './scenario-schema.js';

/** A kit of a journey: who it is, what is in it, by which rules it is judged. */
export interface Kit {
  /** Its name in the scenario. */
  readonly id: string;
  readonly productName: string;
  readonly profileId: string;
  readonly packingList: PackingList;
}

/** The container's own identities, canonical. */
export interface ContainerIdentity {
  readonly grai: string;
  readonly giai: string;
}

/** All kits of a scenario in its order. */
export function kitsOf(document: ScenarioDocument): Kit[] {
  const kits = Object.entries(document.kits).map(([id, spec]) => {
    const product = document.products[spec.product];
    if (product === undefined) {
      const known = Object.keys(document.products);
      throw unknownName(['kits', id, 'product'], spec.product, 'product', known);
    }
    return kitOf(id, spec, product);
  });
  const bySgtin = new Map<string, string>();
  for (const { id, packingList } of kits) {
    const other = bySgtin.get(packingList.sgtin);
    if (other !== undefined) {
      const message = `is that of kit ${other} too, expected a serial of its own`;
      throw new ScenarioProblem(['kits', id, 'serial'], message);
    }
    bySgtin.set(packingList.sgtin, id);
  }
  return kits;
}

function kitOf(id: string, spec: KitSpec, product: ProductSpec): Kit {
  const productPath = ['products', spec.product];
  const item = digitsWithoutCheck(product.gtin, 13, [...productPath, 'gtin']);
  const serialPath = ['kits', id, 'serial'];
  const sgtin = at(serialPath, () => makeSgtin({ item, serial: spec.serial }));
  const productCode = at([...productPath, 'productCode'], () =>
    checkedProductCode(`=<${product.productCode}`),
  );
  const units = spec.dins.map((text, index) => ({
    din: at(['kits', id, 'dins', index], () => dinOf(text)),
    productCode,
  }));
  const list: PackingList = { sgtin, units, components: componentsOf(id, spec, product) };
  const { bloodGroup } = product;
  return {
    id,
    productName: product.name,
    profileId: product.profile,
    packingList: bloodGroup === undefined ? list : { ...list, bloodGroup },
  };
}

function componentsOf(id: string, spec: KitSpec, product: ProductSpec): PackedComponent[] {
  const components: PackedComponent[] = [];
  for (const kind of ['plasma', 'diluent', 'transferSet'] as const) {
    const own = spec.components?.[kind];
    const component = own ?? product.components?.[kind];
    if (component === undefined) {
      if (kind === 'transferSet') continue;
      const message = `has no ${kind}, expected it here or in product ${spec.product}`;
      throw new ScenarioProblem(['kits', id, 'components'], message);
    }
    const path =
      own === undefined
        ? ['products', spec.product, 'components', kind]
        : ['kits', id, 'components', kind];
    components.push({
      kind,
      lot: at([...path, 'lot'], () => makeLot({ lot: component.lot })),
      expiryWallS: dayEndWallS(component.expiry, [...path, 'expiry']),
    });
  }
  return components;
}

function dayEndWallS(day: string, path: DocumentPath): number {
  const [year, month, date] = day.split('-').map(Number);
  const wallS = date === 0 ? -1 : expiryWallS(year!, month!, date!);
  if (wallS >= 0) return wallS;
  throw new ScenarioProblem(path, `is '${day}', expected a day that exists, 2020 to 2087`);
}

function dinOf(text: string): string {
  const compact = text.replace(/ /g, '');
  return makeDin({
    facility: compact.slice(0, 5),
    year: Number(compact.slice(5, 7)),
    sequence: Number(compact.slice(7)),
  });
}

/** Canonical GLN of a place. */
export function glnOf(gln: string, path: DocumentPath): string {
  const location = digitsWithoutCheck(gln, 12, path);
  return at(path, () => makeGln({ location }));
}

/** GRAI and GIAI of the container. */
export function containerIdentity(container: ContainerSpec): ContainerIdentity {
  const { grai, giai } = container;
  const asset = digitsWithoutCheck(grai.asset, 12, ['container', 'grai', 'asset']);
  return {
    grai: at(['container', 'grai', 'serial'], () => makeGrai({ asset, serial: grai.serial })),
    giai: at(['container', 'giai'], () => makeGiai({ asset: giai })),
  };
}

/** Takes a check digit away where there is one, after checking it. */
function digitsWithoutCheck(text: string, length: number, path: DocumentPath): string {
  const body = text.slice(0, length);
  const whole = withCheckDigit(body);
  if (text.length === length || text === whole) return body;
  throw new ScenarioProblem(path, `is '${text}', its check digit is wrong, expected '${whole}'`);
}

/** Runs a maker of labels; its error becomes a problem at the path. */
function at<T>(path: DocumentPath, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new ScenarioProblem(path, error instanceof Error ? error.message : String(error));
  }
}
