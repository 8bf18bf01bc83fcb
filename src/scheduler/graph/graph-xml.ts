import { formatScore, INFINITY_SCORE } from "../../score/score.ts";
import { element, XmlElement } from "../../xml/element.ts";
import type { Action } from "../act/action.ts";
import type { Assigned } from "../assign/assign.ts";
import { graphInputs, isEmitted } from "./emitted.ts";

/** The plan as a `<transition_graph>`, as tools and regression data show it. */
export function graphXml(cluster: Assigned, actions: readonly Action[]): XmlElement {
  const { options } = cluster;
  const root = element("transition_graph", {
    "cluster-delay": options.clusterDelay,
    "fencing-timeout": options.fencingTimeout,
    "failed-stop-offset": "INFINITY",
    "failed-start-offset": options.isStartFailureFatal ? "INFINITY" : "1",
    transition_id: 1,
  });
  const emitted = new Set(actions.filter(isEmitted));
  for (const action of emitted) {
    const inputs = graphInputs(action, emitted).map((input) => element("trigger", {}, [stub(input)]));
    const priority = Math.max(action.priority, action.resource?.priority ?? 0);
    root.children.push(
      element(
        "synapse",
        { id: root.children.length, priority: priority > 0 ? formatScore(Math.min(priority, INFINITY_SCORE)) : undefined },
        [element("action_set", {}, [full(action)]), element("inputs", {}, inputs)],
      ),
    );
  }
  return root;
}

function stub(action: Action): XmlElement {
  const { resource, node } = action;
  const name = action.isPseudo ? "pseudo_event" : action.kind;
  const history = resource?.historyName;
  const external =
    history !== undefined && resource?.kind === "primitive" && history !== resource.id
      ? action.key.replace(resource.id, history)
      : undefined;
  const hasNode = node !== undefined && (!action.isPseudo || action.task === "stonith");
  return element(name, {
    id: action.id,
    mode: action.task === "lrm_delete" ? "cib" : undefined,
    operation: action.task,
    operation_key: external ?? action.key,
    internal_operation_key: external === undefined ? undefined : action.key,
    on_node: hasNode ? node.name : undefined,
    on_node_uuid: hasNode ? node.id : undefined,
  });
}

function full(action: Action): XmlElement {
  const made = stub(action);
  const { resource } = action;
  if (resource?.kind === "primitive" && !action.isPseudo && action.kind !== "pseudo_event") {
    const isRenamed = resource.agentId !== resource.id;
    const primitive = element("primitive", {
      id: resource.agentId,
      "long-id": isRenamed ? resource.id : undefined,
      class: resource.agentClass,
      provider: resource.provider === "" ? undefined : resource.provider,
      type: resource.type,
    });
    made.children.push(primitive);
  }
  const sorted = [...action.attributes].sort(([a], [b]) => (a < b ? -1 : 1));
  made.children.push(new XmlElement("attributes", sorted));
  if (["stonith", "do_shutdown"].includes(action.task) && action.node && action.attributes.get("CRM_meta_stonith_action") !== "on") {
    made.children.push(element("downed", {}, [element("node", { id: action.node.id })]));
  }
  return made;
}
