import { setTransientAttribute } from "../../attributes/transient.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { type Acl, type AclUser, aclFor, isPrivileged } from "../../cib/acl.ts";
import { isChangeAllowed } from "../../cib/acl-check.ts";
import { type CibOrigin, type CibOutcome, changeCib } from "../../cib/operation.ts";
import type { CibError, CibRequest } from "../../cib/request.ts";
import { visibleRequest } from "../../cib/visible-request.ts";
import type { FencingRequest } from "../../fencing/fencer.ts";
import { EXIT } from "../../model/exit-code.ts";
import type { XmlElement } from "../../xml/element.ts";
import { type ClientReply, type ClientRequest, failReply } from "../interface/client.ts";
import { nodeStates, resourceHistories } from "../status/node-states.ts";

/** What a member of the cluster knows when it has to decide about a request. */
export interface RightsFacts {
  readonly cib: XmlElement;
  /** Node an attribute without a node belongs to. */
  readonly defaultNode: string;
}

/**
 * Why a user may not have a request carried out; undefined when they may. Fencing and stopping are for root and hacluster
 * alone; everybody else is bound by the ACLs when `enable-acl` is on. Changes and queries of the CIB are judged where
 * they are made. Source: Pacemaker Explained 3.0.2, "Access Control Lists"; the fencer's and controller's own checks.
 */
export function refusalFor(request: ClientRequest, user: AclUser, { cib, defaultNode }: RightsFacts): ClientReply | undefined {
  if (isPrivileged(user)) return undefined;
  const acl = aclFor(cib, user);
  switch (request.op) {
    case "fence":
    case "fence-confirm":
    case "fence-history-cleanup":
    case "leave":
    case "errand":
      return denied(user, "only root and hacluster may fence nodes or stop the cluster");
    case "status":
    case "await-change":
    case "attribute-query":
    case "fence-history":
      return acl?.isEmpty ? denied(user, "no ACL rule names this user") : undefined;
    case "cib":
    case "remove-node":
      return undefined;
    case "attribute-set": {
      const { node = defaultNode, name, value } = request;
      return judged(user, acl, cib, `the attribute ${name} of ${node}`, (copy) => {
        for (const state of statesOf(copy, node)) setTransientAttribute(state, name, value);
      });
    }
    case "cleanup":
      return judged(user, acl, cib, "the history of resources", (copy) => forgetHistory(copy, request.resource, request.node));
    case "fail":
      return judged(user, acl, cib, `the history of ${request.resource}`, (copy) => forgetHistory(copy, request.resource, request.node));
  }
}

/** What a user may see of the transient attributes and of the fencing history: that of nodes whose state they can read. */
export function visibleCib(cib: XmlElement, user: AclUser): XmlElement | undefined {
  const acl = aclFor(cib, user);
  return acl ? acl.readableCopy(cib) : cib;
}

/** The fencing requests a user may see: of nodes that are in what they can read of the CIB. */
export function visibleFencing(history: readonly FencingRequest[], cib: XmlElement, user: AclUser): readonly FencingRequest[] {
  if (!aclFor(cib, user)) return history;
  const seen = visibleCib(cib, user);
  const names = new Set([...(seen?.walk() ?? [])].flatMap((node) => (/^node(_state)?$/.test(node.name) ? (node.get("uname") ?? []) : [])));
  return history.filter(({ target }) => names.has(target));
}

/** The outcome of a change of the document, as far as its author may see and make it. */
export function permittedChange(cib: XmlElement, request: CibRequest, origin: CibOrigin): Result<CibOutcome, CibError> {
  const acl = aclFor(cib, origin.rights);
  if (!acl) return changeCib(cib, request, origin);
  const visible = visibleRequest(cib, request, acl);
  if (!visible.ok) return visible;
  if (visible.value === "nothing") return ok({ cib, isChanged: false, isConfigurationChanged: false });
  const changed = changeCib(cib, visible.value, origin);
  // What a refused document looked like, and where it was wrong, may be something hidden.
  return changed.ok ? changed : fail({ exitCode: changed.error.exitCode, message: changed.error.message });
}

function judged(
  user: AclUser,
  acl: Acl | undefined,
  cib: XmlElement,
  what: string,
  change: (copy: XmlElement) => void,
): ClientReply | undefined {
  if (!acl || isChangeAllowed(cib, acl, change)) return undefined;
  return denied(user, `no right to write ${what}`);
}

const denied = (user: AclUser, reason: string): ClientReply =>
  failReply(EXIT.insufficientPrivileges, `Permission denied: user ${user.name}: ${reason}`);

function statesOf(cib: XmlElement, node: string | undefined): XmlElement[] {
  return nodeStates(cib).filter((state) => node === undefined || state.get("uname") === node);
}

function forgetHistory(cib: XmlElement, resource: string | undefined, node: string | undefined): void {
  for (const state of statesOf(cib, node)) {
    for (const holder of resourceHistories(state, resource)) state.descend("lrm", "lrm_resources")?.remove(holder);
  }
}
