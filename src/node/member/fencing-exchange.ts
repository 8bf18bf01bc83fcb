import { LIMITS } from "../../base/limits.ts";
import type { Fencer, FencingEffect, FencingRecord, FencingRequest } from "../../fencing/fencer.ts";
import type { FenceCall, FenceResult } from "../../ports/fence-runner.ts";
import type { MemberContext } from "./member-context.ts";

/** The way of fencing between the fencer of one node and the devices that others reach. */
export class FencingExchange {
  readonly #context: MemberContext;
  readonly #fencer: Fencer;
  readonly #concluded: (request: FencingRequest) => void;

  /** `concluded` hears of each request of this node's fencer that has its verdict. */
  constructor(context: MemberContext, fencer: Fencer, concluded: (request: FencingRequest) => void) {
    this.#context = context;
    this.#fencer = fencer;
    this.#concluded = concluded;
  }

  apply(effects: readonly FencingEffect[]): void {
    const { configuration, emit, log, send, view } = this.#context;
    for (const effect of effects) {
      if (effect.kind === "concluded") this.#conclude(effect.request);
      else if (effect.kind === "log") log("notice", effect.text);
      else {
        const { call, executor, requestId } = effect;
        const term = view()?.term;
        if (executor === configuration.name) emit({ kind: "run-fence", requestId: addressOf(configuration.name, requestId), call });
        else if (term) send(executor, { type: "fence", term, requestId, call });
      }
    }
  }

  /** The DC `owner` has this node use a device. */
  ordered(owner: string, requestId: string, call: FenceCall): void {
    this.#context.emit({ kind: "run-fence", requestId: addressOf(owner, requestId), call });
  }

  /** A device that this node used has answered. */
  finished(address: string, result: FenceResult): void {
    const [owner = "", requestId = ""] = address.split(" ");
    if (owner === this.#context.configuration.name) this.attempted(requestId, owner, result);
    else this.#context.send(owner, { type: "fenced", requestId, result });
  }

  /** An attempt of a request of this node's fencer has ended, on `executor`. */
  attempted(requestId: string, executor: string, result: FenceResult): void {
    this.apply(this.#fencer.attemptFinished(requestId, executor, result, this.#context.time().epochSeconds));
  }

  /** Lets every member have the history of this node, which is the DC. */
  spread(): void {
    const record = this.#fencer.record(LIMITS.fencingsTold);
    if (record.requests.length > 0 || record.forgotten.length > 0) this.#tellMembers(record);
  }

  /** A node is gone that may have been using a device. */
  executorLost(node: string): void {
    this.apply(this.#fencer.executorLost(node, this.#context.time().epochSeconds));
  }

  #conclude(request: FencingRequest): void {
    this.#context.coordinator()?.fencing.concluded(request, this.#context.time().nowMs);
    this.#tellMembers({ requests: [request], forgotten: [] });
    this.#concluded(request);
  }

  #tellMembers(record: FencingRecord): void {
    for (const { node } of this.#context.view()?.members ?? []) {
      if (node !== this.#context.configuration.name) this.#context.send(node, { type: "fencing-history", record });
    }
  }
}

/** How a run is named between the node that wants it and the one that has the device. */
function addressOf(owner: string, requestId: string): string {
  return `${owner} ${requestId}`;
}
