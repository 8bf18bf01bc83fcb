import { enumeration } from "../../base/enumeration.ts";
import type { SchedulerNode } from "../../scheduler/cluster/node.ts";
import { isWithin } from "../../scheduler/cluster/resource-state.ts";
import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import { isToBePromoted } from "../../scheduler/explain/promotion-account.ts";
import { stateOfNode } from "../../scheduler/explain/unavailability.ts";
import { taskOf } from "../../scheduler/plan/action.ts";
import { type ActionReason, actionReasonText } from "../../scheduler/plan/action-reason.ts";
import type { Obstacle, Root } from "../../scheduler/report/obstacles.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { whyNotFenced } from "./node-state-text.ts";
import { distinct, isNothing, NOTHING, namesAttribute, type Phrase, phrase, plain } from "./phrase.ts";
import type { ScoreSources } from "./score-sources.ts";
import { someOf } from "./some-of.ts";
import { tooFewText } from "./too-few-text.ts";
import { isQuorumMissing, reasonWords, verdict } from "./verdict-text.ts";

/** What keeps a resource from what was decided for it: a line for each action, what it waits for, and where that begins. */
export function obstacleLines(account: PlacementAccount, sources: ScoreSources): string[] {
  const causes: Phrase[] = [];
  const lines = account.obstacles.flatMap((obstacle) => {
    const words = ownWords(obstacle, account);
    const waits = tellingWaits(obstacle);
    for (const { root } of waits) if (!isPendingProbe(root, account)) causes.push(rootText(root, account, sources));
    causes.push(pendingText(obstacle, account));
    return [
      `  Blocked: ${obstacle.task}${obstacle.node === undefined ? "" : ` on ${obstacle.node.name}`} cannot be carried out${isNothing(words) ? "" : `: ${words.text}`}.`,
      ...waitTexts(waits, account).map(({ what, orderIds }) => {
        return `    It waits for ${what}, which cannot be done${orderIds.length === 0 ? "" : ` (${orderIds.join(", ")})`}.`;
      }),
    ];
  });
  return [...lines, ...distinct(causes).map(({ text }) => `    The cause: ${text}.`)];
}

/** What is waited for, but for parts of what is waited for as a whole. */
function tellingWaits({ waitsFor }: Obstacle): Obstacle["waitsFor"] {
  return waitsFor.filter(({ subject, task }) => !waitsFor.some((other) => other.task === task && isWithin(subject, other.subject)));
}

/** The same for programs. */
export function obstaclesXml(account: PlacementAccount, sources: ScoreSources): XmlElement[] {
  return account.obstacles.map((obstacle) => {
    const { task, node, cause, waitsFor, hindrance } = obstacle;
    const own = ownWords(obstacle, account);
    return element(
      "blocked",
      {
        action: task,
        node: node?.name,
        reason: actionReasonText(cause),
        hindrance,
        cause: own.text || undefined,
        names: namesAttribute(own),
      },
      waitsFor.map((one) => {
        const begins = rootText(one.root, account, sources);
        return element("waits_for", {
          resource: one.resource,
          action: one.task,
          node: one.node,
          orders: one.orderIds.join(" "),
          "root-resource": one.root.resource.id,
          "root-action": one.root.task,
          "root-node": one.root.node?.name,
          cause: begins.text || undefined,
          names: namesAttribute(begins),
        });
      }),
    );
  });
}

/** Why an action cannot be carried out, in a few words: what is in its own way, else where the waiting begins, else what it waits for. */
export function obstacleWords(obstacle: Obstacle, account: PlacementAccount, sources: ScoreSources): Phrase {
  const own = ownWords(obstacle, account);
  if (!isNothing(own)) return own;
  const roots = [...obstacle.waitsFor.map(({ root }) => rootText(root, account, sources)), pendingText(obstacle, account)];
  const stops = account.obstacles.filter((one) => one !== obstacle && obstacle.waitsFor.some((wait) => isWaitFor(wait, one, account)));
  const [root] = distinct([...roots, ...stops.map((one) => ownWords(one, account))]);
  const [wait] = waitTexts(obstacle.waitsFor, account);
  return root ?? (wait === undefined ? NOTHING : plain(`it waits for ${wait.what}`));
}

/** Where a resource is and what becomes of it, and if that is blocked why. */
export function verdictWithCause(account: PlacementAccount, sources: ScoreSources): Phrase {
  const said = verdict(account, sources);
  if (!account.isManaged) return said;
  const [cause] = distinct(account.obstacles.map((obstacle) => obstacleWords(obstacle, account, sources)));
  return cause === undefined ? said : phrase`${said}: ${cause}`;
}

/** True for a wait for another action of the resource, which is told of itself. */
function isWaitFor(wait: Obstacle["waitsFor"][number], { task, node }: Obstacle, { resource }: PlacementAccount): boolean {
  return wait.resource === resource.id && wait.task === task && wait.node === node?.name;
}

/** What is in the way of an action itself. What it waits for is told after that, in better words. */
function ownWords(obstacle: Obstacle, account: PlacementAccount): Phrase {
  const { cause, waitsFor } = obstacle;
  if (cause?.kind === "action" && waitsFor.some((one) => one.subject === cause.resource && one.task === taskOf(cause.task))) return NOTHING;
  const hindrance = hindranceText(obstacle, account);
  if (hindrance !== "") return plain(hindrance);
  const words = causeWords(cause, account);
  if (!isNothing(words) || waitsFor.length > 0) return words;
  const missing = quorumText(obstacle, account) || fencingText(account);
  return missing === "" ? NOTHING : plain(missing);
}

/** What about its node is in the way of an action. */
function hindranceText({ hindrance, node }: Pick<Obstacle, "hindrance" | "node">, { cluster }: PlacementAccount): string {
  if (!node) return "";
  switch (hindrance) {
    case "lost":
      return node.uncleanReason === undefined ? `${node.name} is ${stateOfNode(node)}` : unfencedText([node], cluster);
    case "pending":
      return `${node.name} has not joined the cluster yet`;
    case "unfenceable-guest": {
      const hosts = cluster.nodes.filter((one) => node.connection?.launcher?.activeOn.includes(one) && !one.isOnline);
      return `${node.name} is inside of ${node.connection?.launcher?.id}, and ${unfencedText(hosts, cluster)}`;
    }
    default:
      return "";
  }
}

function unfencedText(nodes: readonly SchedulerNode[], cluster: PlacementAccount["cluster"]): string {
  const why = [...new Set(nodes.map((node) => whyNotFenced(node, cluster)))].filter((text) => text !== "").join(", ");
  const names = enumeration(nodes.map(({ name }) => name));
  return `${names} ${nodes.length === 1 ? "is" : "are"} unclean, and not fenced${why === "" ? "" : ` (${why})`}`;
}

/** A reason in words; of quorum that is missing with what is made of that. */
function causeWords(cause: ActionReason | undefined, account: PlacementAccount): Phrase {
  const { cluster } = account;
  if (cause?.kind === "action" && cause.minimumId !== undefined) return tooFewText(cause.minimumId, account);
  return isQuorumMissing(cause) ? plain(`no quorum, and no-quorum-policy is ${cluster.options.noQuorumPolicy}`) : reasonWords(cause);
}

/** Without quorum nothing comes up that needs it; the action may have been given another reason. */
function quorumText({ task }: Obstacle, { cluster, resource }: PlacementAccount): string {
  const { hasQuorum, noQuorumPolicy } = cluster.options;
  const isMeant = (task === "start" || task === "promote") && resource.requires !== "nothing";
  return isMeant && !hasQuorum && noQuorumPolicy !== "ignore" ? `no quorum, and no-quorum-policy is ${noQuorumPolicy}` : "";
}

/** Where nothing else is known to be in the way, what is on lost nodes, or may be, has to be fenced first. */
function fencingText({ resource, currentNodes, cluster }: PlacementAccount): string {
  const unclean = cluster.nodes.filter(({ name, uncleanReason }) => {
    return uncleanReason !== undefined && (resource.requires === "fencing" || currentNodes.includes(name));
  });
  return unclean.length === 0 ? "" : unfencedText(unclean, cluster);
}

/** What is waited for, the same on several nodes together. */
function waitTexts(
  waitsFor: Obstacle["waitsFor"],
  { resource }: PlacementAccount,
): { readonly what: string; readonly orderIds: readonly string[] }[] {
  const own = new Map<string, string[]>();
  const started = new Set(waitsFor.flatMap(({ task, resource: id }) => (task === "notify" ? [] : [id])));
  for (const { task, node, resource: id } of waitsFor)
    if (id === resource.id && node !== undefined) own.set(task, [...(own.get(task) ?? []), node]);
  const others = waitsFor.filter(({ resource: id, task }) => id !== resource.id && !(task === "notify" && started.has(id)));
  return [
    ...[...own].map(([task, nodes]) => {
      return { what: `${task === "monitor" ? "a look whether it runs" : `its own ${task}`} on ${enumeration(nodes)}`, orderIds: [] };
    }),
    ...others.map(({ task, resource: id, orderIds }) => ({
      what: task === "monitor" ? `a look whether ${id} runs` : `the ${task} of ${id}`,
      orderIds,
    })),
  ];
}

/** Why that is so where the waiting begins; nothing when it begins with what is told of the resource anyway. */
function rootText(root: Root, account: PlacementAccount, sources: ScoreSources): Phrase {
  const { resource, task, node, cause } = root;
  // Of its own actions another line tells.
  if (resource === account.resource && account.obstacles.some((one) => one.task === task && one.node === node)) return NOTHING;
  const own = hindranceText(root, account);
  const missing = account.roots.find((one) => one.resource === resource || isWithin(one.resource, resource));
  if (missing && own === "") return phrase`${missing.resource.id} ${verdict(missing, sources)}`;
  const words = own === "" ? causeWords(cause, account) : plain(own);
  if (isNothing(words)) return unpromotedText(root);
  const what = task === "monitor" ? `a look whether ${resource.id} runs` : `the ${task} of ${resource.id}`;
  return phrase`${what}${own === "" ? "" : ` on ${node?.name}`} cannot be done: ${words}`;
}

/** A look on a node that has not joined yet. */
function isPendingProbe({ resource, task, hindrance }: Root, account: PlacementAccount): boolean {
  return resource === account.resource && task === "monitor" && hindrance === "pending";
}

/** Nodes on which nobody can look yet whether the resource runs there. */
function pendingText({ waitsFor }: Obstacle, account: PlacementAccount): Phrase {
  const nodes = [...new Set(waitsFor.flatMap(({ root }) => (isPendingProbe(root, account) ? (root.node?.name ?? []) : [])))];
  return nodes.length === 0 ? NOTHING : plain(`${enumeration(nodes)} ${nodes.length === 1 ? "has" : "have"} not joined the cluster yet`);
}

/** A promotion that nobody is chosen for is not in the way of itself, and what has no promoted role never loses it. */
function unpromotedText({ resource, task }: Root): Phrase {
  const settings = (resource.ownBundle?.bundle?.inner ?? resource.ownClone ?? resource).clone;
  if ((task === "promote" || task === "demote") && settings?.isPromotable !== true)
    return plain(`the ${task} of ${resource.id} never takes place: only promotable clones have a promoted role`);
  const clone = resource.ownBundle ?? resource.ownClone ?? resource;
  if (task !== "promote") return NOTHING;
  const promoted = clone.primitives().filter(({ nextRole }) => nextRole === "Promoted");
  if (promoted.length === 0) return plain(`nothing of ${clone.id} is going to be promoted`);
  // What comes in pairs waits for the instance that it is with.
  return resource === clone || isToBePromoted(resource)
    ? NOTHING
    : plain(`${resource.id} is not chosen to be promoted: ${someOf(promoted.map(({ id }) => id))} ${promoted.length === 1 ? "is" : "are"}`);
}
