import type { XmlElement } from "../../xml/element.ts";

const SETS: ReadonlySet<string> = new Set(["cluster_property_set", "instance_attributes", "meta_attributes", "utilization"]);

/**
 * Puts sets of pairs behind all else that is in the same element, in the order in which they count: the usual set of cluster options
 * first, then by score. The meaning stays the same. Source: upgrade-3.10-1.xsl of Pacemaker 3.0.3.
 */
export function orderSets(configuration: XmlElement): void {
  for (const holder of [...configuration.walk()]) {
    const { children } = holder;
    const sets = children.filter(({ name }) => SETS.has(name));
    if (sets.length === 0 || (sets.length === 1 && children.at(-1) === sets[0])) continue;
    const others = children.filter(({ name }) => !SETS.has(name));
    const ordered = sets.map((set) => ({ set, rank: rankOf(set) })).sort((a, b) => b.rank - a.rank);
    children.splice(0, children.length, ...others, ...ordered.map(({ set }) => set));
  }
}

/** Sets with a higher one come first. */
function rankOf(set: XmlElement): number {
  if (set.name === "cluster_property_set" && set.id === "cib-bootstrap-options") return Number.MAX_VALUE;
  const score = set.get("score") ?? "0";
  if (/^\+?INFINITY$/.test(score)) return Number.MAX_SAFE_INTEGER;
  if (score === "-INFINITY") return Number.MIN_SAFE_INTEGER;
  // XPath knows no plus sign.
  return score.startsWith("+") ? -Number.MAX_VALUE : Number(score);
}
