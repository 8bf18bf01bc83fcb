import { FEATURE_SET } from "../../cib/document.ts";
import { element, XmlElement } from "../../xml/element.ts";
import { routerOf } from "../act/remote-actions.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import { operationKey } from "../cluster/operation-key.ts";
import type { Resource } from "../cluster/resource.ts";
import { type Action, notifyKey } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";
import type { Graph, Synapse } from "./graph.ts";

/** The plan as a `<transition_graph>`, as tools and regression data show it. */
export function graphXml(plan: Plan, graph: Graph, recheckAtEpochSeconds: number | undefined): XmlElement {
  const { options } = plan.cluster;
  const root = element("transition_graph", {
    "cluster-delay": options.clusterDelay,
    "fencing-timeout": options.fencingTimeout,
    "failed-stop-offset": "INFINITY",
    "failed-start-offset": options.isStartFailureFatal ? "INFINITY" : "1",
    "batch-limit": options.batchLimitText,
    transition_id: 1,
    "migration-limit": options.migrationLimit > 0 ? options.migrationLimitText : undefined,
    "recheck-by": recheckAtEpochSeconds,
  });
  for (const synapse of graph.synapses) {
    const inputs = synapse.inputs.map((input) => element("trigger", {}, [stub(plan, input)]));
    const priority = synapse.priority > 0 ? synapse.priority : undefined;
    root.children.push(
      element("synapse", { id: root.children.length, priority }, [
        element("action_set", {}, [full(plan, synapse)]),
        element("inputs", {}, inputs),
      ]),
    );
  }
  return root;
}

/** Name of an action's element. */
export function elementName(action: Action): "rsc_op" | "pseudo_event" | "crm_event" {
  if (action.task === "do_shutdown" || action.task === "clear_failcount" || action.task === "lrm_delete") return "crm_event";
  if (action.isPseudo) return "pseudo_event";
  return action.task === "stonith" ? "crm_event" : "rsc_op";
}

/** Key of an action by the name its resource's history is kept under; undefined when that is its id. */
export function historyKey(action: Action): string | undefined {
  const { resource } = action;
  if (!resource || resource.historyName === resource.id || resource.kind !== "primitive") return undefined;
  if (action.task === "notify")
    return notifyKey(resource.historyName, action.meta.get("notify_type") ?? "", action.meta.get("notify_operation") ?? "");
  return operationKey(resource.historyName, action.cancelledTask ?? action.task, Number(action.meta.get("interval") ?? 0));
}

/** True for elements that name the node an action is about. */
export function namesNode(action: Action): boolean {
  return action.node !== undefined && (elementName(action) !== "pseudo_event" || action.task === "stonith");
}

function stub(plan: Plan, action: Action): XmlElement {
  const external = historyKey(action);
  const node = namesNode(action) ? action.node : undefined;
  return element(elementName(action), {
    id: action.id,
    mode: action.task === "lrm_delete" ? "cib" : undefined,
    operation: action.task,
    operation_key: external ?? action.key,
    internal_operation_key: external === undefined ? undefined : action.key,
    on_node: node?.name,
    on_node_uuid: node?.id,
    router_node: node && routerOf(plan, action)?.name,
  });
}

function full(plan: Plan, { action, attributes, downed, told }: Synapse): XmlElement {
  const made = stub(plan, action);
  const { resource } = action;
  if (resource && !action.isPseudo) {
    if (locksResource(action, resource)) made.set("shutdown-lock", String(resource.lockEpochSeconds));
    made.children.push(primitiveXml(resource));
  }
  made.children.push(attributesXml(attributes));
  if (downed.length > 0)
    made.children.push(
      element(
        "downed",
        {},
        downed.map((id) => element("node", { id })),
      ),
    );
  if (told.length > 0) {
    made.children.push(
      element(
        "maintenance",
        {},
        told.map((node) => element("node", { id: node.id, node_in_maintenance: node.isMaintenance ? "1" : "0" })),
      ),
    );
  }
  return made;
}

/** A name that begins with a digit, as the arguments of Heartbeat's own agents have, is no name of an XML attribute. */
const NO_ATTRIBUTE_NAME = /^\d/;

const FEATURE_SET_NAME = "crm_feature_set";

/** Every action says whose plan it is part of, at its place among sorted names. */
function attributesXml(sorted: ReadonlyMap<string, string>): XmlElement {
  const made = new XmlElement("attributes");
  let hasFeatureSet = false;
  for (const [name, value] of sorted) {
    if (name >= FEATURE_SET_NAME && !hasFeatureSet) {
      made.set(FEATURE_SET_NAME, FEATURE_SET);
      hasFeatureSet = true;
    }
    if (NO_ATTRIBUTE_NAME.test(name)) made.children.push(element("param", { name, value }));
    else if (name !== FEATURE_SET_NAME) made.set(name, value);
  }
  return hasFeatureSet ? made : made.set(FEATURE_SET_NAME, FEATURE_SET);
}

function primitiveXml(resource: Resource): XmlElement {
  const { id, longId } = agentNames(resource);
  const filled = (text: string): string | undefined => (text === "" ? undefined : text);
  return element(resource.xml.name, {
    id,
    "long-id": longId,
    class: filled(resource.agentClass),
    provider: filled(resource.provider),
    type: filled(resource.type),
  });
}

/** Names of a resource for the executor: what it is called there, and what the scheduler calls it. */
export function agentNames(resource: Resource): { readonly id: string; readonly longId: string | undefined } {
  const isRenamed = resource.historyName !== resource.id;
  if (resource.isRemoved && isRenamed) return { id: resource.historyName, longId: resource.id };
  if (resource.isUnique) return { id: resource.id, longId: undefined };
  const configured = resource.xml.id ?? resource.id;
  return { id: configured, longId: isRenamed && resource.historyName !== configured ? resource.historyName : resource.id };
}

/** While a node shuts down its stops keep resources locked to it, later everything that happens there does. */
function locksResource(action: Action, resource: Resource): boolean {
  const node: SchedulerNode | undefined = action.node;
  return node !== undefined && node === resource.lockNode && (!node.isShuttingDown || action.task === "stop");
}
