import { leadingInteger } from "../../base/leading-integer.ts";
import { OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { primitivesOf } from "../../scheduler/cluster/resource-state.ts";
import { OperationReader } from "../../scheduler/plan/operation-meta.ts";
import { hasFailCounts, isLasting } from "../../scheduler/unpack/history/fail-counts.ts";
import type { ResultAnswer, StatusNote } from "../../scheduler/unpack/history/history.ts";
import { isTelling } from "../../scheduler/unpack/history/history-reader.ts";
import { expectedExitCode } from "../../scheduler/unpack/history/operation-record.ts";
import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import { readableMs } from "../../time/duration.ts";
import type { XmlElement } from "../../xml/element.ts";
import { targetRoleProblems } from "./meta-problems.ts";
import { answerProblems } from "./operation-problems.ts";
import { doubt, failure, type Problem } from "./problem.ts";

/** The step that finds failures that do not expire although they are to. */
export const LASTING_FAILURES = "pe_get_failcount";

/** Results that say that all is well, or nearly. */
const WELL = new Set<number>([OCF.success, OCF.degraded]);

const MIGRATIONS = new Set(["migrate_to", "migrate_from"]);

/** Entries of the status section that cannot be used. Source: Pacemaker 3.0.2, reading of resource history. */
export function historyProblems(unpacked: Unpacked): Problem[] {
  const { cib, history, top } = unpacked;
  const odd = oddTargets(top);
  const answers = new Map(
    history.notes.flatMap((note) =>
      note.kind === "result" ? [[entryKey(note.failure.entryId, note.failure.node), note.answer] as const] : [],
    ),
  );
  const primitives = primitivesOf(top);
  // The history of a clone's instance is kept under the name that all have.
  const instanceNamed = (id: string, node: string): string | undefined =>
    primitives.find((one) => one.historyName === id && one.id !== id && isOn(one, node))?.id;
  const states = cib.child("status")?.childrenNamed("node_state") ?? [];
  const entries = states.flatMap((state): Problem[] => {
    if (state.id === undefined) return [failure("unpack_node_state", "Ignoring invalid node_state entry without id")];
    const node = state.get("uname") ?? "unknown";
    if (!isHistoryRead(state, unpacked)) return [];
    const holders = state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [];
    return holders.flatMap((holder): Problem[] => {
      if (holder.id === undefined) return [failure("unpack_lrm_resource", "Ignoring invalid lrm_resource entry: No id")];
      const { id } = holder;
      const entries = holder.childrenNamed("lrm_rsc_op");
      const named = instanceNamed(id, node) ?? id;
      const found = [...duplicates(entries), ...entries.flatMap((entry) => entryProblems(entry, named, node, answers))];
      if (odd.length === 0 || entries.length === 0) return found;
      // What a resource is to be is looked at again when its history has been read.
      const owner = odd.find(({ resource }) => resource.id === id || (resource.historyName === id && isOn(resource, node)));
      return [...found, ...(owner?.problems ?? [])];
    });
  });
  return [...entries, ...failureAnswerProblems(unpacked), ...history.notes.flatMap(lastingFailures)];
}

/** True for the state of a node whose history is read: nobody looks at what is told of nodes that are gone. */
export function isHistoryRead(state: XmlElement, { history }: Unpacked): boolean {
  const [id, name] = [state.id?.toLowerCase(), state.get("uname")?.toLowerCase()];
  return history.nodes.some((node) => node.id.toLowerCase() === id || node.name.toLowerCase() === name);
}

/** Answers that cannot be, of operations that failed: what they are is asked for each failure. */
function failureAnswerProblems(unpacked: Unpacked): Problem[] {
  const { cib, nowEpochSeconds, history, resources } = unpacked;
  const reader = new OperationReader(cib, nowEpochSeconds);
  const failures = new Map(
    history.notes.flatMap((note) =>
      note.kind === "result" && note.answer !== "hopeless"
        ? [[entryKey(note.failure.entryId, note.failure.node), note.failure] as const]
        : [],
    ),
  );
  return [...failures.values()].flatMap(({ resourceId, operation: task, intervalMs }) => {
    const resource = resources.byId.get(resourceId);
    const answer = resource && reader.configuredAnswer(resource, task, intervalMs);
    if (!resource || answer === undefined) return [];
    return answerProblems({ resource, task, answer, operation: reader.find(resource, task, intervalMs) }, unpacked);
  });
}

const entryKey = (entry: string, node: string): string => `${node} ${entry}`;

interface OddTarget {
  readonly resource: Resource;
  readonly problems: readonly Problem[];
}

/** Resources whose target role means nothing. */
function oddTargets(top: readonly Resource[]): OddTarget[] {
  return primitivesOf(top).flatMap((resource) => {
    const problems = resource.meta.has("target-role") ? targetRoleProblems(resource) : [];
    return problems.length === 0 ? [] : [{ resource, problems }];
  });
}

function isOn(resource: Resource, node: string): boolean {
  return resource.activeOn.some(({ name }) => name === node);
}

function duplicates(entries: readonly XmlElement[]): Problem[] {
  const seen = new Set<string>();
  const doubled = new Set<string>();
  // Others of one name are told apart by their place in time.
  for (const entry of entries) {
    const call = `${entry.id} ${entry.get("call-id")}`;
    if (entry.id !== undefined && seen.has(call)) doubled.add(entry.id);
    seen.add(call);
  }
  return [...doubled].map((id) => failure("sort_op_by_callid", `Duplicate lrm_rsc_op entries named ${id}`));
}

function lastingFailures(note: StatusNote): Problem[] {
  return note.kind === "lasting failures" ? [lastingProblem(note.resource, note.timeoutMs)] : [];
}

function lastingProblem({ id }: Resource, timeoutMs: number): Problem {
  return doubt(LASTING_FAILURES, `Ignoring failure timeout (${readableMs(timeoutMs)}) for ${id} because it conflicts with on-fail=block`);
}

/** Failures that do not expire although they are to, where that shows only when they are counted for a plan. */
export function lastingFailureProblems(unpacked: Unpacked): Problem[] {
  const nodes = unpacked.nodes.filter(hasFailCounts);
  if (nodes.length === 0) return [];
  const lasting = primitivesOf(unpacked.top).filter((one) => nodes.some((node) => isLasting(one, node, unpacked)));
  return lasting.map((one) => lastingProblem(one, one.failureTimeoutMs));
}

/** `answers` are those to entries that are failures. */
function entryProblems(entry: XmlElement, resource: string, node: string, answers: ReadonlyMap<string, ResultAnswer>): Problem[] {
  if (entry.id === undefined) return [failure("unpack_rsc_op", `Ignoring resource history entry for ${resource} on ${node} without ID`)];
  const ignored = `Ignoring resource history entry ${entry.id} for ${resource} on ${node}`;
  const task = entry.get("operation");
  if (task === undefined) return [failure("unpack_rsc_op", `${ignored} without operation`)];
  if (!isTelling(task)) return [];
  const status = leadingInteger(entry.get("op-status"));
  if (!(status >= OPERATION_STATUS.pending && status <= OPERATION_STATUS.noSecrets) || status === OPERATION_STATUS.cancelled)
    return [failure("unpack_action_result", `${ignored} with invalid op-status '${entry.get("op-status") ?? ""}'`)];
  const code = leadingInteger(entry.get("rc-code"));
  if (!(code >= 0 && code <= 255))
    return [failure("unpack_action_result", `${ignored} with invalid rc-code '${entry.get("rc-code") ?? ""}'`)];
  const problems: Problem[] = [];
  // Of other outcomes nobody asks what was expected.
  const isJudged = status === OPERATION_STATUS.done || status === OPERATION_STATUS.error;
  if (isJudged && expectedExitCode(entry.get("transition-key")) < 0) {
    const key = entry.get("operation_key") ?? entry.id;
    problems.push(doubt("remap_operation", `Expected result not found for ${key} on ${node} (corrupt or obsolete CIB?)`));
  }
  const answer = answers.get(entryKey(entry.id, node));
  const hasArrived = answer === undefined ? isJudged && WELL.has(code) : answer === "ignored";
  // Where a resource arrived well nobody asks where it came from.
  const isAsked = hasArrived ? task === "migrate_to" : answer !== undefined && MIGRATIONS.has(task);
  if (isAsked) problems.push(...migrationProblems(entry, task, node));
  return problems;
}

function migrationProblems(entry: XmlElement, task: string, node: string): Problem[] {
  const [source, target] = [entry.get("migrate_source"), entry.get("migrate_target")];
  const ignored = `Ignoring resource history entry ${entry.id}`;
  if (source === undefined || target === undefined)
    return [failure("get_migration_node_names", `${ignored} without migrate_source and migrate_target`)];
  const [name, value] = task === "migrate_to" ? ["migrate_source", source] : ["migrate_target", target];
  if (value.toLowerCase() === node.toLowerCase()) return [];
  return [failure("get_migration_node_names", `${ignored} because ${name}='${value}' does not match ${node}`)];
}
