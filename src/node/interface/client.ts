import { EXIT } from "../../model/exit-code.ts";
import type { NodeErrand } from "./errand.ts";

/** A change or query of the CIB, XML as text. Fields as in cib/operation. */
export interface ClientCibRequest {
  readonly operation: "query" | "create" | "modify" | "replace" | "delete" | "erase" | "bump" | "upgrade" | "patch" | "commit-transaction";
  readonly scope?: string;
  readonly xpath?: string;
  readonly input?: string;
  readonly isCreateAllowed?: boolean;
  readonly isMultiple?: boolean;
  readonly isScoreExpanded?: boolean;
  readonly isWithoutChildren?: boolean;
}

/** What a tool asks of the daemon. */
export type ClientRequest =
  /**
   * `key` names the request over repetitions: a change with it is made once. With `user`, root and hacluster have that
   * user's rights.
   */
  | { readonly op: "cib"; readonly client: string; readonly request: ClientCibRequest; readonly key?: string; readonly user?: string }
  | { readonly op: "status" }
  | { readonly op: "attribute-set"; readonly node?: string; readonly name: string; readonly value?: string }
  | { readonly op: "attribute-query"; readonly node?: string; readonly name: string }
  /** Forgets failures (or, with isRefresh, the whole history) of a resource or of all, on a node or on all. */
  | { readonly op: "cleanup"; readonly resource?: string; readonly node?: string; readonly isRefresh?: boolean }
  | { readonly op: "fail"; readonly resource: string; readonly node: string }
  | { readonly op: "fence"; readonly target: string; readonly action: "off" | "on" | "reboot"; readonly client: string }
  | { readonly op: "fence-confirm"; readonly target: string; readonly client: string }
  /** With isFromDc the DC's own, which it then sends to all members. */
  | { readonly op: "fence-history"; readonly isFromDc?: boolean }
  /** Deletes the requests that are over from every member's history: those for a target, or all. */
  | { readonly op: "fence-history-cleanup"; readonly target?: string }
  | { readonly op: "remove-node"; readonly node: string }
  /** Answered when the CIB has another version than this one, or after the time given: data is a CibNews. */
  | { readonly op: "await-change"; readonly after?: string; readonly timeoutMs: number }
  /** Without `node` this node is sent. */
  | { readonly op: "errand"; readonly node?: string; readonly errand: NodeErrand }
  /** Moves everything away and stops this node's daemon. */
  | { readonly op: "leave" };

/** The daemon's answer. */
export interface ClientReply {
  readonly exitCode: number;
  readonly message: string;
  /** XML text, for queries and refused changes. */
  readonly output?: string;
  /** Anything else, as JSON. */
  readonly data?: unknown;
}

/** Who waits for an answer: a client of this node, or (`from`) one of another node. */
export interface Asker {
  readonly requestId: string;
  readonly from: string | undefined;
}

/** Version of the CIB in force, and of the fencing history, for clients that wait for changes. */
export interface CibNews {
  readonly version: string;
}

/** State of the daemon as `status` answers it. */
export interface NodeStatus {
  readonly version: string;
  readonly node: string;
  readonly nodeId: string;
  /** Controller state in the field's words: S_IDLE, S_NOT_DC, S_ELECTION, ... */
  readonly state: string;
  readonly dc: string | undefined;
  readonly term: string;
  readonly hasQuorum: boolean;
  readonly commit: string;
  readonly transition:
    | { readonly number: number; readonly confirmed: number; readonly total: number; readonly inFlight: number }
    | undefined;
  readonly peers: readonly {
    readonly node: string;
    readonly nodeId: string;
    readonly heartbeat: string;
    readonly isMember: boolean;
    readonly links: readonly { readonly link: string; readonly isUp: boolean }[];
  }[];
}

export const okReply = (fields: Omit<ClientReply, "exitCode" | "message"> = {}): ClientReply => ({
  exitCode: EXIT.ok,
  message: "OK",
  ...fields,
});
export const failReply = (exitCode: number, message: string): ClientReply => ({ exitCode, message });
