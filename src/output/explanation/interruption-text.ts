import type { Interruption } from "../../scheduler/explain/interruptions.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { namesAttribute, type Phrase } from "./phrase.ts";
import { unmeasuredKeys, unmeasuredText } from "./unmeasured-text.ts";

/** A sentence about what happens to a resource that runs, and for how long. */
export function interruptionText(one: Interruption): string {
  const from = one.from.join(" and ");
  switch (one.kind) {
    case "stop":
      if (one.through !== undefined) return `${one.resource} on ${from} goes down with ${one.through}, which it lives in`;
      if (one.isFencedAway) return `${one.resource} goes down with ${from}, which ${one.from.length === 1 ? "is" : "are"} fenced`;
      return `${one.resource} stops on ${from} and does not come back`;
    case "stop-copy":
      return `${one.resource} stops on ${from} and goes on running on ${one.to ?? "?"}`;
    case "demote":
      return `${one.resource} on ${from} is demoted`;
    case "migrate":
      return `${one.resource} moves live from ${from} to ${one.to ?? "?"}: not down`;
    case "repromote":
      return `${one.resource} on ${from} is demoted and promoted again: not promoted ${span(one)}`;
    case "restart":
      return `${one.resource} restarts on ${one.to ?? from}: down ${span(one)}`;
    case "move":
      return `${one.resource} moves from ${from} to ${one.to ?? "?"}: down ${span(one)}`;
  }
}

function span({ downMs = 0, unmeasured }: Interruption): string {
  const seconds = `${(downMs / 1000).toFixed(downMs < 10_000 ? 2 : 1)} s`;
  if (unmeasured.length === 0) return `for ${seconds}`;
  const more = unmeasuredText(unmeasured);
  return downMs === 0 ? `for an unknown time (${more})` : `for more than ${seconds} (${more})`;
}

/** The same for programs, with its cause; times in ms. */
export function interruptionXml(one: Interruption, cause: Phrase): XmlElement {
  const { resource, kind, from, to, through, isFencedAway, downMs, unmeasured } = one;
  return element("interruption", {
    resource,
    kind,
    from: from.join(" "),
    to,
    through,
    fenced: isFencedAway ? "true" : undefined,
    "down-ms": downMs,
    unmeasured: unmeasuredKeys(unmeasured),
    reason: cause.text || undefined,
    names: namesAttribute(cause),
  });
}
