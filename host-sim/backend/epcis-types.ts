/**
 * Hands on the shapes of EPCIS 2.0 events that this product makes, a small and safe part of the
 * standard: bare CBV words, canonical Digital Links, extensions at the top level of an event only,
 * no booleans. What the types cannot say is checked by epcis-rules.ts.
 */
import { NAMESPACE } from './identity.js';

export const EPCIS_CONTEXT = 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld';
/** Prefixes that every document declares inline; an undeclared one would be lost in JSON-LD. */
export const PREFIXES = Object.freeze({
  cbvmda: 'urn:epcglobal:cbv:mda:',
  plasma: NAMESPACE,
} as const);

export type SensorType = 'Temperature' | 'RelativeHumidity' | 'Acceleration' | 'Speed' | 'Time';
/** Codes of UN/CEFACT Recommendation 20. */
export type Unit = 'CEL' | 'P1' | 'K40' | 'MTS' | 'SEC';

export interface SensorReport {
  readonly type: SensorType;
  readonly exception?: 'ALARM_CONDITION' | 'ERROR_CONDITION';
  readonly time?: string;
  readonly value?: number;
  readonly component?: 'x' | 'y' | 'z';
  readonly uriValue?: string;
  readonly minValue?: number;
  readonly maxValue?: number;
  readonly meanValue?: number;
  readonly uom?: Unit;
}

export interface SensorMetadata {
  readonly time?: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly deviceID?: string;
  readonly dataProcessingMethod?: string;
  readonly bizRules?: string;
}

export interface SensorElement {
  readonly sensorMetadata?: SensorMetadata;
  readonly sensorReport: readonly SensorReport[];
}

/** Of an extension: numbers, URIs, or text that no tool takes for a number or a CBV word. */
export type ExtensionValue = number | string | readonly string[];
export type Extensions = Readonly<Record<`plasma:${string}`, ExtensionValue>>;
export type MasterData = Readonly<Record<`${'plasma' | 'cbvmda'}:${string}`, ExtensionValue>>;

export interface EventBody {
  readonly type: 'ObjectEvent' | 'AggregationEvent';
  readonly eventTime: string;
  readonly eventTimeZoneOffset: string;
  readonly epcList?: readonly string[];
  readonly parentID?: string;
  readonly childEPCs?: readonly string[];
  readonly action: 'ADD' | 'OBSERVE' | 'DELETE';
  readonly bizStep: string;
  readonly disposition?: string;
  readonly persistentDisposition?: {
    readonly set?: readonly string[];
    readonly unset?: readonly string[];
  };
  readonly readPoint?: { readonly id: string };
  readonly bizLocation?: { readonly id: string };
  readonly sensorElementList?: readonly SensorElement[];
  readonly ilmd?: MasterData;
}

/** An event before it is named by its hash. */
export type UnnamedEvent = EventBody & Extensions;
/** An event as it stands in a document. */
export type EpcisEvent = UnnamedEvent & { readonly eventID: string };

export interface EpcisDocument {
  readonly '@context': readonly [string, typeof PREFIXES];
  readonly type: 'EPCISDocument';
  readonly schemaVersion: '2.0';
  readonly creationDate: string;
  readonly epcisBody: { readonly eventList: readonly EpcisEvent[] };
}
