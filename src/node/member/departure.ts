import { transientAttribute } from "../../attributes/transient.ts";
import { clusterOption } from "../../cib/document.ts";
import type { Executor } from "../../executor/executor.ts";
import { parseDurationMs } from "../../time/duration.ts";
import { nodeStateNamed } from "../status/node-states.ts";
import type { DiskHealth } from "../views/disk-health.ts";
import type { StatusUpdate } from "../views/status-update.ts";
import type { ViewFacts } from "../views/view-facts.ts";
import type { MemberContext } from "./member-context.ts";

/** A request to be let go is repeated after this time. */
const REQUEST_MS = 1000;
/** Source: default of the cluster option shutdown-escalation. */
const SHUTDOWN_ESCALATION_MS = 20 * 60_000;

/** The parts of a node that matter when it leaves. */
export interface DepartureParts {
  readonly disk: Pick<DiskHealth, "hasFailed">;
  readonly executor: Pick<Executor, "activeResources">;
  readonly facts: Pick<ViewFacts, "wasMember">;
  readonly update: Pick<StatusUpdate, "cib" | "flush">;
}

/** How this node leaves the cluster: it asks the DC to move its resources away, and goes when it is let go. */
export class Departure {
  readonly #context: MemberContext;
  readonly #parts: DepartureParts;
  #isLeaving = false;
  #sinceMs = 0;
  #hasExited = false;
  #nextRequestMs = 0;

  constructor(context: MemberContext, parts: DepartureParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Whether the node was told to leave. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** Whether the node has ended: nothing happens any more. */
  get hasExited(): boolean {
    return this.#hasExited;
  }

  /** The node is to leave. */
  begin(): void {
    if (!this.#isLeaving) this.#sinceMs = this.#context.time().nowMs;
    this.#isLeaving = true;
    this.askAgain();
    if (!this.#parts.facts.wasMember) this.#exit();
  }

  /** There is another DC to ask. */
  askAgain(): void {
    this.#nextRequestMs = 0;
  }

  /** The DC says that nothing is left here. */
  granted(): void {
    if (this.#isLeaving) this.#exit();
  }

  /** Asks to be let go, or goes, when it is time for that. */
  advance(): void {
    const coordinator = this.#context.coordinator();
    if (coordinator?.mayLeave) {
      this.#exit();
      return;
    }
    const { nowMs, epochSeconds } = this.#context.time();
    if (!this.#isLeaving || this.#hasExited) return;
    if (nowMs - this.#sinceMs > this.#longestMs()) {
      this.#context.log("error", "leaving takes longer than shutdown-escalation allows");
      this.#abandonCluster();
      return;
    }
    if (nowMs < this.#nextRequestMs) return;
    this.#nextRequestMs = nowMs + REQUEST_MS;
    const view = this.#context.view();
    if (!view) {
      if (this.#parts.disk.hasFailed) this.#abandonCluster();
      return;
    }
    if (this.#isAsked()) return;
    const { name } = this.#context.configuration;
    if (coordinator) coordinator.shutdowns.requested(name, epochSeconds);
    else if (view.term.candidate !== name) this.#context.send(view.term.candidate, { type: "leave-request" });
  }

  /** Source: Pacemaker Explained, shutdown-escalation: exit immediately if shutdown does not complete within this much time. */
  #longestMs(): number {
    return parseDurationMs(clusterOption(this.#context.cib(), "shutdown-escalation") ?? "") ?? SHUTDOWN_ESCALATION_MS;
  }

  /** Whether the wish to leave stands in the status already. */
  #isAsked(): boolean {
    const { name } = this.#context.configuration;
    const state = nodeStateNamed(this.#parts.update.cib, name);
    return state !== undefined && transientAttribute(state, "shutdown") !== undefined;
  }

  #exit(): void {
    if (this.#hasExited) return;
    this.#parts.update.flush();
    this.#context.log("notice", "leaving the cluster");
    this.#context.emit({ kind: "transport", command: { kind: "leave" } });
    this.#context.emit({ kind: "exit" });
    this.#hasExited = true;
  }

  /** Ends without having been let go: with resources still active here without a goodbye, so that the others fence this node first. */
  #abandonCluster(): void {
    const active = this.#parts.executor.activeResources();
    if (active.length === 0) {
      this.#exit();
      return;
    }
    this.#context.log("error", `ends while ${active.join(", ")} may be active here: the other nodes have to fence this one`);
    this.#context.emit({ kind: "exit" });
    this.#hasExited = true;
  }
}
