import type { SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import type { XmlElement } from "../../xml/element.ts";
import { type CibChange, setCapacity, setNeeds, setOption } from "./cib-changes.ts";
import { configuredId } from "./goal.ts";

/** More room on a node that has too little, smaller needs, or no heed of them. */
export function capacityChanges(
  { cluster }: ScheduleResult,
  accounts: readonly PlacementAccount[],
  places: readonly SchedulerNode[],
): CibChange[] {
  if (cluster.options.placementStrategy === "default") return [];
  const changes = accounts.flatMap(({ resource, nodes }) =>
    nodes.flatMap(({ node, vetoes }) => {
      const needed = vetoes.flatMap(({ shortage }) => shortage?.needed ?? []);
      if (needed.length === 0 || !places.includes(node)) return [];
      const missing = needed.map(({ name, amount, left }) => ({ name, amount: amount - left }));
      const smaller = missing.map(({ name, amount }) => ({ name, amount: (resource.utilization.get(name) ?? 0) - amount }));
      return [
        setCapacity(
          node.name,
          missing.map(({ name, amount }) => ({ name, amount: amount + configuredCapacity(cluster.cib, node, name) })),
        ),
        ...(smaller.every(({ amount }) => amount > 0) ? [setNeeds(configuredId(resource), smaller)] : []),
      ];
    }),
  );
  return [...changes, setOption("placement-strategy", "default", ", so that capacities do not count")];
}

/** What a node has in all; what the configuration says goes before the status. */
function configuredCapacity(cib: XmlElement, node: SchedulerNode, name: string): number {
  const configured = cib.descend("configuration", "nodes")?.children.find((one) => one.get("uname") === node.name);
  const transient = cib
    .child("status")
    ?.childrenNamed("node_state")
    .find((one) => one.get("uname") === node.name)
    ?.child("transient_attributes");
  for (const holder of [configured, transient])
    for (const set of holder?.childrenNamed("utilization") ?? [])
      for (const pair of set.childrenNamed("nvpair"))
        if (pair.get("name") === name) return Number.parseInt(pair.get("value") ?? "", 10) || 0;
  return 0;
}
