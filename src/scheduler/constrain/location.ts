import { userPattern } from "../../base/user-pattern.ts";
import { hasOlderSchema } from "../../cib/schemas.ts";
import { parseScore } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import { nodeAttribute, wantsHost } from "../cluster/node-attribute.ts";
import { PROBE_MODE, type Resource } from "../cluster/resource.ts";
import type { Role } from "../cluster/role.ts";
import { hasRuledParameters } from "../unpack/configuration/parameters.ts";
import { replaceSubmatches, ruleHolds, type TextualComparison } from "../unpack/configuration/rules.ts";
import type { Unpacked } from "../unpack/unpack.ts";
import { healthScores } from "./health-scores.ts";
import { readRole } from "./roles.ts";
import { type Targets, untilUnknown } from "./targets.ts";

/** A node attribute that was to be a score. */
export interface UnreadableScore {
  readonly node: SchedulerNode;
  readonly attribute: string;
  readonly value: string;
}

/** A wish of a resource for some nodes. */
export interface Location {
  readonly id: string;
  /** Id of the rule that says so, else of the constraint. */
  readonly ruleId: string;
  readonly resource: Resource;
  readonly wishes: readonly { readonly nodeIndex: number; readonly score: number }[];
  /** Node attributes that are no scores, where the score is that of an attribute. */
  readonly unreadable?: readonly UnreadableScore[];
  /** Values its rule compared as texts although they were to be numbers. */
  readonly textual?: readonly TextualComparison[];
  /** Counts only for this role; undefined for any. */
  readonly role: Role | undefined;
  /** One of PROBE_MODE. */
  readonly probeMode: number;
}

/** Reads location constraints. Source: Pacemaker Explained, "Deciding Which Nodes a Resource Can Run On". */
export class LocationReader {
  readonly #unpacked: Unpacked;
  readonly #targets: Targets;
  readonly #healthScores: ReadonlyMap<string, number>;
  /** Nodes by their names in lower case; of those that differ in case only the first. */
  readonly #nodes = new Map<string, SchedulerNode>();

  constructor(unpacked: Unpacked, targets: Targets) {
    this.#unpacked = unpacked;
    this.#targets = targets;
    for (const node of unpacked.nodes) {
      const name = node.name.toLowerCase();
      if (!this.#nodes.has(name)) this.#nodes.set(name, node);
    }
    this.#healthScores = healthScores(unpacked.options);
  }

  read(xml: XmlElement): Location[] {
    const sets = this.#targets.sets(xml);
    if (sets.length > 0)
      return untilUnknown(sets).flatMap((set) =>
        set.leading.flatMap((resource) =>
          this.#preferences(xml, resource, { role: set.xml.get("role"), score: set.xml.get("score"), submatches: undefined }),
        ),
      );
    const name = xml.get("rsc");
    const named = this.#targets.resource(name);
    if (named) return this.#preferences(xml, named, {});
    const members = this.#targets.leadingMembers(name);
    if (members) return members.flatMap((resource) => this.#preferences(xml, resource, { role: xml.get("role") }));
    const pattern = xml.get("rsc-pattern");
    return pattern === undefined ? [] : this.#matching(xml, pattern);
  }

  #matching(xml: XmlElement, pattern: string): Location[] {
    const isInverted = pattern.startsWith("!");
    const matcher = userPattern(pattern.replace(/^!/, ""));
    if (!matcher) return [];
    return this.#unpacked.top.flatMap((resource) => {
      const match = matcher.exec(resource.id);
      if ((match !== null) === isInverted) return [];
      return this.#preferences(xml, resource, { submatches: match ? [...match] : undefined });
    });
  }

  #preferences(
    xml: XmlElement,
    resource: Resource,
    own: { role?: string | undefined; score?: string | undefined; submatches?: readonly (string | undefined)[] | undefined },
  ): Location[] {
    const id = xml.id ?? "";
    const probeMode = PROBE_MODE[(xml.get("resource-discovery") ?? "always") as keyof typeof PROBE_MODE] ?? PROBE_MODE.always;
    const nodeName = xml.get("node");
    const scoreText = own.score ?? xml.get("score");
    if (nodeName !== undefined && scoreText !== undefined) {
      const node = this.#nodes.get(nodeName.toLowerCase());
      const score = this.#score(scoreText);
      const role = locationRole(own.role ?? xml.get("role"));
      if (!node || score === undefined || role === "invalid") return [];
      return [{ id, ruleId: id, resource, wishes: [{ nodeIndex: node.index, score }], role, probeMode }];
    }
    const rules = xml.childrenNamed("rule");
    // Older schemas allow several, each of them as in a location of its own. Where nothing is validated only the first counts.
    const heeded = hasOlderSchema(this.#unpacked.cib) ? rules : rules.slice(0, 1);
    return heeded.flatMap((rule) => this.#byRule(id, rule, resource, probeMode, own.submatches));
  }

  #byRule(
    id: string,
    rule: XmlElement,
    resource: Resource,
    probeMode: number,
    submatches: readonly (string | undefined)[] | undefined,
  ): Location[] {
    const role = locationRole(rule.get("role"));
    if (role === "invalid") return [];
    const attribute = rule.get("score-attribute");
    const name = attribute === undefined ? undefined : replaceSubmatches(attribute, submatches);
    const fixed = this.#score(rule.get("score"));
    if (name === undefined && fixed === undefined) return [];
    const { nodes, nowEpochSeconds, parametersOn, onTurn } = this.#unpacked;
    const wishes: { nodeIndex: number; score: number }[] = [];
    const unreadable: UnreadableScore[] = [];
    const textual: TextualComparison[] = [];
    // Whether this rule speaks of parameters or not, it is known then when theirs turn.
    const asksForParameters = needsParameters(rule) || hasRuledParameters(resource);
    const onTextual = (comparison: TextualComparison): void => void textual.push(comparison);
    for (const node of nodes) {
      const context = { nowEpochSeconds, attributes: node.attributes, meta: resource.meta, submatches, onTurn, onTextual };
      if (!ruleHolds(rule, asksForParameters ? { ...context, parameters: parametersOn(resource, node) } : context)) continue;
      const value = name === undefined ? undefined : nodeAttribute(node, name, wantsHost(resource), "now");
      const score = name === undefined ? fixed : this.#score(value);
      if (score !== undefined) wishes.push({ nodeIndex: node.index, score });
      else if (value !== undefined && name !== undefined) unreadable.push({ node, attribute: name, value });
    }
    return [{ id, ruleId: rule.id ?? id, resource, wishes, unreadable, textual, role, probeMode }];
  }

  /** A score may be given as a word for health: rules by the user can make use of what health agents say. */
  #score(text: string | undefined): number | undefined {
    return text === undefined ? undefined : (this.#healthScores.get(text.toLowerCase()) ?? parseScore(text));
  }
}

function needsParameters(rule: XmlElement): boolean {
  for (const part of rule.walk()) if (part.get("value-source")?.toLowerCase() === "param") return true;
  return false;
}

/** Started and Unpromoted mean any role. */
function locationRole(text: string | undefined): Role | undefined | "invalid" {
  if (text === undefined) return undefined;
  const role = readRole(text);
  if (role === undefined) return "invalid";
  return role === "Started" || role === "Unpromoted" ? undefined : role;
}
