import { timeMs } from "../../scheduler/cluster/options.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { readRole } from "../../scheduler/constrain/roles.ts";
import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import { BAD_INPUT } from "../problems/problem.ts";
import type { LogEntry } from "../text/log-entry.ts";

const TIMES = ["interval", "timeout", "start-delay"];

/** What is said of operations that are defined in a way that has no effect. Source: Pacemaker 3.0.2's log. */
export function operationLog({ top }: Unpacked): LogEntry[] {
  return top.flatMap((one) => one.primitives().flatMap((resource) => (resource.isRemoved ? [] : entriesOf(resource))));
}

function entriesOf(resource: Resource): LogEntry[] {
  const operations = resource.xml.child("operations")?.childrenNamed("op") ?? [];
  return operations.flatMap((operation): LogEntry[] => {
    const times = TIMES.map((name) => operation.get(name)).filter((text) => text !== undefined && Number.isNaN(timeMs(text, Number.NaN)));
    const unreadable = times.map(
      (text): LogEntry => ({
        source: "pcmk__parse_ms",
        severity: "warning",
        text: `'${text}' is not a valid time duration: ${BAD_INPUT}`,
      }),
    );
    const isForStopped = readRole(operation.get("role")) === "Stopped" && timeMs(operation.get("interval"), 0) > 0;
    if (!isForStopped || resource.isUnique) return unreadable;
    const text = `Ignoring ${operation.id} (recurring monitors for Stopped role are not supported for anonymous clones)`;
    return [...unreadable, { source: "recurring_op_for_inactive", severity: "notice", text }];
  });
}
