import { hashOrder } from "../../base/hash-order.ts";
import { EXIT, exitText } from "../../model/exit-code.ts";
import {
  type ClusterStatus,
  primitivesOf,
  type readClusterStatus,
  type StatusResource,
  topResource,
} from "../../output/status/status-model.ts";
import { schedule } from "../../scheduler/schedule.ts";
import { element } from "../../xml/element.ts";
import { writeCompact } from "../../xml/write.ts";
import { askCib, readCib, usesFile } from "../cib/cib-access.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import type { ToolPorts } from "../frame/tool.ts";
import { checkResource } from "./crm-resource-colocations.ts";
import { refused } from "./crm-resource-constraints.ts";

const TOOL = "crm_resource";
/** Time between two looks at a cluster that is to settle. */
const POLL_MS = 500;
const DEFAULT_WAIT_MS = 60 * 60 * 1000;

/** What a command on a running cluster is about. */
export interface RuntimeCommand {
  readonly status: ClusterStatus;
  readonly resource: StatusResource | undefined;
  readonly node: string | undefined;
  readonly isForced: boolean;
  readonly timeoutMs: number | undefined;
}

/** Forgets failures or the whole history; of a group's member, the whole group's unless forced. */
export async function forget(ports: ToolPorts, command: RuntimeCommand, isRefresh: boolean): Promise<Answer> {
  const { status, resource, node } = command;
  const where = node === undefined ? "on all nodes" : `on ${node}`;
  const chosen = resource && (command.isForced ? resource : topOf(status, resource));
  if (usesFile(ports) && !chosen) return { text: `Dry run: skipping clean-up of ${node ?? "all nodes"} due to CIB_file\n` };
  if (usesFile(ports) && chosen) {
    const lines = chosenPrimitives(status, chosen, resource).flatMap(({ id }) => {
      const nodes = node === undefined ? knownNodes(status, id) : [node];
      return nodes.map((name) => `Dry run: skipping clean-up of ${id} on ${name} due to CIB_file`);
    });
    return { ...checkResource(status, chosen, node), errors: lines };
  }
  const ids = chosen && [...new Set(primitivesOf(chosen).map((primitive) => primitive.printableId))];
  const onNode = node === undefined ? {} : { node };
  const lines: string[] = [];
  for (const id of ids ?? [undefined]) {
    const reply = await ports.ask({ op: "cleanup", ...(id === undefined ? {} : { resource: id }), ...onNode, isRefresh });
    if (reply.exitCode !== EXIT.ok) return refused(reply);
    lines.push(...(id === undefined ? [`all resources ${where}`] : ((reply.data ?? []) as readonly string[])));
  }
  return { text: lines.map((line) => `Cleaned up ${line}\n`).join("") };
}

/** The primitives of what was chosen; of a bundle only those that are called like the one that was asked for, what it contains last. */
function chosenPrimitives(status: ClusterStatus, chosen: StatusResource, asked: StatusResource | undefined): readonly StatusResource[] {
  const isContained = ({ id }: StatusResource): boolean => status.unpacked.resources.byId.get(id)?.parent?.kind === "clone";
  const parts = primitivesOf(chosen);
  const all = chosen.kind === "bundle" ? [...parts.filter((one) => !isContained(one)), ...parts.filter(isContained)] : parts;
  return chosen.kind === "bundle" && asked?.kind === "primitive" ? all.filter((one) => one.printableId === asked.printableId) : all;
}

/** Nodes that are up on which the state of a primitive is known; where that is none, those it may be on. */
function knownNodes({ unpacked }: ClusterStatus, id: string): string[] {
  const resource = unpacked.resources.byId.get(id) ?? unpacked.history.removed.find((removed) => removed.id === id);
  if (!resource) return [];
  const known = unpacked.nodes.filter((node) => resource.probedOn.has(node.index));
  const allowed = unpacked.nodes.filter((node) => resource.isAllowedOn[node.index] === 1);
  const nodes = known.length === 0 ? allowed : known;
  // As Pacemaker's tables hand them out, from their end.
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ordered = hashOrder(byId.keys()).reverse();
  return ordered.flatMap((one) => (byId.get(one)?.isOnline ? [byId.get(one)?.name ?? ""] : []));
}

/** Tells the cluster that a resource has failed on a node. */
export async function failResource(ports: ToolPorts, resource: StatusResource, node: string): Promise<Answer> {
  if (usesFile(ports)) return { errors: [`Dry run: skipping fail of ${resource.id} on ${node} due to CIB_file`] };
  const reply = await ports.ask({ op: "fail", resource: resource.printableId, node });
  return reply.exitCode === EXIT.ok ? {} : refused(reply);
}

/** Deletes a resource from the configuration. */
export async function deleteResource(ports: ToolPorts, id: string, type: string): Promise<Answer> {
  const input = writeCompact(element(type, { id }));
  const reply = await askCib(ports, TOOL, { operation: "delete", scope: "resources", input });
  if (reply.exitCode === EXIT.ok) return {};
  const lines = [`Could not delete resource ${id}: ${reply.message}`, `Error performing operation: ${exitText(reply.exitCode)}`];
  return refusal(TOOL, reply.exitCode, lines.join("\n"));
}

/** Waits until the cluster has nothing left to do. */
export async function waitForCluster(ports: ToolPorts, timeoutMs: number = DEFAULT_WAIT_MS): Promise<Answer> {
  const end = ports.monotonicMs() + timeoutMs;
  for (;;) {
    const read = await readCib(ports, TOOL);
    if ("error" in read) return refused(read.error);
    const pending = pendingActions(ports, read.cib);
    if (pending.length === 0) return {};
    if (usesFile(ports) || ports.monotonicMs() >= end) {
      const lines = ["Pending actions:", ...pending.map((line) => `\t${line}`), `${TOOL}: Error performing operation: Timer expired`];
      return { exitCode: EXIT.timeout, errors: lines };
    }
    await ports.sleep(POLL_MS);
  }
}

function pendingActions(ports: ToolPorts, cib: Parameters<typeof readClusterStatus>[0]): string[] {
  const { graph } = schedule(cib, { nowEpochSeconds: ports.epochSeconds(), isLive: true, areScoresKept: false });
  const isWork = (kind: string, operation: string): boolean => kind !== "pseudo_event" && operation !== "cancel";
  return graph.actions
    .filter((action) => isWork(action.kind, action.operation))
    .map((action) => `Action ${action.id}: ${action.key}${action.node === undefined ? "" : `\ton ${action.node}`}`);
}

/** Stops a resource, waits, starts it again, waits. What was set to stop it is put back in any case. */
export async function restartResource(ports: ToolPorts, command: RuntimeCommand & { readonly resource: StatusResource }): Promise<Answer> {
  const { resource, node, status } = command;
  const isRunning = node === undefined ? resource.isPartlyActive : resource.nodes.includes(node);
  if (!isRunning) {
    const where = node === undefined ? "anywhere" : `on ${node}`;
    return refusal(TOOL, EXIT.noSuchObject, `${resource.id} is not running ${where} and so cannot be restarted`);
  }
  const top = topOf(status, resource);
  const subject = top.kind === "clone" || top.kind === "bundle" ? top : resource;
  const end = ports.monotonicMs() + (command.timeoutMs ?? DEFAULT_WAIT_MS);
  const left = (): number => Math.max(1000, end - ports.monotonicMs());
  const brake = node === undefined ? stopByRole(subject) : keepOff(subject, node);
  const stopping = await askCib(ports, TOOL, { operation: "modify", scope: brake.scope, input: brake.set, isCreateAllowed: true });
  if (stopping.exitCode !== EXIT.ok) return refused(stopping);
  const stopped = await waitForCluster(ports, left());
  const starting = await askCib(ports, TOOL, brake.undo);
  if (starting.exitCode !== EXIT.ok) return refused(starting);
  if (stopped.exitCode !== undefined && stopped.exitCode !== EXIT.ok) return stopped;
  return waitForCluster(ports, left());
}

interface Brake {
  readonly scope: string;
  readonly set: string;
  readonly undo: Parameters<typeof askCib>[2];
}

/** Target role Stopped, and what the user had there before. */
function stopByRole(resource: StatusResource): Brake {
  const setId = `${resource.id}-meta_attributes`;
  const id = `${setId}-target-role`;
  const tag = resource.kind === "bundle" ? "bundle" : resource.kind;
  const document = (value: string): string =>
    writeCompact(
      element(tag, { id: resource.id }, [
        element("meta_attributes", { id: setId }, [element("nvpair", { id, name: "target-role", value })]),
      ]),
    );
  const before = resource.targetRole;
  const undo =
    before === undefined
      ? ({ operation: "delete", xpath: `//nvpair[@id='${id}']` } as const)
      : ({ operation: "modify", scope: "resources", input: document(before), isCreateAllowed: true } as const);
  return { scope: "resources", set: document("Stopped"), undo };
}

/** A ban from the node that is taken back. */
function keepOff(resource: StatusResource, node: string): Brake {
  const id = `cli-ban-${resource.id}-on-${node}`;
  const made = element("rsc_location", { id, rsc: resource.id, role: "Started", node, score: "-INFINITY" });
  return {
    scope: "constraints",
    set: writeCompact(element("constraints", {}, [made])),
    undo: { operation: "delete", xpath: `//rsc_location[@id='${id}']` },
  };
}

function topOf(status: ClusterStatus, resource: StatusResource): StatusResource {
  return topResource(status.resources, resource) ?? resource;
}
