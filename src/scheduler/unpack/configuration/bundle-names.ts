import { LIMITS } from "../../../base/limits.ts";
import type { XmlElement } from "../../../xml/element.ts";

/** Number of containers of a bundle, and of promoted ones. */
export interface BundleNumbers {
  readonly agent: "docker" | "podman";
  readonly replicas: number;
  readonly perHost: number;
  /** More than one container may be on a node as configured; the network can still forbid it. */
  readonly isUnique: boolean;
  readonly promotedMax: number;
}

/** Reads how many containers a bundle has; undefined when it names no kind of container that is known. */
export function bundleNumbers(bundle: XmlElement): BundleNumbers | undefined {
  const agent = bundle.child("docker") ? "docker" : bundle.child("podman") ? "podman" : undefined;
  const xml = agent && bundle.child(agent);
  if (!agent || !xml) return undefined;
  const count = (name: string, least: number): number => Math.max(least, Number.parseInt(xml.get(name) ?? String(least), 10) || least);
  const promotedMax = xml.get("promoted-max") === undefined ? count("masters", 0) : count("promoted-max", 0);
  const asked = xml.get("replicas") === undefined && promotedMax > 0 ? promotedMax : count("replicas", 1);
  const replicas = Math.min(asked, LIMITS.replicas);
  const network = bundle.child("network");
  const isPortOnly = network?.get("ip-range-start") === undefined && network?.get("control-port") !== undefined;
  const askedPerHost = count("replicas-per-host", 1);
  const perHost = isPortOnly && bundle.child("primitive") ? 1 : askedPerHost;
  return { agent, replicas, perHost, isUnique: askedPerHost > 1, promotedMax };
}

/** True when the inside of a bundle's containers can be reached. */
export function isReachable(bundle: XmlElement): boolean {
  const network = bundle.child("network");
  return network?.get("ip-range-start") !== undefined || network?.get("control-port") !== undefined;
}

/** Names of the nodes that a bundle's containers are. */
export function bundleNodeNames(bundle: XmlElement, resources: readonly XmlElement[]): string[] {
  const numbers = bundleNumbers(bundle);
  if (!numbers || !bundle.child("primitive") || !isReachable(bundle)) return [];
  return Array.from({ length: numbers.replicas }, (_, offset) => bundleNodeName(bundle, offset, resources));
}

/** Name of the node that a container is: bundle and number, unless something else has that name. */
export function bundleNodeName(bundle: XmlElement, offset: number, resources: readonly XmlElement[]): string {
  const name = `${bundle.id}-${offset}`;
  if (!resources.some((xml) => xml.id === name)) return name;
  const inner = bundle.child("primitive")?.id ?? "";
  return `pcmk-internal-${inner}:${offset}-remote-${offset}`;
}
