import { parseBoolean } from "../../cib/document.ts";
import { Targets } from "../../scheduler/constrain/targets.ts";
import { inverseOf } from "../../scheduler/order/order-kind.ts";
import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import { parseScore } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";
import { doubt, failure, type Problem } from "./problem.ts";
import { ignoredConstraint, isConstraint, referenceProblems } from "./reference-problems.ts";
import { ruleProblems } from "./rule-problems.ts";

/** Constraints that have no effect, or another one than they seem to have. Source: Pacemaker 3.0.2, reading of constraints. */
export function constraintProblems(unpacked: Unpacked): Problem[] {
  const targets = new Targets(unpacked);
  return (unpacked.cib.descend("configuration", "constraints")?.children ?? []).flatMap((xml): Problem[] => {
    if (!isConstraint(xml.name)) return [];
    if (xml.id === undefined) return [failure("pcmk__unpack_constraints", `Ignoring <${xml.name}> constraint without id`)];
    return ignoredConstraint(xml, targets) ?? [...kindProblems(xml, targets, unpacked), ...ruleProblems(xml, unpacked)];
  });
}

function kindProblems(xml: XmlElement, targets: Targets, unpacked: Unpacked): Problem[] {
  switch (xml.name) {
    case "rsc_location":
      return [...locationProblems(xml), ...referenceProblems(xml, targets)];
    case "rsc_colocation":
      return colocationProblems(xml, targets);
    case "rsc_order":
      return [...orderProblems(xml), ...referenceProblems(xml, targets)];
    default:
      return ticketProblems(xml, targets, unpacked);
  }
}

function locationProblems(xml: XmlElement): Problem[] {
  const pattern = xml.get("rsc-pattern");
  if (pattern !== undefined && !isPattern(pattern.replace(/^!/, "")))
    return [failure("unpack_simple_location", `Ignoring constraint '${xml.id}' because rsc-pattern has invalid value '${pattern}'`)];
  const hasScore = (rule: XmlElement): boolean => rule.get("score") !== undefined || rule.get("score-attribute") !== undefined;
  return xml.childrenNamed("rule").flatMap((rule): Problem[] => {
    const ignored = `Ignoring location constraint rule ${rule.id} because`;
    if (!hasScore(rule)) return [failure("score_from_rule", `${ignored} neither score nor score-attribute was specified`)];
    const score = rule.get("score");
    if (score === undefined || parseScore(score) !== undefined || ["red", "yellow", "green"].includes(score.toLowerCase())) return [];
    return [failure("score_from_rule", `${ignored} '${score}' is not a valid score: Bad input value provided`)];
  });
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text).source !== "";
  } catch {
    return false;
  }
}

function colocationProblems(xml: XmlElement, targets: Targets): Problem[] {
  const problems: Problem[] = [];
  const sides = ["rsc", "with-rsc"].map((name) => xml.get(name));
  const isGroup = (id: string | undefined): boolean => id !== undefined && targets.resource(id) === undefined;
  if (sides.every(isGroup) && sides.some((id) => id !== undefined)) {
    const text = `Ignoring constraint '${xml.id}' because two templates or tags cannot be colocated`;
    problems.push(failure("unpack_colocation_tags", text));
  } else problems.push(...referenceProblems(xml, targets));
  const influence = xml.get("influence");
  if (influence !== undefined && parseBoolean(influence) === undefined)
    problems.push(failure("unpack_influence", `Constraint '${xml.id}' has invalid value for influence (using default)`));
  const [dependent, primary] = sides.map((id) => targets.resource(id));
  const isShared = dependent?.kind === "clone" || dependent?.kind === "bundle";
  const isMany = primary?.kind === "clone" || primary?.kind === "bundle";
  const isInterleaved = isShared && isMany && parseBoolean(dependent.meta.get("interleave")) === true;
  if (isInterleaved && dependent.maxPerNode !== primary.maxPerNode) {
    const why = "because they do not support the same number of instances per node";
    problems.push(failure("can_interleave", `Cannot interleave ${dependent.id} and ${primary.id} ${why}`));
  }
  return problems;
}

function orderProblems(xml: XmlElement): Problem[] {
  const problems: Problem[] = [];
  const kind = xml.get("kind");
  if (kind !== undefined && !["Mandatory", "Optional", "Serialize"].includes(kind)) {
    const text = `Resetting 'kind' for constraint ${xml.id} to 'Mandatory' because '${kind}' is not valid`;
    // It is looked at for each of both sides and each way, or for the sets each way.
    const lookCount = xml.child("resource_set") ? 2 : 4;
    problems.push(...Array.from({ length: lookCount }, () => failure("get_ordering_type", text)));
  }
  const symmetrical = parseBoolean(xml.get("symmetrical"));
  const sets = xml.childrenNamed("resource_set");
  if (symmetrical === true) {
    // An order of two resources is looked at for each way.
    const looked = sets.length > 0 ? [xml, ...sets] : [xml, xml];
    const useless = looked.filter((one) => (one.get("kind") ?? kind) === "Serialize");
    const why = "because not valid with kind of 'Serialize'";
    problems.push(...useless.map(({ id }) => doubt("get_ordering_symmetry", `Ignoring symmetrical for '${id}' ${why}`)));
  }
  if (kind === "Serialize") return problems;
  if (symmetrical === false || sets.length > 0) return problems;
  const first = xml.get("first-action") ?? "start";
  const actions = [xml.get("then-action") ?? first, first];
  if (actions.some((action) => inverseOf(action) === undefined))
    problems.push(doubt("inverse_ordering", `Cannot invert constraint '${xml.id}' (please specify inverse manually)`));
  return problems;
}

function ticketProblems(xml: XmlElement, targets: Targets, { options }: Unpacked): Problem[] {
  const ticket = xml.get("ticket");
  if (ticket === undefined)
    return [failure("pcmk__unpack_rsc_ticket", `Ignoring constraint '${xml.id}' without ticket`), ...referenceProblems(xml, targets)];
  if (xml.get("loss-policy")?.toLowerCase() !== "fence" || options.isFencingEnabled) return referenceProblems(xml, targets);
  const text = `Resetting 'loss-policy' for ticket '${ticket}' to 'stop' because fencing is not configured`;
  return referenceProblems(xml, targets, [failure("rsc_ticket_new", text)]);
}
