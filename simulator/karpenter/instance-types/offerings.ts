import { type InstanceTypeFacts, instanceTypesIn, isOffered } from '../../aws/services/ec2/instance-types.ts';
import { spotPriceOf } from '../../aws/services/ec2/spot-prices.ts';
import type { Controller } from '../controller.ts';
import { LABELS } from '../names.ts';
import type { Image, NodeClass } from '../objects.ts';
import { isMet, type Requirements, requirementFor, requirementsOf } from '../requirements.ts';
import { isOfferingKey, typeLabels } from './labels.ts';
import { type TypeResources, typeResources } from './resources.ts';

export type CapacityType = 'on-demand' | 'spot';

export type Offering = {
  readonly zone: string;
  readonly zoneId: string;
  readonly capacityType: CapacityType;
  readonly pricePerHour: number;
};

/** An instance type as one node class can have it. */
export type InstanceType = {
  readonly name: string;
  readonly facts: InstanceTypeFacts;
  readonly labels: Readonly<Record<string, string>>;
  readonly resources: TypeResources;
  readonly image: Image;
  /** Those whose capacity is not marked as exhausted. */
  readonly offerings: readonly Offering[];
};

/** Every type that meets the requirements, runs on an image of the class and is offered in a zone of its subnets. */
export function instanceTypesOf(
  controller: Controller,
  nodeClass: NodeClass,
  requirements: Requirements,
): InstanceType[] {
  const zones = new Map((nodeClass.status?.subnets ?? []).map(({ zone, zoneID = '' }) => [zone, zoneID]));
  const images = (nodeClass.status?.amis ?? []).map((image) => ({
    image,
    runsOn: typeTest(requirementsOf(image.requirements)),
  }));
  const suits = typeTest(requirements);
  const wanted = wantedOffering(requirements);
  return instanceTypesIn(controller.region).flatMap((facts) => {
    if (facts.arch === undefined || facts.pricePerHour === undefined) return [];
    const labels = typeLabels(facts, controller.region);
    if (!suits(labels)) return [];
    const image = images.find(({ runsOn }) => runsOn(labels))?.image;
    if (!image) return [];
    const offerings = [...zones].flatMap(([zone, zoneId]) => offeringsIn(controller, facts, zone, zoneId, wanted));
    if (offerings.length === 0) return [];
    const resources = typeResources(facts, nodeClass, controller.settings);
    return [{ name: facts.name, facts, labels, resources, image, offerings }];
  });
}

type OfferingTest = (offering: Pick<Offering, 'zone' | 'zoneId' | 'capacityType'>) => boolean;

function wantedOffering(requirements: Requirements): OfferingTest {
  const zone = requirementFor(requirements, LABELS.zone);
  const zoneId = requirementFor(requirements, LABELS.zoneId);
  const capacityType = requirementFor(requirements, LABELS.capacityType);
  return (offering) =>
    isMet(zone, offering.zone) && isMet(zoneId, offering.zoneId) && isMet(capacityType, offering.capacityType);
}

function offeringsIn(
  controller: Controller,
  facts: InstanceTypeFacts,
  zone: string,
  zoneId: string,
  isWanted: OfferingTest,
): Offering[] {
  if (!isOffered(facts, zone)) return [];
  const { simulation } = controller;
  return (['on-demand', 'spot'] as const).flatMap((capacityType): Offering[] => {
    const pool = { zone, zoneId, capacityType };
    if (!facts.usageClasses.includes(capacityType) || !isWanted(pool)) return [];
    if (!isAvailable(controller, facts.name, pool)) return [];
    const price = capacityType === 'spot' ? spotPriceOf(simulation, facts, zone, simulation.now()) : facts.pricePerHour;
    return price === undefined ? [] : [{ ...pool, pricePerHour: Number(price) }];
  });
}

/** How long an offering without capacity is not tried again. */
const UNAVAILABLE_MS = 180_000;

type Pool = { readonly zone: string; readonly capacityType: string };

export function markUnavailable(controller: Controller, type: string, { zone, capacityType }: Pool): void {
  controller.state().unavailable[`${type} ${zone} ${capacityType}`] = controller.simulation.now() + UNAVAILABLE_MS;
}

function isAvailable(controller: Controller, type: string, { zone, capacityType }: Pool): boolean {
  const { unavailable } = controller.state();
  const nowMs = controller.simulation.now();
  return [`${type} ${zone} ${capacityType}`, `* * ${capacityType}`].every((key) => (unavailable[key] ?? 0) <= nowMs);
}

/** Tells whether the labels of a type (offerings aside) meet the requirements that types can meet. */
function typeTest(requirements: Requirements): (labels: Readonly<Record<string, string>>) => boolean {
  const asked = [...requirements]
    .filter(([key]) => !isOfferingKey(key))
    .map(([key, requirement]) => ({ key, requirement, isOfTypes: key.startsWith('karpenter.k8s.aws/instance-') }));
  return (labels) => {
    for (const { key, requirement, isOfTypes } of asked) {
      const label = labels[key];
      if ((isOfTypes || label !== undefined) && !isMet(requirement, label)) return false;
    }
    return true;
  };
}

/** The types, with the offerings, that meet the requirements. */
export function matchingTypes(types: readonly InstanceType[], requirements: Requirements): InstanceType[] {
  const isWanted = wantedOffering(requirements);
  const suits = typeTest(requirements);
  return types.flatMap((type) => {
    if (!suits(type.labels)) return [];
    const offerings = type.offerings.filter(isWanted);
    return offerings.length > 0 ? [{ ...type, offerings }] : [];
  });
}

/** Cheapest first; equal prices by name. */
export function byPrice(types: readonly InstanceType[]): InstanceType[] {
  const price = (type: InstanceType) => Math.min(...type.offerings.map(({ pricePerHour }) => pricePerHour));
  return types
    .map((type) => ({ type, price: price(type) }))
    .sort((left, right) => left.price - right.price || (left.type.name < right.type.name ? -1 : 1))
    .map(({ type }) => type);
}

/** All labels of a node of this type from this offering. */
export function nodeLabels(type: InstanceType, offering: Offering): Record<string, string> {
  return {
    ...type.labels,
    [LABELS.zone]: offering.zone,
    [LABELS.zoneId]: offering.zoneId,
    [LABELS.capacityType]: offering.capacityType,
  };
}
