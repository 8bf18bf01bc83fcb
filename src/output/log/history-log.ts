import { exitText, OCF } from "../../model/exit-code.ts";
import type { FailedOperation } from "../../scheduler/cluster/failed-operation.ts";
import type { SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import type { ResultAnswer, StatusNote } from "../../scheduler/unpack/history/history.ts";
import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import { type LogEntry, notice, warning } from "../text/log-entry.ts";
import { fencingEntry } from "./state-log.ts";

/** Writes a time as ctime(3) does. */
type DateText = (epochSeconds: number) => string;

/**
 * What is said of the histories of resources as they are read; `lasting` are the problems with failures that do not expire,
 * one for each note of them. Source: Pacemaker 3.0.2's log.
 */
export function historyLog(unpacked: Unpacked, dateText: DateText, lasting: readonly LogEntry[]): LogEntry[] {
  let told = 0;
  return unpacked.history.notes.flatMap((note) => {
    if (note.kind !== "lasting failures") return entriesOf(note, unpacked, dateText);
    told += 1;
    return lasting.slice(told - 1, told);
  });
}

function entriesOf(note: Exclude<StatusNote, { kind: "lasting failures" }>, unpacked: Unpacked, dateText: DateText): LogEntry[] {
  switch (note.kind) {
    case "result":
      return [RESULTS[note.answer](note.failure, dateText), ...probeHint(note.answer, note.failure)];
    case "ban":
      return [banEntry(note.resource, note.isEverywhere, note.failure)];
    case "fencing":
      return [fencingEntry(unpacked, note.node, note.reason, note.launcher)];
    case "masked probe": {
      const { exitCode, resourceId, node } = note.failure;
      return [notice("mask_probe_failure", `Treating probe result '${exitText(exitCode)}' for ${resourceId} on ${node} as 'not running'`)];
    }
    case "removed":
      return [removedEntry(note.resource, note.node)];
    case "second instance": {
      const { clone, node } = note;
      const text = `Active (now-)anonymous clone ${clone.id} has multiple "removed" instance histories on ${node.name}`;
      return [notice("find_anonymous_clone", text)];
    }
  }
}

const RESULTS: Readonly<Record<ResultAnswer, (failure: FailedOperation, dateText: DateText) => LogEntry>> = {
  counted: (failure, dateText) => {
    const text = `Unexpected result (${resultText(failure)}) was recorded for ${operationText(failure, dateText)}`;
    return warning("unpack_rsc_op_failure", `${text} | exit-status=${failure.exitCode} id=${failure.entryId}`);
  },
  ignored: (failure, dateText) => {
    const { operation, resourceId, node, entryId } = failure;
    const what = `Pretending failed ${operation} (${resultText(failure)}) of ${resourceId} on ${node} at ${timeText(failure, dateText)} succeeded`;
    return warning("unpack_rsc_op", `${what} | ${entryId}`);
  },
  unignorable: ({ operation, resourceId, node, operationStatus, exitCode, entryId }) => {
    const what = `Cannot ignore failed ${operation} of ${resourceId} on ${node}: Resource agent doesn't exist`;
    return warning("unpack_rsc_op", `${what} | status=${operationStatus} rc=${exitCode} id=${entryId}`);
  },
  hopeless: (failure, dateText) => {
    const { operation, resourceId, node, exitCode, entryId } = failure;
    const why = `${operation} on ${node} failed (${resultText(failure)}) at ${timeText(failure, dateText)}`;
    const text = `No further recovery can be attempted for ${resourceId} because ${why} | rc=${exitCode} id=${entryId}`;
    return { source: "block_if_unrecoverable", severity: "error", text };
  },
};

/** Where a probe fails because the node is none for the resource, there is a way not to make it. */
function probeHint(answer: ResultAnswer, { operation, intervalMs, resourceId, node }: FailedOperation): LogEntry[] {
  if (answer !== "counted" || operation !== "monitor" || intervalMs !== 0) return [];
  const hint = "see the resource-discovery option for location constraints";
  return [notice("unpack_rsc_op_failure", `If it is not possible for ${resourceId} to run on ${node}, ${hint}`)];
}

function resultText({ exitCode, exitReason }: FailedOperation): string {
  return exitReason ? `${exitText(exitCode)}: ${exitReason}` : exitText(exitCode);
}

function operationText(failure: FailedOperation, dateText: DateText): string {
  const { operation, intervalMs, resourceId, node } = failure;
  const task = operation === "monitor" && intervalMs === 0 ? "probe" : operation;
  return `${task} of ${resourceId} on ${node} at ${timeText(failure, dateText)}`;
}

/** Times are told without the day of the week. */
function timeText({ changedAtEpochSeconds }: FailedOperation, dateText: DateText): string {
  return changedAtEpochSeconds === 0 ? "unknown_time" : dateText(changedAtEpochSeconds).replace(/^\S+ /, "");
}

/** What is going to be done about a resource that is configured no more. */
function removedEntry({ id, isManaged }: Resource, { name }: SchedulerNode): LogEntry {
  const fate = isManaged
    ? `is active on ${name} and will be stopped when possible`
    : `must be stopped manually on ${name} because stop-removed-resources is set to false`;
  return notice("process_rsc_state", `Removed resource ${id} ${fate}`);
}

/** What is kept away: of a clone's instance the whole clone. */
function banEntry({ id }: Resource, isEverywhere: boolean, failure: FailedOperation): LogEntry {
  const { node, exitCode, entryId } = failure;
  const [where, kind] = isEverywhere ? ["anywhere", "fatal"] : [`on ${node}`, "hard"];
  const text = `Preventing ${id} from restarting ${where} because of ${kind} failure (${resultText(failure)}) | ${entryId}`;
  return { source: "unpack_rsc_op", severity: exitCode === OCF.notInstalled && !isEverywhere ? "notice" : "error", text };
}
