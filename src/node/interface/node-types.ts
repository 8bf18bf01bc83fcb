import type { AclUser } from "../../cib/acl.ts";
import type { ElectionTimes } from "../../election/election.ts";
import type { ExecutorCommand } from "../../executor/command.ts";
import type { RunResult } from "../../executor/run-result.ts";
import type { QuorumOptions } from "../../membership/quorum.ts";
import type { TransportCommand, TransportEvent } from "../../model/transport.ts";
import type { Term } from "../../model/view.ts";
import type { FenceCall, FenceResult } from "../../ports/fence-runner.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { Asker, ClientReply, ClientRequest } from "./client.ts";
import type { NodeErrand } from "./errand.ts";
import type { Plan } from "./planner.ts";

/** What a node is told at its start; times in ms. */
export interface ClusterNodeConfiguration {
  readonly name: string;
  /** Id in the CIB: the node's uuid. */
  readonly nodeId: string;
  /** Differs for each run of the daemon. */
  readonly incarnation: string;
  readonly configuredNodes: readonly string[];
  readonly quorum: QuorumOptions;
  readonly election: ElectionTimes;
  /** A node repeats what it tells of itself at least this often. */
  readonly helloMs: number;
  /** A member that does not answer a change for this long is left out of the view. */
  readonly commitMs: number;
  readonly version: string;
  /** How many processors this machine has: so many actions, twice over, are begun on it at once. */
  readonly processors?: number;
  /** True when nobody can read messages between nodes on the way. */
  readonly isConfidential?: boolean;
  /** With histories of more resources than this, all nodes together, plans are asked for with `make-plan`; never when left out. */
  readonly planElsewhereAbove?: number;
}

/** What a node finds on its disk at its start. */
export interface ClusterNodeDisk {
  readonly cib: XmlElement;
  readonly committedTerm: Term;
  readonly promised: Term;
  readonly planNumber: number;
  /** Keys of the last changes that are in the CIB. */
  readonly changeKeys: readonly string[];
}

/** How much a line of the log matters. */
export type LogLevel = "info" | "notice" | "warning" | "error";

/** Times of one step: monotonic, and wall clock for display, the history and date rules. */
export interface NodeTime {
  readonly nowMs: number;
  readonly epochSeconds: number;
  /** Present time as ctime(3) prints it. */
  readonly dateText: string;
}

/** Everything that can happen to a node. */
export type NodeEvent =
  | { readonly kind: "transport"; readonly event: TransportEvent }
  | { readonly kind: "tick" }
  /** The machine's load average of one minute. */
  | { readonly kind: "load-measured"; readonly average: number }
  | { readonly kind: "agent-finished"; readonly runId: number; readonly result: RunResult }
  | { readonly kind: "fence-finished"; readonly requestId: string; readonly result: FenceResult }
  | { readonly kind: "client-request"; readonly requestId: string; readonly request: ClientRequest; readonly user: AclUser }
  | { readonly kind: "errand-finished"; readonly asker: Asker; readonly reply: ClientReply }
  | { readonly kind: "plan-made"; readonly requestId: number; readonly plan: Plan }
  /** `isTooSlow` says that it took too long; otherwise whoever was to make it is gone. */
  | { readonly kind: "plan-failed"; readonly requestId: number; readonly message: string; readonly isTooSlow: boolean }
  /** Something could not be written: the node cannot keep its word and leaves the view. `dropped` is what was to follow and was not done. */
  | { readonly kind: "disk-failed"; readonly message: string; readonly dropped: readonly NodeEffect[] };

/** Everything a node wants done, in this order. */
export type NodeEffect =
  | { readonly kind: "transport"; readonly command: TransportCommand }
  | { readonly kind: "persist-promise"; readonly term: Term }
  | { readonly kind: "persist-cib"; readonly cib: XmlElement; readonly term: Term; readonly changeKeys: readonly string[] }
  | { readonly kind: "run-agent"; readonly runId: number; readonly command: ExecutorCommand }
  | { readonly kind: "kill-agent"; readonly runId: number }
  | { readonly kind: "run-fence"; readonly requestId: string; readonly call: FenceCall }
  | { readonly kind: "client-reply"; readonly requestId: string; readonly reply: ClientReply }
  /** `errand-finished` follows. */
  | { readonly kind: "errand"; readonly asker: Asker; readonly errand: NodeErrand }
  /** `plan-made` or `plan-failed` follows, whatever else happens in between. */
  | { readonly kind: "make-plan"; readonly requestId: number; readonly input: string; readonly epochSeconds: number }
  | { readonly kind: "save-plan"; readonly number: number; readonly plan: Plan; readonly input: XmlElement }
  | { readonly kind: "cib-changed"; readonly cib: XmlElement }
  | { readonly kind: "log"; readonly level: LogLevel; readonly text: string }
  /** The node has left the cluster; the daemon may end. */
  | { readonly kind: "exit" };
