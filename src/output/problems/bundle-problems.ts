import { isReachable } from "../../scheduler/unpack/configuration/bundle-names.ts";
import type { XmlElement } from "../../xml/element.ts";
import { failure, type Problem } from "./problem.ts";

/** What is odd about a bundle's container, network and storage. Source: Pacemaker 3.0.3, reading of bundles. */
export function bundleProblems(xml: XmlElement): Problem[] {
  const network = xml.child("network");
  const primitive = xml.child("primitive");
  const ports = (network?.childrenNamed("port-mapping") ?? []).filter(
    (mapping) => mapping.get("port") === undefined && mapping.get("range") === undefined,
  );
  const mounts = (xml.child("storage")?.childrenNamed("storage-mapping") ?? []).filter(
    (mapping) => (mapping.get("source-dir") ?? mapping.get("source-dir-root")) === undefined || mapping.get("target-dir") === undefined,
  );
  const problems = [
    ...ports.map((mapping) => failure("unpack_bundle_network", `Invalid port directive ${mapping.id}`)),
    ...mounts.map((mapping) => failure("unpack_bundle_storage", `Invalid mount directive ${mapping.id}`)),
  ];
  if (!primitive) return problems;
  if (!isReachable(xml)) {
    const text = `Cannot control ${xml.id} inside ${primitive.id} without either ip-range-start or control-port`;
    return [...problems, failure("unpack_bundle_primitive", text)];
  }
  const container = xml.child("podman") ?? xml.child("docker");
  const perHost = Number.parseInt(container?.get("replicas-per-host") ?? "1", 10) || 1;
  if (network?.get("ip-range-start") === undefined && perHost > 1) {
    const text = `Specifying the 'control-port' for ${xml.id} requires 'replicas-per-host=1'`;
    problems.push(failure("valid_network_for_primitive", text));
  }
  return problems;
}
