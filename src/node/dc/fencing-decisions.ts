import { clusterOption } from "../../cib/document.ts";
import { devicesFor } from "../../fencing/device.ts";
import { type Fencer, type FencingEffect, type FencingRequest, newFencingRequest } from "../../fencing/fencer.ts";
import type { GraphAction } from "../../model/transition-graph.ts";
import { parseDurationMs } from "../../time/duration.ts";
import type { DcContext } from "./dc-context.ts";
import { FencingBackOff } from "./fencing-back-off.ts";
import type { PlanOrders } from "./plan-orders.ts";

/** Where fencing is done. */
export interface FencingMeansPort {
  readonly fencer: Fencer;
  apply(effects: readonly FencingEffect[]): void;
}

/** Source: default of the cluster option fencing-timeout. */
const FENCING_TIMEOUT_MS = 60_000;

/** Whom the DC has fenced, by which devices, and what becomes of it. */
export class FencingDecisions {
  readonly backOff = new FencingBackOff();
  readonly #context: DcContext;
  readonly #orders: PlanOrders;
  readonly #port: FencingMeansPort;

  constructor(context: DcContext, orders: PlanOrders, port: FencingMeansPort) {
    this.#context = context;
    this.#orders = orders;
    this.#port = port;
  }

  /** Has a node fenced because a plan wants it. */
  carryOut(plan: number, action: GraphAction, epochSeconds: number): void {
    const { self, uuid } = this.#context;
    const wanted = action.attributes.get("CRM_meta_stonith_action") ?? "reboot";
    const request = newFencingRequest({
      id: `${uuid}-${plan}-${action.id}`,
      target: action.node ?? "",
      action: wanted === "off" || wanted === "on" ? wanted : "reboot",
      cause: `transition ${plan}, action ${action.id}`,
      client: "kodou-controller",
      origin: self,
      requestedAtEpochSeconds: epochSeconds,
    });
    this.start(request);
  }

  /** Starts a request with the devices and nodes there are. */
  start(request: FencingRequest): void {
    const { apply, fencer } = this.#port;
    const { draft, members, self } = this.#context;
    const { cib } = draft();
    const timeoutMs = parseDurationMs(clusterOption(cib, "fencing-timeout", "stonith-timeout") ?? "") ?? FENCING_TIMEOUT_MS;
    const others = members.filter((node) => node !== request.target && node !== self);
    const executors = request.target === self ? others : [self, ...others];
    apply(fencer.request(request, { levels: devicesFor(cib, request.target), executors, timeoutMs }));
  }

  /** Whether a node is not to be fenced now: it is being fenced already, or was tried in vain a moment ago. */
  isHeld(target: string, nowMs: number): boolean {
    return this.#port.fencer.pendingFor(target) !== undefined || this.backOff.isPausing(target, nowMs);
  }

  /** A request of anybody ended. What a plan wanted of it is settled; another plan is made for what no plan waits for, or has failed. */
  concluded(request: FencingRequest, nowMs: number): void {
    this.#record(request, nowMs);
    const hasSucceeded = request.verdict === "succeeded";
    const action = this.#orders.runs.inFlight().find((a) => a.operation === "stonith" && a.node === request.target);
    if (action) this.#orders.settle(action, hasSucceeded);
    if (!action || !hasSucceeded) this.#context.requestPlan(`fencing of ${request.target} ${request.verdict}`);
  }

  /** A node that was fenced is down, and one that could not be is tried again later. */
  #record(request: FencingRequest, nowMs: number): void {
    const { draft, log, members } = this.#context;
    const isProof = request.verdict === "succeeded" && request.action !== "on";
    if (isProof) {
      const state = draft().nodeStateNamed(request.target);
      if (state && !members.includes(request.target)) draft().markFenced(state);
      this.backOff.succeeded(request.target);
      log("notice", `${request.target} was fenced (${request.action}) by ${request.delegate ?? "?"} for ${request.client}`);
    } else if (request.verdict === "failed") {
      const { failures, pauseMs } = this.backOff.failed(request.target, nowMs);
      log(
        "error",
        `${request.target} could NOT be fenced (${failures} times now); resources that may run there stay where they are; next attempt in ${pauseMs} ms`,
      );
    }
  }
}
