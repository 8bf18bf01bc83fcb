import { compareNumericAware } from "../base/names.ts";
import type { StatusNode, StatusResource } from "./status-model.ts";
import { resourceLine } from "./status-words.ts";

/** Lines of a clone: instances that need a look one by one, the others as lists of nodes by role. */
export function cloneLines(clone: StatusResource, nodes: readonly StatusNode[], showsInactive: boolean, indent: string): string[] {
  const first = clone.members[0];
  const needsLook = (instance: StatusResource): boolean =>
    instance.isActive && (instance.isFailed || instance.isRemoved || instance.isUnclean || instance.pendingTask !== undefined);
  const single = clone.members.filter(needsLook);
  const calm = clone.members.filter((instance) => instance.isActive && !needsLook(instance));
  const remarks = [
    ...(clone.isPromotable ? ["promotable"] : []),
    ...(clone.isDisabled ? ["disabled"] : []),
    ...(clone.isInMaintenance ? ["maintenance"] : clone.isManaged ? [] : ["unmanaged"]),
  ];
  const ofRole = (role: StatusResource["role"]): string[] => calm.filter((instance) => roleOf(instance) === role).flatMap((i) => i.nodes);
  const bracket = (label: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [`${indent}  * ${label}: [ ${[...names].sort(compareNumericAware).join(" ")} ]`];
  const stopped = nodes.filter((node) => !clone.nodes.includes(node.name)).map((node) => node.name);
  return [
    `${indent}* Clone Set: ${clone.id} [${first ? plainId(first.id) : ""}]${remarks.length === 0 ? "" : ` (${remarks.join(", ")})`}:`,
    ...single.map((instance) => `${indent}  * ${resourceLine({ ...instance, id: plainId(instance.id) })}`),
    ...bracket("Promoted", ofRole("Promoted")),
    ...bracket(
      clone.isPromotable ? "Unpromoted" : "Started",
      clone.isPromotable ? [...ofRole("Unpromoted"), ...ofRole("Started")] : ofRole("Started"),
    ),
    ...(showsInactive ? bracket(clone.isDisabled ? "Stopped (disabled)" : "Stopped", stopped) : []),
  ];
}

/** Name of an instance without its number. */
function plainId(id: string): string {
  return id.replace(/:\d+$/, "");
}

/** Role of an instance; of a cloned group, that of its first active member. */
function roleOf(instance: StatusResource): StatusResource["role"] {
  return instance.members.length === 0 ? instance.role : (instance.members.find((member) => member.isActive)?.role ?? instance.role);
}
