import type { GraphAction } from "../../model/transition-graph.ts";
import type { Synapse } from "./graph.ts";
import { agentNames, elementName, namesNode } from "./graph-xml.ts";

/** An action of the graph as who carries it out sees it. */
export function graphAction({ action, inputs, priority, attributes, told }: Synapse): GraphAction {
  const { resource, node } = action;
  const kind = elementName(action);
  const isAgentCalled = resource?.kind === "primitive" && !action.isPseudo;
  return {
    id: action.id,
    kind,
    operation: action.task,
    key: action.key,
    node: namesNode(action) ? node?.name : undefined,
    resource: isAgentCalled
      ? { id: agentNames(resource).id, agentClass: resource.agentClass, provider: resource.provider, type: resource.type }
      : undefined,
    attributes,
    priority,
    inputs: inputs.map((input) => input.id),
    ...(told.length > 0 && {
      maintenance: told.map(({ id, name, isMaintenance }) => ({ nodeId: id, node: name, isInMaintenance: isMaintenance })),
    }),
  };
}
