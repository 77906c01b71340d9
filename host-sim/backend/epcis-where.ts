/**
 * Hands on where something befell the container, for its EPCIS event: at a dock the event's
 * readPoint and bizLocation say it already; under way extensions do, with what the position comes
 * from, how old it is, and the places before and after. They stand at the top level of the event,
 * where all implementations hash them alike; a position is a URI, as no small number hashes alike.
 */
import { toDigitalLink } from './digital-link.js';
import { wordUri } from './epcis-frame.js';
import type { ExtensionValue } from './epcis-types.js';
import type { Whereabouts } from './whereabouts.js';

type Extensions = Readonly<Record<string, ExtensionValue | undefined>>;

/** As far as known; `place` is the Digital Link that the event's readPoint has. */
export function whereExtensions(where: Whereabouts, place: string | undefined): Extensions {
  const { source, uncertaintyM, ageS } = where;
  const isToldByPlace = where.place !== null && linkOrNone(where.place) === place;
  if (isToldByPlace) return { 'plasma:placeAgeS': ageS !== null && ageS > 0 ? ageS : undefined };
  return {
    'plasma:position': geoUri(where),
    'plasma:positionSource': source === null ? undefined : wordUri('place-source', source),
    'plasma:positionUncertaintyM': uncertaintyM ?? undefined,
    'plasma:positionAgeS': ageS ?? undefined,
    'plasma:placeBefore': linkOrNone(where.place ?? where.before),
    'plasma:placeAfter': linkOrNone(where.after),
  };
}

/** Where it was as one URI: the place's Digital Link, else the position; undefined without both. */
export function whereUri(where: Whereabouts): string | undefined {
  return linkOrNone(where.place) ?? geoUri(where);
}

/** RFC 5870, with the uncertainty in metres. */
function geoUri({ fix, uncertaintyM }: Whereabouts): string | undefined {
  if (fix === null) return undefined;
  const accuracy = uncertaintyM === null ? '' : `;u=${uncertaintyM}`;
  return `geo:${fix.latitude},${fix.longitude}${accuracy}`;
}

function linkOrNone(gln: string | null): string | undefined {
  if (gln === null) return undefined;
  try {
    return toDigitalLink(gln);
  } catch {
    return undefined; // an id that is no GLN is no place for others
  }
}
