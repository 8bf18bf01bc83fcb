import type { StatusResource } from "../../output/status/status-model.ts";
import type { XmlElement } from "../../xml/element.ts";

/** A pair and the set that holds it. */
export interface FoundPair {
  readonly set: XmlElement;
  readonly pair: XmlElement;
}

/** Which pairs are wanted; what is undefined does not matter. */
export interface PairQuery {
  readonly kind: string | undefined;
  readonly setId: string | undefined;
  readonly pairId: string | undefined;
  readonly name: string;
}

/** Pairs below a resource's element, in the order of the document. */
export function findPairs(cib: XmlElement, id: string, query: PairQuery): FoundPair[] {
  const found: FoundPair[] = [];
  for (const owner of cib.descend("configuration", "resources")?.walk() ?? []) {
    if (owner.id !== id) continue;
    const roots =
      query.kind === undefined
        ? [owner]
        : owner.childrenNamed(query.kind).filter((set) => query.setId === undefined || set.id === query.setId);
    for (const root of roots) {
      for (const holder of root.walk()) {
        for (const pair of holder.childrenNamed("nvpair")) {
          if (pair.get("name") === query.name && (query.pairId === undefined || pair.id === query.pairId))
            found.push({ set: holder, pair });
        }
      }
    }
  }
  return found;
}

/** The id of a resource without the number of an instance. */
export const plainId = (resource: StatusResource): string => resource.id.replace(/:\d+$/, "");

/** The element a resource is configured by. */
export function elementOf(cib: XmlElement, resource: StatusResource): XmlElement | undefined {
  const id = plainId(resource);
  for (const node of cib.descend("configuration", "resources")?.walk() ?? []) if (node.id === id) return node;
  return undefined;
}
