import { fail, ok, type Result } from "../../base/result.ts";
import type { AclUser } from "../../cib/acl.ts";
import type { ElectionMessage } from "../../election/election.ts";
import type { Rank } from "../../election/rank.ts";
import type { ExecutorCommand } from "../../executor/command.ts";
import type { OperationOutcome } from "../../executor/history.ts";
import type { FencingRecord } from "../../fencing/fencer.ts";
import type { Term } from "../../model/view.ts";
import type { FenceCall, FenceResult } from "../../ports/fence-runner.ts";
import type { ReplicationMessage } from "../../replication/replica.ts";
import type { PendingOperation } from "../status/pending-operations.ts";
import type { ClientReply, ClientRequest } from "./client.ts";

/** How much a machine has to do, as far as it matters for new actions. */
export type LoadLevel = "negligible" | "low" | "medium" | "high";

/** What a node tells of itself: at every change and each few seconds. */
export interface Hello {
  readonly type: "hello";
  readonly nodeId: string;
  readonly incarnation: string;
  readonly rank: Omit<Rank, "node">;
  readonly hears: readonly string[];
  readonly processors?: number;
  /** Left out when it is negligible. */
  readonly load?: LoadLevel;
  /** The other members of the last view it was in. */
  readonly companions: readonly string[];
}

/** What a member brings into a new view, with its acceptance. */
export interface MemberReport {
  readonly type: "report";
  readonly term: Term;
  /** Its `<lrm>` and transient attributes as XML text. */
  readonly lrm: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly hasSeenAll: boolean;
  readonly isLeaving: boolean;
  readonly fencing: FencingRecord;
}

/** Everything nodes say to one another. */
export type NodeMessage =
  | Hello
  | MemberReport
  | { readonly type: "election"; readonly body: ElectionMessage }
  | { readonly type: "replication"; readonly body: ReplicationMessage }
  | { readonly type: "execute"; readonly term: Term; readonly command: ExecutorCommand }
  | {
      readonly type: "result";
      readonly command: ExecutorCommand;
      readonly entries: readonly string[];
      readonly outcome: OperationOutcome;
    }
  | { readonly type: "cancelled" | "deleted"; readonly command: ExecutorCommand }
  /** The DC misses the result of an operation. */
  | { readonly type: "inquiry"; readonly term: Term; readonly operation: PendingOperation }
  /** The operation is over here, or never came; `history` is the resource's `<lrm_resource>` as XML text. */
  | { readonly type: "inquiry-answer"; readonly operation: PendingOperation; readonly history: string | undefined }
  | { readonly type: "fence"; readonly term: Term; readonly requestId: string; readonly call: FenceCall }
  | { readonly type: "fenced"; readonly requestId: string; readonly result: FenceResult }
  | { readonly type: "fencing-history"; readonly record: FencingRecord }
  | { readonly type: "clear-failures"; readonly resourceId: string }
  | { readonly type: "leave-request" }
  | { readonly type: "leave-granted" }
  | { readonly type: "client-request"; readonly id: string; readonly request: ClientRequest; readonly user: AclUser }
  | { readonly type: "client-reply"; readonly id: string; readonly reply: ClientReply };

/** A message as text for the wire. */
export function encodeMessage(message: NodeMessage): string {
  return JSON.stringify(message);
}

/** Reads a message of a peer; the sender is authenticated, its text is still not trusted to be well-formed. */
export function decodeMessage(text: string): Result<NodeMessage, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== "object" || value === null || !("type" in value) || typeof value.type !== "string") return fail("no message type");
  return ok(value as NodeMessage);
}
