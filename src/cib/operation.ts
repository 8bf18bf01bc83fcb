import { fail, ok, type Result } from "../base/result.ts";
import { EXIT } from "../model/exit-code.ts";
import { element, XmlElement } from "../xml/element.ts";
import { type AclUser, aclFor } from "./acl.ts";
import { type AclNote, checkChange } from "./acl-check.ts";
import { findSection, isPartOfConfiguration } from "./document.ts";
import { perform, select } from "./perform.ts";
import { type CibError, type CibRequest, NOT_FOUND, TRANSACTION_DENIED } from "./request.ts";
import { copyBranch, copyBut, isSameText } from "./shared-copy.ts";
import { readTransaction } from "./transaction.ts";
import { upgradeHeartbeat2 } from "./upgrade/heartbeat2.ts";
import { validateCib } from "./validate.ts";
import { cibVersion, setCibVersion } from "./version.ts";

/** Who asks, for the origin attributes of a configuration change. They stay as they are for what is undefined: nobody signs a file. */
export interface CibOrigin {
  readonly node?: string | undefined;
  readonly client?: string | undefined;
  readonly user?: string | undefined;
  /** Present time as ctime(3) prints it. */
  readonly lastWritten?: string | undefined;
  /** Whose rights bind the change; nobody's when undefined. */
  readonly rights?: AclUser | undefined;
}

/** What a request came to. `cib` is a new document unless nothing changed. */
export interface CibOutcome {
  readonly cib: XmlElement;
  readonly isChanged: boolean;
  readonly isConfigurationChanged: boolean;
  /** Answer of a query. */
  readonly output?: XmlElement;
  /** How the user's rights were looked at. */
  readonly notes?: readonly AclNote[];
}

/** Runs a query on what the user may read; several matches of a path are wrapped in `<xpath-query>`. */
export function queryCib(whole: XmlElement, request: CibRequest, rights?: AclUser): Result<XmlElement, CibError> {
  const acl = aclFor(whole, rights);
  const cib = acl ? acl.readableCopy(whole) : whole;
  if (!cib) return fail({ exitCode: EXIT.insufficientPrivileges, message: "Permission denied" });
  const strip = (node: XmlElement): XmlElement => (request.isWithoutChildren ? new XmlElement(node.name, node.attributes) : node);
  if (request.xpath !== undefined) {
    const hits = select(cib, request.xpath);
    if (!hits.ok) return hits;
    const [first, ...others] = hits.value;
    if (!first) return fail(NOT_FOUND);
    return ok(others.length === 0 ? strip(first) : element("xpath-query", {}, hits.value.map(strip)));
  }
  const section = findSection(cib, request.scope ?? "cib");
  return section ? ok(strip(section)) : fail(NOT_FOUND);
}

/**
 * Applies a change to a copy of `cib`: the document passed in is never touched. Counters follow the rules of
 * Pacemaker: a configuration change raises epoch and resets num_updates, any other change raises num_updates.
 */
export function changeCib(cib: XmlElement, request: CibRequest, origin: CibOrigin): Result<CibOutcome, CibError> {
  const acl = aclFor(cib, origin.rights);
  if (request.operation === "commit-transaction") {
    return acl ? fail(TRANSACTION_DENIED) : commitTransaction(cib, request, origin);
  }
  const next = changeableCopy(cib, request);
  const changed = perform(next, request);
  if (!changed.ok) return changed;
  const verdict = acl && checkChange(cib, changed.value, acl);
  const notes = verdict?.notes ?? [];
  if (verdict?.isDenied) return fail({ exitCode: EXIT.insufficientPrivileges, message: "Permission denied", notes });
  const finished = finish(cib, changed.value, request, origin);
  return finished.ok ? ok({ ...finished.value, notes }) : fail({ ...finished.error, notes });
}

/** A copy that the request may change: what it cannot reach, which is most of a large document, is shared with the original. */
function changeableCopy(cib: XmlElement, request: CibRequest): XmlElement {
  const { operation, scope, xpath, input } = request;
  if (operation === "bump") return copyBut(cib, "status");
  if (xpath !== undefined) {
    const isInConfiguration = /^\/\/?(?:cib\/)?configuration[/[]/.test(xpath) && !/\||\.\.|::/.test(xpath);
    return isInConfiguration ? copyBut(cib, "status") : cib.clone();
  }
  const isPart = ["create", "modify", "replace", "delete"].includes(operation) && isPartOfConfiguration(scope);
  if (!isPart || scope === undefined) return cib.clone();
  if (scope === "configuration" || input?.name === "cib") return copyBut(cib, "status");
  return copyBranch(cib, ["configuration", scope]);
}

/** All of a transaction's requests or none; each is checked like a request of its own, and all are one change to others. */
function commitTransaction(cib: XmlElement, request: CibRequest, origin: CibOrigin): Result<CibOutcome, CibError> {
  const steps = readTransaction(request.input);
  if (!steps.ok) return steps;
  let current = cib;
  for (const [at, step] of steps.value.entries()) {
    const made = changeCib(current, { ...step, ...(request.isStatusReplaced ? { isStatusReplaced: true } : {}) }, origin);
    if (!made.ok) {
      const { exitCode, message, detail } = made.error;
      const place = `step ${at + 1} of the transaction`;
      return fail({ exitCode, message, detail: detail === undefined ? place : `${place}: ${detail}` });
    }
    current = made.value.cib;
  }
  return finish(cib, current === cib ? cib : current.clone(), request, origin);
}

function finish(before: XmlElement, after: XmlElement, request: CibRequest, origin: CibOrigin): Result<CibOutcome, CibError> {
  const isConfigurationChanged =
    !isSameConfiguration(before, after) ||
    (request.operation === "upgrade" && before.get("validate-with") !== after.get("validate-with")) ||
    ["bump", "erase"].includes(request.operation) ||
    isReplacedInPlace(before, request);
  const isChanged = isConfigurationChanged || !isSameText(before, after);
  if (!isChanged) return ok({ cib: before, isChanged, isConfigurationChanged });
  const old = cibVersion(before);
  const now = cibVersion(after);
  if (now.adminEpoch < old.adminEpoch || (now.adminEpoch === old.adminEpoch && now.epoch < old.epoch)) {
    return fail({
      exitCode: EXIT.old,
      message: "Update was older than existing configuration",
    });
  }
  if (isConfigurationChanged || !isSameAround(before, after)) {
    const upgraded = upgradeHeartbeat2(after);
    const isNamed = upgraded.get("validate-with") !== undefined;
    const [problem] = validateCib(upgraded);
    if (!isNamed || problem) {
      const detail = problem ? `${problem.path}: ${problem.message}` : "cib: the attribute validate-with is missing";
      return fail({ exitCode: EXIT.configuration, message: "Update does not conform to the configured schema", output: after, detail });
    }
    if (upgraded !== after) replaceContent(after, upgraded);
  }
  if (isConfigurationChanged) {
    setCibVersion(after, { adminEpoch: now.adminEpoch, epoch: now.epoch + 1, numUpdates: 0 });
    sign(after, origin);
  } else {
    setCibVersion(after, { ...now, numUpdates: Math.max(now.numUpdates, old.numUpdates) + 1 });
  }
  return ok({ cib: after, isChanged, isConfigurationChanged });
}

function sign(cib: XmlElement, { lastWritten, node, client, user }: CibOrigin): void {
  const stamps = { "cib-last-written": lastWritten, "update-origin": node, "update-client": client, "update-user": user };
  for (const [name, value] of Object.entries(stamps)) if (value !== undefined) cib.set(name, value);
}

/** Replacing a part of the configuration counts as a change even when it is the same as before. */
function isReplacedInPlace(cib: XmlElement, { operation, input, scope }: CibRequest): boolean {
  if (operation !== "replace" || !input || input.name === "cib" || input.name === "status" || scope === "status") return false;
  return [...(cib.child("configuration")?.walk() ?? [])].some((node) => node.name === input.name && node.id === input.id);
}

function isSameConfiguration(before: XmlElement, after: XmlElement): boolean {
  const [old, now] = [before.child("configuration"), after.child("configuration")];
  return old === undefined || now === undefined ? old === now : isSameText(old, now);
}

/** Nothing changed around configuration and status: neither what else the document holds, nor its attributes but for counters. */
function isSameAround(before: XmlElement, after: XmlElement): boolean {
  const shell = (cib: XmlElement): XmlElement => {
    const others = cib.children.filter(({ name }) => name !== "configuration");
    const copy = new XmlElement(
      cib.name,
      cib.attributes,
      others.map((child) => (child.name === "status" ? element("status") : child)),
    );
    setCibVersion(copy, { adminEpoch: 0, epoch: 0, numUpdates: 0 });
    return copy;
  };
  return isSameText(shell(before), shell(after));
}

function replaceContent(target: XmlElement, source: XmlElement): void {
  target.attributes.clear();
  for (const [name, value] of source.attributes) target.attributes.set(name, value);
  target.children.splice(0, target.children.length, ...source.children);
}
