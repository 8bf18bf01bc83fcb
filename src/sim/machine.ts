import { initialCib } from "../cib/document.ts";
import type { ExecutorCommand } from "../executor/command.ts";
import { NO_TERM, type Term } from "../model/view.ts";
import type { ClusterNode } from "../node/cluster-node.ts";
import type { NodeEvent } from "../node/interface/node-types.ts";
import type { XmlElement } from "../xml/element.ts";

/** A node's machine: its disk survives, everything else does not. */
export interface Machine {
  readonly name: string;
  node: ClusterNode | undefined;
  generation: number;
  /** Of the messaging layer, which may be started again alone. */
  messagingGeneration: number;
  incarnation: string;
  isPaused: boolean;
  /** Nothing can be written. */
  isDiskFull: boolean;
  readonly postponed: NodeEvent[];
  readonly disk: { cib: XmlElement; committedTerm: Term; promised: Term; planNumber: number; changeKeys: readonly string[] };
  wakeAtMs: number;
  readonly runs: Map<number, { command: ExecutorCommand; isKilled: boolean }>;
}

/** A machine that was never switched on. */
export function newMachine(name: string): Machine {
  return {
    name,
    node: undefined,
    generation: 0,
    messagingGeneration: 0,
    incarnation: "",
    isPaused: false,
    isDiskFull: false,
    postponed: [],
    disk: { cib: initialCib(), committedTerm: NO_TERM, promised: NO_TERM, planNumber: 0, changeKeys: [] },
    wakeAtMs: Number.POSITIVE_INFINITY,
    runs: new Map(),
  };
}

/** What a disk keeps of a CIB: no status, as the file has none. */
export function storedCib(cib: XmlElement): XmlElement {
  const copy = cib.clone();
  const status = copy.child("status");
  if (status) status.children.length = 0;
  return copy.set("num_updates", "0");
}
