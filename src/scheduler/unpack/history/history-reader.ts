import { leadingInteger } from "../../../base/leading-integer.ts";
import { OCF, OPERATION_STATUS } from "../../../model/exit-code.ts";
import { ON_FAIL, type OnFail } from "../../cluster/configured-operation.ts";
import type { SchedulerNode } from "../../cluster/node.ts";
import { canFence } from "../../cluster/node.ts";
import type { Resource } from "../../cluster/resource.ts";
import { type Role, roleRank } from "../../cluster/role.ts";
import { operationDefaults } from "../configuration/operations.ts";
import { requestedRole } from "../configuration/requested-role.ts";
import { expiry } from "./expiry.ts";
import { failureAnswer } from "./failure-answer.ts";
import { markFailed } from "./fence-node.ts";
import { failureOf, type HistoryContext, type ResultAnswer } from "./history.ts";
import { type MigrationContext, migrateFromFailed, migrateToFailed, migrateToSucceeded } from "./migration-history.ts";
import { type HistoryEntry, isMaskedProbe, isProbe, type OperationRecord } from "./operation-record.ts";
import { effectiveExitCode, meaningOf } from "./result-meaning.ts";

const TELLING = new Set(["monitor", "start", "stop", "promote", "demote", "migrate_to", "migrate_from", "asyncmon"]);

/** Answers to a failure that a later success does not take back. */
const LASTING: ReadonlySet<OnFail> = new Set(["stop", "ban", "standby", "fence"]);

/** True for operations of which a result tells something about the state of the resource. */
export function isTelling(task: string): boolean {
  return TELLING.has(task);
}

/** Reads the history of one resource on one node. Source: Pacemaker, resource history. */
export class HistoryReader {
  readonly #resource: Resource;
  readonly #node: SchedulerNode;
  readonly #context: HistoryContext;
  #role: Role | undefined;
  #onFail: OnFail = "ignore";
  #lastFailure: OperationRecord | undefined;

  constructor(resource: Resource, node: SchedulerNode, context: HistoryContext) {
    this.#resource = resource;
    this.#node = node;
    this.#context = context;
  }

  get #migration(): MigrationContext {
    const { index, named, markActive } = this.#context;
    return {
      resource: this.#resource,
      node: this.#node,
      index,
      named,
      markActive: (one, place, hasFailed) => this.#atRole(() => markActive(one, place, hasFailed)),
    };
  }

  /** Other parts look at the resource's role while it is being read. */
  #atRole(run: () => void): void {
    if (this.#role !== undefined) this.#resource.role = this.#role;
    run();
  }

  /** The answer to failures that is left, and the role the resource has. */
  read(entries: readonly HistoryEntry[]): { onFail: OnFail; role: Role | undefined } {
    // What can expire has to be weighed in any case.
    const isLasting = this.#resource.failureTimeoutMs === 0;
    for (let at = 0; at < entries.length; at += 1) {
      const entry = entries[at] as HistoryEntry;
      if (!entry.isUsable() || !isTelling(entry.task)) continue;
      if (isLasting && entry.isPlainSuccess) this.#succeeded(entry, OCF.success);
      else this.#take(entry);
    }
    return { onFail: this.#onFail, role: this.#role };
  }

  #take(record: OperationRecord): void {
    const isExpired = expiry(this.#context, this.#resource, this.#node, record);
    const { exitCode, status } = this.#interpret(record, isExpired);
    if (isExpired && this.#passOver(record, exitCode)) return;
    const resource = this.#resource;
    const banned = resource.isUnique ? resource : resource.top;
    if (!resource.ownBundle && isMaskedProbe(record)) {
      this.#context.note({ kind: "masked probe", failure: failureOf(resource, this.#node, record) });
      this.#succeeded(record, record.expected);
      this.#context.noteFailure(resource, this.#node, record);
      this.#context.scores.ban(banned, this.#node, record.id);
      return;
    }
    switch (status) {
      case OPERATION_STATUS.pending:
        this.#pending(record);
        return;
      case OPERATION_STATUS.done:
        this.#succeeded(record, exitCode);
        return;
      case OPERATION_STATUS.notInstalled: {
        const answer = this.#answer(record);
        if (answer.onFail === "ignore") {
          this.#onFail = "ban";
          this.#note(record, "unignorable");
        }
        this.#context.scores.ban(banned, this.#node, record.id);
        this.#failed(record, exitCode, answer.onFail, answer.role);
        return;
      }
      case OPERATION_STATUS.notConnected: {
        const connection = this.#context.connectionOf(this.#node);
        if (connection?.isManaged) markFailed(connection);
        break;
      }
    }
    this.#answerFailure(record, exitCode, status, banned);
  }

  #answerFailure(record: OperationRecord, exitCode: number, status: number, banned: Resource): void {
    const answer = this.#answer(record);
    if (answer.onFail === "ignore" || (answer.onFail === "restart-container" && record.task === "stop")) {
      this.#note(record, "ignored");
      this.#succeeded(record, record.expected);
      this.#resource.isFailureIgnored = true;
      this.#context.noteFailure(this.#resource, this.#node, record);
      if (answer.onFail === "restart-container" && severity(this.#onFail) <= severity("restart")) this.#onFail = answer.onFail;
      return;
    }
    this.#failed(record, exitCode, answer.onFail, answer.role);
    const isEverywhere = status === OPERATION_STATUS.errorFatal;
    if (!isEverywhere && status !== OPERATION_STATUS.errorHard) return;
    this.#context.scores.ban(banned, isEverywhere ? undefined : this.#node, record.id);
    this.#context.note({ kind: "ban", resource: banned, isEverywhere, failure: failureOf(this.#resource, this.#node, record) });
  }

  #note(record: OperationRecord, answer: ResultAnswer): void {
    const failure = failureOf(this.#resource, this.#node, record);
    this.#context.note({ kind: "result", answer, failure: { ...failure, exitCode: effectiveExitCode(record.exitCode) } });
  }

  #answer(record: OperationRecord): ReturnType<typeof failureAnswer> {
    const { options, cib } = this.#context;
    const resource = this.#resource;
    const own = resource.isRemoteConnection ? this.#context.named(resource.id) : undefined;
    const defaults = operationDefaults(cib, resource, record.task, record.intervalMs, this.#context);
    return failureAnswer(resource, record.task, record.intervalMs, options, own, defaults);
  }

  /** Takes over what a result means for role and failures; exit code and status as they count. */
  #interpret(record: OperationRecord, isExpired: boolean): { readonly exitCode: number; readonly status: number } {
    const resource = this.#resource;
    const meaning = meaningOf(record, { isExpired, isManaged: resource.isManaged, isBundled: resource.ownBundle !== undefined });
    const isDegraded = effectiveExitCode(record.exitCode) !== record.exitCode;
    if (isDegraded && !isExpired && (!this.#node.isShuttingDown || this.#node.isOnline))
      this.#context.noteFailure(resource, this.#node, record);
    if (meaning.role !== undefined) this.#role = meaning.role;
    if (meaning.isCleanlyStopped) {
      this.#onFail = "ignore";
      resource.nextRole = undefined;
    }
    if (meaning.isHopelessStop && !canFence(this.#context, this.#node)) {
      resource.isManaged = false;
      resource.isBlocked = true;
      this.#note(record, "hopeless");
    }
    return meaning;
  }

  /** True for an expired failure that is to be looked over. */
  #passOver(record: OperationRecord, exitCode: number): boolean {
    if (!this.#resource.ownBundle && isMaskedProbe(record) && record.exitCode !== record.expected) {
      if (roleRank(this.#role) <= roleRank("Stopped")) this.#role = undefined;
      return true;
    }
    if (exitCode === record.expected) return false;
    if (record.intervalMs === 0) return true;
    if (!this.#node.isOnline || this.#node.uncleanReason !== undefined) return false;
    this.#context.rescheduled.add(record.xml);
    return true;
  }

  #setActive(): void {
    this.#role = this.#resource.top.clone?.isPromotable === true ? "Unpromoted" : "Started";
  }

  #pending(record: OperationRecord): void {
    if (this.#isOlderThanFailure(record)) return;
    const resource = this.#resource;
    if (record.task === "start") {
      resource.startPendingOn.add(this.#node.index);
      this.#setActive();
    } else if (record.task === "promote") this.#role = "Promoted";
    else if (record.task === "migrate_to" && this.#node.uncleanReason !== undefined) {
      const target = this.#context.named(record.xml.get("migrate_target") ?? "");
      if (target) this.#context.requireStop(resource, target);
    }
    if (resource.pendingTask !== undefined || isProbe(record)) return;
    resource.pendingTask = record.task;
    resource.pendingNode = this.#node;
  }

  #isOlderThanFailure(record: OperationRecord): boolean {
    const failure = this.#lastFailure;
    if (!failure || failure.task !== record.task || failure.intervalMs !== record.intervalMs) return false;
    // What has no time is as old as can be.
    const changedAt = ({ xml }: OperationRecord): number => leadingInteger(xml.get("last-rc-change"), 0);
    return changedAt(failure) >= changedAt(record);
  }

  #succeeded(record: OperationRecord, exitCode: number): void {
    if (this.#roleAfter(record, exitCode)) this.#forgive();
  }

  /** Sets the role after an operation; true when earlier failures are forgiven. */
  #roleAfter(record: OperationRecord, exitCode: number): boolean {
    if (exitCode === OCF.notInstalled || (isMaskedProbe(record) && !this.#resource.ownBundle)) {
      this.#role = "Stopped";
      return false;
    }
    if (exitCode === OCF.notRunning) return true;
    switch (record.task) {
      case "monitor":
        if (roleRank(this.#role) < roleRank("Started")) this.#setActive();
        return this.#lastFailure !== undefined && this.#lastFailure.key === record.key;
      case "start":
      case "migrate_from":
        this.#role = "Started";
        return true;
      case "stop":
        this.#role = "Stopped";
        return true;
      case "promote":
        this.#role = "Promoted";
        return true;
      case "demote":
        this.#role = "Unpromoted";
        return this.#onFail === "demote";
      case "migrate_to":
        this.#role = migrateToSucceeded(this.#migration, record) ?? this.#role;
        return false;
      default:
        if (roleRank(this.#role) < roleRank("Started")) this.#setActive();
        return false;
    }
  }

  /** A later success takes back the milder answers to an earlier failure. */
  #forgive(): void {
    if (LASTING.has(this.#onFail)) return;
    if (this.#onFail === "reset-remote" && this.#resource.remoteReconnectMs > 0) return;
    this.#onFail = "ignore";
    this.#resource.nextRole = undefined;
  }

  #failed(record: OperationRecord, exitCode: number, onFail: OnFail, highest: Role): void {
    const resource = this.#resource;
    this.#lastFailure = record;
    if (this.#context.options.isSymmetric || exitCode !== OCF.notInstalled) {
      this.#note(record, "counted");
      this.#context.noteFailure(resource, this.#node, record);
    }
    if (severity(this.#onFail) < severity(onFail)) this.#onFail = onFail;
    switch (record.task) {
      case "stop":
        this.#context.scores.ban(resource, this.#node, record.id);
        break;
      case "migrate_to":
        this.#role = migrateToFailed(this.#migration, record) ?? this.#role;
        break;
      case "migrate_from":
        this.#role = migrateFromFailed(this.#migration, record) ?? this.#role;
        break;
      case "promote":
        this.#role = "Promoted";
        break;
      case "demote":
        if (onFail === "block") {
          this.#role = "Promoted";
          resource.nextRole = "Stopped";
        } else this.#role = exitCode === OCF.notRunning ? "Stopped" : "Unpromoted";
    }
    if (isProbe(record) && exitCode === OCF.notInstalled) this.#role = "Stopped";
    else if (roleRank(this.#role) < roleRank("Started")) this.#setActive();
    if (highest !== "Started" && roleRank(resource.nextRole) < roleRank(highest)) resource.nextRole = highest;
    if (highest === "Stopped")
      this.#context.scores.banEverywhere(resource.top.clone?.isUnique === false ? resource.top : resource, record.id);
  }
}

function severity(onFail: OnFail): number {
  return ON_FAIL.indexOf(onFail);
}

/** Lowers the next role to what the target role asks for. */
export function lowerToTarget(resource: Resource): void {
  const wanted = requestedRole(resource);
  if (wanted !== undefined && (resource.nextRole === undefined || roleRank(wanted) < roleRank(resource.nextRole)))
    resource.nextRole = wanted;
}
