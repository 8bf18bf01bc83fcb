import type { Survival } from "../scheduler/explain/survival.ts";
import { element, type XmlElement } from "../xml/element.ts";

/** A sentence about what becomes of a resource. */
export function survivalText(one: Survival): string {
  const { resource, runningBefore, runningAfter } = one;
  const where = one.nodes.join(", ");
  const why = one.reasons.length === 0 ? "" : ` (${one.reasons.join("; ")})`;
  switch (one.outcome) {
    case "kept":
      return `${resource} goes on running on ${where}`;
    case "moved":
      return `${resource} comes up on ${where}${downText(one)}`;
    case "reduced":
      return `${resource} goes on with ${runningAfter} of ${runningBefore} instances, on ${where}`;
    case "unpromoted":
      return `${resource} loses its promoted instance, and none is promoted in its place${why}`;
    case "lost":
      return `${resource} DOES NOT SURVIVE: ${runningAfter === 0 ? "nothing of it runs" : `${runningAfter} of ${runningBefore} parts run`}${why}`;
  }
}

function downText({ downMs, unmeasured }: Survival): string {
  if (downMs === undefined) return "";
  const seconds = `${(downMs / 1000).toFixed(2)} s`;
  return unmeasured.length === 0
    ? `, ${seconds} after the loss was noticed`
    : `, ${seconds} and the time of ${unmeasured.join(", ")} after the loss was noticed`;
}

/** The same for programs. */
export function survivalXml(one: Survival): XmlElement {
  return element(
    "survival",
    {
      resource: one.resource,
      outcome: one.outcome,
      "running-before": one.runningBefore,
      "running-after": one.runningAfter,
      nodes: one.nodes.join(" "),
      "down-ms": one.downMs,
      unmeasured: one.unmeasured.length === 0 ? undefined : one.unmeasured.join(" "),
    },
    one.reasons.map((text) => element("reason", { text })),
  );
}
