import type { XmlElement } from "../../../xml/element.ts";
import type { ClusterOptions } from "../../cluster/options.ts";
import type { Resource } from "../../cluster/resource.ts";

/** Sets what has to be certain before a resource starts; `enablesUnfencing` says that some device or resource asks for it. */
export function setRequires(resource: Resource, options: ClusterOptions, enablesUnfencing: boolean): void {
  const configured = resource.meta.get("requires")?.toLowerCase();
  const isKnown = configured !== undefined && ["nothing", "quorum", "fencing", "unfencing"].includes(configured);
  const wanted = isKnown ? configured : defaultRequirement(resource, options, enablesUnfencing);
  if (wanted !== "unfencing") {
    resource.requires = wanted as Resource["requires"];
    return;
  }
  resource.needsUnfencing = options.isFencingEnabled && !resource.isFenceDevice;
  resource.requires = resource.needsUnfencing ? "fencing" : "quorum";
}

/** What a resource requires that says nothing, or nothing that is known. */
export function defaultRequirement(
  resource: Resource,
  { isFencingEnabled, noQuorumPolicy }: ClusterOptions,
  enablesUnfencing: boolean,
): Resource["requires"] | "unfencing" {
  if (resource.isFenceDevice || resource.isRemoteConnection) return "quorum";
  if (enablesUnfencing) return "unfencing";
  if (isFencingEnabled) return "fencing";
  return noQuorumPolicy === "ignore" ? "nothing" : "quorum";
}

/** True when a meta-attribute below an element says `provides` or `requires` unfencing, in whatever circumstances it holds. */
export function speaksOfUnfencing(xml: XmlElement): boolean {
  return xml.childList.some(xml.name === "meta_attributes" ? isOfUnfencing : speaksOfUnfencing);
}

function isOfUnfencing(pair: XmlElement): boolean {
  return pair.name === "nvpair" && pair.get("value") === "unfencing" && ["provides", "requires"].includes(pair.get("name") ?? "");
}
