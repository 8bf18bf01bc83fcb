import { compareBytes } from "../../base/names.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import type { Colocation, Constrained } from "../constrain/constraints.ts";
import { isAvailable, type SchedulerNode } from "../node.ts";
import type { Resource, ScoreEntry } from "../resource.ts";
import { failCount } from "../unpack/fail-counts.ts";
import { CloneAssigner } from "./clone.ts";
import { promote } from "./promotion.ts";
import type { ScoreLine } from "./score-line.ts";

/** Third phase: every resource has its node, or none. */
export interface Assigned extends Constrained {
  readonly scoreLines: readonly ScoreLine[];
  readonly ledger: readonly ScoreEntry[];
}

/** Chooses a node for each resource. */
export function assign(constrained: Constrained, isLedgerKept: boolean): Assigned {
  const assigner = new Assigner(constrained, isLedgerKept);
  assigner.preferences();
  for (const resource of constrained.top) assigner.assign(resource);
  return { ...constrained, scoreLines: assigner.scoreLines, ledger: assigner.ledger };
}

class Assigner {
  readonly scoreLines: ScoreLine[] = [];
  readonly ledger: ScoreEntry[] = [];
  readonly #cluster: Constrained;
  readonly #isLedgerKept: boolean;
  readonly #colocations: readonly Colocation[];
  readonly #visited = new Set<Resource>();

  constructor(cluster: Constrained, isLedgerKept: boolean) {
    this.#cluster = cluster;
    this.#isLedgerKept = isLedgerKept;
    this.#colocations = [...cluster.colocations, ...cluster.top.flatMap(groupColocations)];
  }

  /** Location constraints, stickiness, bans of failed and locked resources. */
  preferences(): void {
    const { nodes, options, locations, history, top } = this.#cluster;
    for (const resource of top.flatMap((r) => r.withDescendants())) {
      if (options.isSymmetric && !resource.isRemoved) for (const node of nodes) resource.addScore(node.index, 0);
      if (resource.isRemoved) for (const node of nodes) this.#add(resource, node.index, -INFINITY_SCORE, "removed resource");
    }
    for (const { resource, nodeIndex, score, id } of locations) this.#prefer(resource, nodeIndex, score, id);
    for (const resource of top.flatMap((r) => r.primitives())) {
      this.#stickiness(resource);
      for (const node of nodes) this.#failureBan(resource, node);
    }
    for (const { resource, node, reason } of history.bans) {
      if (!options.isSymmetric && node && resource.isAllowedOn[node.index] !== 1) continue;
      for (const target of node ? [node] : nodes)
        for (const sibling of siblings(resource)) this.#add(sibling, target.index, -INFINITY_SCORE, reason);
    }
  }

  /** A preference reaches every instance of a clone, but only the first member of a group. */
  #prefer(resource: Resource, nodeIndex: number, score: number, id: string): void {
    this.#add(resource, nodeIndex, score, id);
    resource.children.forEach((child, position) => {
      this.#prefer(child, nodeIndex, resource.kind === "group" && position > 0 ? 0 : score, id);
    });
  }

  assign(resource: Resource): void {
    if (resource.parent && !resource.parent.isBeingAssigned) {
      this.assign(resource.parent);
      return;
    }
    if (resource.isAssigned || resource.isBeingAssigned) return;
    resource.isBeingAssigned = true;
    if (resource.kind === "group") this.#assignGroup(resource);
    else if (resource.kind === "clone") this.#assignClone(resource);
    else this.#assignPrimitive(resource);
    resource.isBeingAssigned = false;
    resource.isAssigned = true;
  }

  #add(resource: Resource, nodeIndex: number, score: number, source: string): void {
    resource.addScore(nodeIndex, score);
    if (!this.#isLedgerKept) return;
    this.ledger.push({ resource: resource.id, node: this.#cluster.nodes[nodeIndex]?.name ?? "", score, source });
  }

  #stickiness(resource: Resource): void {
    const [current, ...others] = resource.activeOn;
    if (resource.isPinned) for (const node of resource.activeOn) this.#add(resource, node.index, INFINITY_SCORE, "unmanaged");
    if (!current || others.length > 0 || resource.stickiness < 1 || !resource.isManaged) return;
    if (!this.#cluster.options.isSymmetric && resource.isAllowedOn[current.index] !== 1) return;
    this.#add(resource, current.index, resource.stickiness, "resource-stickiness");
  }

  #failureBan(resource: Resource, node: SchedulerNode): void {
    const failures = failCount(resource, node, this.#cluster.nowEpochSeconds);
    if (failures.count === 0 || failures.isExpired || failures.count < resource.migrationThreshold) return;
    for (const sibling of siblings(resource)) this.#add(sibling, node.index, -INFINITY_SCORE, "migration-threshold");
  }

  #assignClone(clone: Resource): void {
    for (const colocation of this.#with(clone, "dependent")) this.assign(colocation.primary);
    for (const colocation of this.#with(clone, "primary")) this.#considerDependent(clone, colocation);
    for (const one of clone.withDescendants()) this.#printScores(one, "clone");
    new CloneAssigner(this.#cluster.nodes, clone, (instance, preferred) => this.#assignInstance(instance, preferred)).assign();
    for (const child of clone.children) for (const node of child.activeOn) if (!clone.activeOn.includes(node)) clone.activeOn.push(node);
    if (clone.clone?.isPromotable) promote(this.#cluster, clone, this.scoreLines);
  }

  /** Assigns one instance; the nodes that are full for it are closed before. */
  #assignInstance(instance: Resource, closed: readonly SchedulerNode[]): SchedulerNode | undefined {
    for (const node of closed) {
      instance.scores[node.index] = -INFINITY_SCORE;
      for (const member of instance.children) member.scores[node.index] = -INFINITY_SCORE;
    }
    this.assign(instance);
    return instance.assigned;
  }

  #assignGroup(group: Resource): void {
    for (const one of group.withDescendants()) this.#printScores(one, "group");
    for (const child of group.children) this.assign(child);
    const last = group.children.at(-1);
    group.assigned = last?.assigned;
    for (const child of group.children) for (const node of child.activeOn) if (!group.activeOn.includes(node)) group.activeOn.push(node);
  }

  #assignPrimitive(resource: Resource): void {
    const withOthers = this.#with(resource, "dependent");
    const others = this.#with(resource, "primary");
    for (const colocation of withOthers) this.assign(colocation.primary);
    for (const isMandatory of [true, false]) {
      for (const colocation of withOthers) if (isInfinite(colocation) === isMandatory) this.#followPrimary(resource, colocation);
      for (const colocation of others) if (isInfinite(colocation) === isMandatory) this.#considerDependent(resource, colocation);
    }
    if (resource.targetRole === "Stopped" || resource.isStoppedByFailure) {
      const source = resource.isStoppedByFailure ? "on-fail=stop" : "target-role";
      for (const node of this.#cluster.nodes) this.#add(resource, node.index, -INFINITY_SCORE, source);
    }
    if (!resource.isRemoved) this.#printScores(resource, "primitive");
    this.#choose(resource);
  }

  /** Colocations in which the resource, or the group it stands for, has this part. */
  #with(resource: Resource, part: "dependent" | "primary"): Colocation[] {
    const group = resource.parent?.kind === "group" ? resource.parent : undefined;
    const isFirst = !group || group.children[0] === resource;
    const isLast = !group || group.children.at(-1) === resource;
    return this.#colocations.filter((colocation) => {
      const subject = colocation[part];
      if (subject === resource) return true;
      if (part === "dependent" && subject === resource.ownClone) return isFirst && resource.kind !== "group";
      if (!group || subject !== group) return false;
      if (part === "dependent") return isFirst;
      return isInfinite(colocation) ? isLast : isFirst;
    });
  }

  #followPrimary(resource: Resource, colocation: Colocation): void {
    // A wish about the promoted role is heard when that role is given out.
    if (colocation.dependentRole !== undefined && resource.isPromotable) return;
    if (colocation.dependentRole !== undefined) return;
    const { nodes } = this.#cluster;
    const before = resource.scores.slice();
    if (!colocation.primary.isAssigned) return;
    const homes = primaryNodes(colocation);
    const values = new Set(homes.map((node) => node.attributes.get(colocation.attribute)));
    const isRoleMissed = homes.length === 0 && colocation.primaryRole !== undefined && !colocation.primary.isPromotable;
    for (const candidate of nodes) {
      if (resource.isAllowedOn[candidate.index] !== 1 || isRoleMissed) continue;
      const isSame = values.has(candidate.attributes.get(colocation.attribute)) && candidate.attributes.has(colocation.attribute);
      if (isSame && colocation.score < INFINITY_SCORE) this.#add(resource, candidate.index, colocation.score, colocation.id);
      else if (!isSame && colocation.score >= INFINITY_SCORE) this.#add(resource, candidate.index, -INFINITY_SCORE, colocation.id);
    }
    // An optional wish that would leave no node is taken back.
    const hasPlace = nodes.some((candidate) => isAvailable(candidate) && resource.scoreOn(candidate.index) >= 0);
    if (!hasPlace && !isInfinite(colocation)) resource.scores.set(before);
  }

  #considerDependent(primary: Resource, colocation: Colocation): void {
    const { dependent } = colocation;
    if (dependent.isAssigned || (dependent.isBeingAssigned && dependent.kind === "primitive")) return;
    if (!colocation.isInfluential && primary.activeOn.length > 0) return;
    this.#visited.clear();
    this.#visited.add(primary);
    const before = primary.scores.slice();
    this.#mergeScores(primary, dependent, Math.fround(colocation.score / INFINITY_SCORE), colocation);
    const hasPlace = this.#cluster.nodes.some((node) => isAvailable(node) && primary.scoreOn(node.index) >= 0);
    if (!hasPlace) primary.scores.set(before);
  }

  /** Adds a dependent's wishes, weakened by the factor, and those of its own dependents. */
  #mergeScores(target: Resource, dependent: Resource, factor: number, colocation: Colocation): void {
    const unit = dependent.clone ? dependent.children[0] : dependent;
    const source = dependent.clone ? dependent : unit?.kind === "group" ? unit.children[0] : unit;
    if (!source || this.#visited.has(source) || source.isAssigned) return;
    this.#visited.add(source);
    const { nodes } = this.#cluster;
    for (const node of nodes) {
      if (target.isAllowedOn[node.index] !== 1) continue;
      const score = bestScore(source, node, nodes, colocation.attribute);
      if (factor < 0 && score < 0) continue;
      const product = factor * score;
      let delta = Math.sign(product) * Math.round(Math.abs(product));
      if (delta === 0 && score !== 0 && factor !== 0) delta = product > 0 ? 1 : -1;
      if (delta !== 0) this.#add(target, node.index, Math.max(-INFINITY_SCORE, Math.min(INFINITY_SCORE, delta)), colocation.id);
    }
    for (const next of this.#with(source, "primary")) {
      this.#mergeScores(target, next.dependent, Math.fround(factor * Math.fround(next.score / INFINITY_SCORE)), next);
    }
  }

  #printScores(resource: Resource, kind: ScoreLine["kind"]): void {
    if (resource.isRemoved) return;
    for (const node of this.#cluster.nodes) {
      if (resource.isAllowedOn[node.index] !== 1) continue;
      this.scoreLines.push({ kind, resource: resource.id, node: node.name, score: resource.scores[node.index] ?? 0 });
    }
  }

  #choose(resource: Resource): void {
    const { options, nodes, hasFenceDevice } = this.#cluster;
    const [current] = resource.activeOn;
    const lacksDevice = options.isFencingEnabled && !hasFenceDevice;
    if (lacksDevice) resource.isManaged = false;
    if (!resource.isManaged) {
      resource.assigned = current;
      resource.nextRole = resource.role;
      return;
    }
    if (options.isStopAll && !resource.isFenceDevice) {
      resource.nextRole = "Stopped";
      return;
    }
    const candidates = nodes.filter((node) => resource.isAllowedOn[node.index] === 1);
    const masked = (node: SchedulerNode): number => (isAvailable(node) ? resource.scoreOn(node.index) : -INFINITY_SCORE);
    const ordered = [...candidates].sort(
      (a, b) =>
        masked(b) - masked(a) ||
        a.assignedCount - b.assignedCount ||
        Number(b === current) - Number(a === current) ||
        compareBytes(a.name, b.name),
    );
    let best = ordered[0];
    if (best && current && current !== best && masked(best) > 0 && isAvailable(current) && masked(current) === masked(best)) best = current;
    if (!best || !isAvailable(best) || masked(best) < 0) {
      resource.nextRole = "Stopped";
      return;
    }
    resource.assigned = best;
    best.assignedCount += 1;
    resource.nextRole = resource.isPromotable ? "Unpromoted" : "Started";
  }
}

/** The resource and, when instances cannot be told apart, what corresponds to it in the other instances. */
function siblings(resource: Resource): readonly Resource[] {
  const clone = resource.ownClone;
  if (!clone || clone.clone?.isUnique === true) return [resource];
  return clone.children.flatMap((instance) => instance.withDescendants().filter((other) => other.agentId === resource.agentId));
}

const isInfinite = (colocation: Colocation): boolean => Math.abs(colocation.score) >= INFINITY_SCORE;

/** Nodes where the primary of a colocation is, in the role that counts. */
function primaryNodes(colocation: Colocation): SchedulerNode[] {
  const { primary, primaryRole } = colocation;
  const units = primary.clone ? primary.children : [primary];
  return units.flatMap((unit) => {
    if (primaryRole !== undefined && unit.primitives().every((p) => p.nextRole !== primaryRole)) return [];
    const node = unit.kind === "group" ? (unit.children.at(-1)?.assigned ?? unit.assigned) : unit.assigned;
    return node ? [node] : [];
  });
}

/** Best score of a resource over the available nodes that share an attribute's value with `node`. */
function bestScore(resource: Resource, node: SchedulerNode, nodes: readonly SchedulerNode[], attribute: string): number {
  if (attribute === "#uname") return resource.scoreOn(node.index);
  let best = -INFINITY_SCORE;
  for (const other of nodes) {
    if (isAvailable(other) && other.attributes.get(attribute) === node.attributes.get(attribute))
      best = Math.max(best, resource.scoreOn(other.index));
  }
  return best;
}

/** Each member of a group goes with the one before it. */
function groupColocations(resource: Resource): Colocation[] {
  if (resource.kind === "clone") return resource.children.flatMap(groupColocations);
  if (resource.kind !== "group") return [];
  return resource.children.flatMap((child, index) => {
    const previous = resource.children[index - 1];
    return previous
      ? [
          {
            id: resource.id,
            dependent: child,
            primary: previous,
            score: INFINITY_SCORE,
            attribute: "#uname",
            isInfluential: resource.isCritical && child.isCritical,
            dependentRole: undefined,
            primaryRole: undefined,
          },
        ]
      : [];
  });
}
