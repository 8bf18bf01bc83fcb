import { exitText, OCF } from "../model/exit-code.ts";
import type { LogEntry } from "./log-entry.ts";
import { type ClusterStatus, type StatusResource, withMembers } from "./status-model.ts";
import { failureResource } from "./status-words.ts";

const NO_FENCING =
  "Resource start-up disabled since no fencing resources have been defined. Either configure some or disable fencing with the " +
  "fencing-enabled option. NOTE: Clusters with shared data need fencing to ensure data integrity.";

/** What reading a configuration and its status complains about, in the order of reading. Source: Pacemaker 3.0.2. */
export function configurationLog(status: ClusterStatus): LogEntry[] {
  const { options, hasFenceDevice } = status.unpacked;
  const fencing: LogEntry[] =
    options.isFencingEnabled && !hasFenceDevice ? [{ source: "unpack_resources", severity: "error", text: NO_FENCING }] : [];
  const blind: LogEntry[] =
    options.isFencingEnabled && options.isStartupFencing
      ? []
      : [{ source: "unpack_config", severity: "warning", text: "Blind faith: not fencing unseen nodes" }];
  return [...blind, ...fencing, ...hardFailures(status)];
}

/** Exit codes after which a resource is not tried again on the node, or anywhere. */
const HARD_CODES: ReadonlySet<number> = new Set([
  OCF.notConfigured,
  OCF.notInstalled,
  OCF.unimplemented,
  OCF.insufficientPrivileges,
  OCF.invalidArguments,
]);

function hardFailures(status: ClusterStatus): LogEntry[] {
  return status.failures.flatMap((failure): LogEntry[] => {
    if (!HARD_CODES.has(failure.exitCode) || failure.exitCode === OCF.notInstalled) return [];
    const name = failureResource(failure);
    const top = status.resources.find((candidate) => withMembers(candidate).some((one) => one.id === name || one.printableId === name));
    const shown = top === undefined ? name : bannedName(top, name);
    const where = failure.exitCode === OCF.notConfigured ? "anywhere" : `on ${failure.node}`;
    const kind = failure.exitCode === OCF.notConfigured ? "fatal" : "hard";
    const text = `Preventing ${shown} from restarting ${where} because of ${kind} failure (${exitText(failure.exitCode)}) | ${name}_last_failure_0`;
    return [{ source: "unpack_rsc_op", severity: "error", text }];
  });
}

/** What is kept away: of a clone's instance the whole clone, inside a bundle the clone that it implies. */
function bannedName(top: StatusResource, name: string): string {
  if (top.kind === "clone" && !top.isUnique) return top.id;
  return top.kind === "bundle" &&
    !top.isUnique &&
    top.members.some((replica) => replica.members.some((part) => part.printableId === name && part.id !== name))
    ? `${top.id}-clone`
    : name;
}
