import type { Resource } from "../../../src/scheduler/cluster/resource.ts";
import { schedule } from "../../../src/scheduler/schedule.ts";
import { element, type XmlElement } from "../../../src/xml/element.ts";
import type { Property, Scheduled } from "./property.ts";

/** Resources tried for each input: the first ones that have a place. */
const TRIES = 4;
const HIGHER_SCORE = "1000";

/** A resource that is to run on a node stays there when it likes the node more. */
export const preferenceKept: Property = {
  name: "preference-kept",
  problems: ({ cib, nowEpochSeconds, result }: Scheduled) => {
    const candidates = result.cluster.top.filter(isSingle).filter((one) => !one.isRemoved && one.home !== undefined);
    return candidates.slice(0, TRIES).flatMap((resource) => {
      const wanted = resource.home?.name ?? "";
      const next = schedule(withPreference(cib, resource.id, wanted), { nowEpochSeconds });
      const home = next.cluster.resources.byId.get(resource.id)?.home?.name;
      return home === wanted ? [] : [`${resource.id} goes to ${home ?? "nowhere"} instead of ${wanted}, which has ${HIGHER_SCORE} more`];
    });
  },
};

/** What has one place: preferences of clones and bundles are for each of their instances. */
function isSingle({ kind }: Resource): boolean {
  return kind === "primitive" || kind === "group";
}

function withPreference(cib: XmlElement, resource: string, node: string): XmlElement {
  const copy = cib.clone();
  const constraints = copy.childOrCreate("configuration").childOrCreate("constraints");
  constraints.children.push(element("rsc_location", { id: "property-preference", rsc: resource, node, score: HIGHER_SCORE }));
  return copy;
}
