import { enumeration } from "../../base/enumeration.ts";
import type { FailedOperation } from "../../scheduler/cluster/failed-operation.ts";
import type { SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import { unavailability } from "../../scheduler/explain/unavailability.ts";
import { actionReasonText } from "../../scheduler/plan/action-reason.ts";
import { formatScore } from "../../score/score.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { failedOperationText } from "./failed-operation-text.ts";
import { enumerated, joined, NOTHING, named, type Phrase, phrase, plain } from "./phrase.ts";
import type { ScoreSources } from "./score-sources.ts";
import { tieBreaker } from "./tie-break-text.ts";
import { closedReason, vetoTexts } from "./why-down-text.ts";

/** Since when a definition is compared, by the recorded operation. */
const SINCE: Readonly<Record<string, string>> = {
  monitor: "it was found running on",
  promote: "its promotion on",
  migrate_from: "it came to",
};

/** That what runs has another definition than the one configured now, and by which recorded operation that shows; nothing when it has not. */
export function whyRedefined({ redefinition, resource }: PlacementAccount): Phrase {
  if (!redefinition) return NOTHING;
  const { record, node, answer } = redefinition;
  if (!record) return plain(`what runs on ${node.name} has another agent than what is configured`);
  const since = SINCE[record.get("operation") ?? ""] ?? "its start on";
  const bundle = resource.parent?.kind === "bundle" ? `, which bundle ${resource.parent.id} makes,` : "";
  const more = answer === "reload" ? "; it can take over what was changed while it runs" : "";
  return phrase`its definition${bundle} was changed since ${since} ${node.name}${named(record.id)}${more}`;
}

/** What makes a resource count as failed, and whether that is a failure of its own; there are no words when it is not known. */
export interface FailureCause {
  readonly isOwn: boolean;
  readonly words: Phrase;
}

/** What has failed: operations of the resource, its node, what lives in it; else an operation elsewhere, or a live migration. */
export function whyFailed(account: PlacementAccount, sources: ScoreSources): FailureCause {
  const { resource, failures, currentNodes, cluster } = account;
  const here = failures.filter(({ resourceId, node }) => resourceId === resource.id && currentNodes.includes(node));
  const lost = cluster.nodes
    .filter((node) => currentNodes.includes(node.name))
    .flatMap((node) => lostText(node) ?? [])
    .map(plain);
  const guests = account.guestFencing.map(({ node, reason }) =>
    plain(`guest node ${node.name}, which lives in it, has to be fenced (${reason})`),
  );
  if (guests.length === 0) guests.push(...guestsToReset(account));
  const unreached = account.unreached.map((one) => phrase`of ${one.resourceId}, ${failedOperationText(one)}${named(one.entryId)}`);
  const causes = [...(here.length > 0 ? [failureTexts(here)] : []), ...lost, ...unreached, ...insideTexts(account), ...guests];
  if (causes.length > 0) return { isOwn: here.length > 0, words: joined(causes, "; ") };
  if (failures.length > 0) return { isOwn: true, words: failureTexts(failures) };
  const migration = brokenMigration(account, sources);
  if (migration) {
    const { source, target, id } = migration;
    const from = currentNodes.includes(source) ? "" : ` from ${source}`;
    return { isOwn: false, words: phrase`its live migration${from} to ${target} did not come to an end${named(id)}` };
  }
  const recorded = sources.failure(resource, "stop", currentNodes);
  return recorded ? { isOwn: true, words: phrase`${recorded.text}${named(recorded.id)}` } : { isOwn: false, words: NOTHING };
}

/** A live migration that did not come to an end, where that is a cause: of what counts as failed, or is stopped and started again for no other one. */
function brokenMigration({ resource, decisions, redefinition }: PlacementAccount, sources: ScoreSources) {
  const isRestarted = decisions.some(({ change, cause }) => change === "Restart" && cause === undefined);
  return resource.isFailed || (isRestarted && !redefinition) ? sources.unfinishedMigration(resource) : undefined;
}

/** Guests that are fenced with what they live in, where the history does not tell why. */
function guestsToReset({ resource, cluster }: PlacementAccount): Phrase[] {
  const guests = cluster.nodes.filter(({ connection, isRemoteReset }) => isRemoteReset && connection?.launcher === resource);
  return guests.map(({ name }) => plain(`guest node ${name}, which lives in it, has to be fenced`));
}

/** What lives in a resource and has failed. */
function insideTexts({ resource, failures }: PlacementAccount): Phrase[] {
  return resource.launched
    .filter(({ isFailed }) => isFailed)
    .map(({ id }) => {
      const records = failures.filter(({ resourceId }) => resourceId === id);
      return phrase`${id}, which runs inside of it, has failed${records.length === 0 ? "" : phrase` (${failureTexts(records)})`}`;
    });
}

/** The newest failure of each resource on each node. */
function failureTexts(failures: readonly FailedOperation[]): Phrase {
  const newest = new Map<string, FailedOperation>();
  for (const one of failures) {
    const place = `${one.resourceId} ${one.node}`;
    const known = newest.get(place);
    if (!known || one.changedAtEpochSeconds >= known.changedAtEpochSeconds) newest.set(place, one);
  }
  return enumerated([...newest.values()].map((one) => phrase`${failedOperationText(one)}${named(one.entryId)}`));
}

/** Why a node cannot be counted on; undefined when it can be. A guest is lost with what it lives in. */
function lostText({ name, uncleanReason, isRemoteReset, connection, isOnline }: SchedulerNode): string | undefined {
  if (uncleanReason !== undefined) return `${name} is unclean (${uncleanReason})`;
  const launcher = connection?.launcher;
  if (isRemoteReset && launcher) return `guest node ${name} is restarted with ${launcher.id}, which it lives in`;
  return isOnline ? undefined : `${name} is offline`;
}

/** What speaks against the place that a resource leaves; nothing where only another one is better. */
export function whyLeft(account: PlacementAccount, sources: ScoreSources): Phrase {
  const left = account.nodes.filter(({ node }) => account.currentNodes.includes(node.name) && node.name !== account.nextNode);
  const closed = left.flatMap(({ node }) => {
    const state = unavailability(node);
    return state === undefined ? [] : [`${node.name} is ${state}`];
  });
  if (closed.length > 0) return plain(enumeration(closed));
  const told = left.flatMap((one) => {
    const { node, score, vetoes } = one;
    if (score === undefined) return [plain(`${node.name} may not have it (${closedReason(node, account)})`)];
    return vetoes.length === 0 ? [] : [phrase`${node.name} is ruled out (${joined(vetoTexts(one, account.resource, sources), "; ")})`];
  });
  return joined(told, "; ");
}

/** How the place that a resource goes to is better than the one that it leaves, where nothing is against that. */
export function whyBetter(account: PlacementAccount): Phrase {
  const { nodes, currentNodes, nextNode } = account;
  const chosen = nodes.find(({ node }) => node.name === nextNode);
  const left = currentNodes.length === 1 ? nodes.find(({ node }) => node.name === currentNodes[0]) : undefined;
  if (chosen?.score === undefined || left?.score === undefined || left.score > chosen.score) return NOTHING;
  if (left.score < chosen.score)
    return plain(`${chosen.node.name} is worth more (${formatScore(chosen.score)}) than ${left.node.name} (${formatScore(left.score)})`);
  const why =
    account.resource.stickiness === 0
      ? "nothing holds it there (resource-stickiness is 0)"
      : `${tieBreaker(chosen, left, account)} decided`;
  return plain(`${left.node.name} is worth the same, and ${why}`);
}

/** What is decided and what it is for, for programs. */
export function causesXml(account: PlacementAccount, sources: ScoreSources): XmlElement[] {
  const { decisions, redefinition, origin, failures, unreached, guestFencing } = account;
  const migration = brokenMigration(account, sources);
  return [
    ...decisions.map(({ change, cause, isBlocked }) =>
      element("decision", { change, reason: actionReasonText(cause) || undefined, blocked: String(isBlocked) }),
    ),
    ...(redefinition ? [redefinitionXml(redefinition)] : []),
    ...(origin ? [originXml(origin)] : []),
    ...[...failures, ...unreached].map(failureXml),
    ...guestFencing.map(({ node, reason }) => element("guest_fencing", { node: node.name, reason })),
    ...(migration ? [element("unfinished_migration", { source: migration.source, target: migration.target, record: migration.id })] : []),
  ];
}

function redefinitionXml({ node, record, answer }: NonNullable<PlacementAccount["redefinition"]>): XmlElement {
  return element("redefinition", { node: node.name, operation: record?.get("operation"), record: record?.id, answer });
}

function originXml({ orderIds, account, isDirect, unfencing }: NonNullable<PlacementAccount["origin"]>): XmlElement {
  return element("origin", {
    resource: account?.resource.id,
    direct: String(isDirect),
    orders: orderIds.length === 0 ? undefined : orderIds.join(" "),
    "unfenced-node": unfencing?.node,
    reason: unfencing?.reason,
  });
}

function failureXml(one: FailedOperation): XmlElement {
  return element("failure", {
    resource: one.resourceId,
    node: one.node,
    operation: one.operation,
    "interval-ms": one.intervalMs,
    "exit-code": one.exitCode,
    status: one.operationStatus,
    "exit-reason": one.exitReason || undefined,
    record: one.entryId,
  });
}
