import { enumeration } from "../../base/enumeration.ts";
import type { InstancesOnNode } from "../../scheduler/explain/instances-on-node.ts";
import { unavailability } from "../../scheduler/explain/unavailability.ts";
import { formatScore, INFINITY_SCORE } from "../../score/score.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { entrySource, sourceText } from "./entry-source.ts";
import { distinct, named, namesAttribute, type Phrase, plain } from "./phrase.ts";
import type { Preference } from "./preference-text.ts";
import type { ScoreSources } from "./score-sources.ts";
import { closedReason, lowScoreText } from "./why-down-text.ts";

/** Why a node has an instance of a clone or bundle, or none, and what would bring one there. */
export function instancesOnNodeText(one: InstancesOnNode, preference: Preference | undefined, sources: ScoreSources): string {
  const { collective, node, there } = one;
  const beginning = `${collective.id} on ${node.name}:`;
  if (there.length > 0) return `${beginning} ${enumeration(there.map(({ id }) => id))} ${there.length === 1 ? "belongs" : "belong"} there.`;
  const state = unavailability(node);
  const against = [...(state === undefined ? [] : [`${node.name} is ${state}`]), ...objectionTexts(one, sources).map(({ text }) => text)];
  if (against.length > 0) return `${beginning} no instance, because of this: ${against.join("; ")}.`;
  return `${beginning} no instance, though nothing forbids it: ${whyElsewhere(one, sources)}.${preferenceText(preference)}`;
}

/** What forbids instances there, the same once. */
function objectionTexts({ objections, node }: InstancesOnNode, sources: ScoreSources): Phrase[] {
  const texts = objections.flatMap(({ account, place, vetoes }) => {
    if (place.score === undefined) return [plain(closedReason(node, account))];
    if (vetoes.length === 0) return [lowScoreText(place, account.resource, sources)];
    const telling = vetoes.filter(({ source }) => source !== "#unavailable");
    return telling.map((entry) => sourceText(entrySource(entry, account.resource, place, sources)));
  });
  return distinct(texts);
}

function whyElsewhere({ collective, elsewhereCount }: InstancesOnNode, sources: ScoreSources): string {
  const count = `${elsewhereCount} ${elsewhereCount === 1 ? "instance has a place" : "instances have places"} elsewhere`;
  const max = collective.bundle ? collective.bundle.replicas.length : collective.clone?.max;
  if (max === undefined || elsewhereCount < max) return count;
  const name = collective.bundle ? "replicas" : "clone-max";
  return `${count}, and more there may not be: ${name} of ${collective.id} is ${max}${named(sources.metaAttribute(collective, name)?.id).text}`;
}

function preferenceText(preference: Preference | undefined): string {
  if (!preference) return "";
  const { resource, node, score, isBlocked } = preference;
  if (score === undefined) return ` No finite preference of ${resource} for ${node} brings one there.`;
  const wish = ` A preference of ${resource} for ${node} with score ${score} is enough`;
  return isBlocked ? `${wish} for one to belong there, but it is blocked there.` : `${wish} to have one there.`;
}

/** The same for programs. */
export function instancesOnNodeXml(one: InstancesOnNode, preference: Preference | undefined, sources: ScoreSources): XmlElement {
  const { collective, node, there, elsewhereCount } = one;
  return element(
    "instances_on_node",
    {
      resource: collective.id,
      node: node.name,
      unavailable: unavailability(node),
      instances: there.map(({ id }) => id).join(" "),
      elsewhere: elsewhereCount,
      "moving-score": preference && formatScore(preference.score ?? INFINITY_SCORE),
      "moving-blocked": preference && String(preference.isBlocked),
    },
    objectionTexts(one, sources).map((said) => element("objection", { text: said.text, names: namesAttribute(said) })),
  );
}
