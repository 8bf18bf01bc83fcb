import { clusterOption } from "../cib/document.ts";
import { devicesFor } from "../fencing/device.ts";
import type { Fencer, FencingEffect, FencingRequest } from "../fencing/fencer.ts";
import type { GraphAction } from "../model/transition-graph.ts";
import type { View } from "../model/view.ts";
import { parseDurationMs } from "../time/duration.ts";
import { FencingBackOff } from "./fencing-back-off.ts";
import type { StatusDraft } from "./status-draft.ts";

/** What fencing needs of the DC. */
export interface FencingDecisionsPort {
  readonly fencer: Fencer;
  readonly view: View;
  readonly self: string;
  readonly uuid: string;
  draft(): StatusDraft;
  apply(effects: readonly FencingEffect[]): void;
  log(level: "notice" | "error", text: string): void;
}

/** Source: default of the cluster option fencing-timeout. */
const FENCING_TIMEOUT_MS = 60_000;

/** Whom the DC has fenced, by which devices, and what becomes of it. */
export class FencingDecisions {
  readonly #port: FencingDecisionsPort;
  readonly backOff = new FencingBackOff();

  constructor(port: FencingDecisionsPort) {
    this.#port = port;
  }

  /** Has a node fenced because a plan wants it. */
  carryOut(plan: number, action: GraphAction, epochSeconds: number): void {
    const { self, uuid } = this.#port;
    const wanted = action.attributes.get("CRM_meta_stonith_action") ?? "reboot";
    this.start({
      id: `${uuid}-${plan}-${action.id}`,
      target: action.node ?? "",
      action: wanted === "off" || wanted === "on" ? wanted : "reboot",
      cause: `transition ${plan}, action ${action.id}`,
      client: "kodou-controller",
      origin: self,
      requestedAtEpochSeconds: epochSeconds,
      completedAtEpochSeconds: undefined,
      attempts: [],
      verdict: "pending",
      delegate: undefined,
    });
  }

  /** Starts a request with the devices and nodes there are. */
  start(request: FencingRequest): void {
    const { apply, draft, fencer, self, view } = this.#port;
    const { cib } = draft();
    const timeoutMs = parseDurationMs(clusterOption(cib, "fencing-timeout", "stonith-timeout") ?? "") ?? FENCING_TIMEOUT_MS;
    const others = view.members.map((member) => member.node).filter((node) => node !== request.target && node !== self);
    const executors = request.target === self ? others : [self, ...others];
    apply(fencer.request(request, { levels: devicesFor(cib, request.target), executors, timeoutMs }));
  }

  /** A request of anybody ended: a node that was fenced is down, and one that could not be is tried again later. */
  concluded(request: FencingRequest, nowMs: number): void {
    const { draft, log, view } = this.#port;
    const isProof = request.verdict === "succeeded" && request.action !== "on";
    if (isProof) {
      const state = draft().nodeStateNamed(request.target);
      if (state && !view.members.some((member) => member.node === request.target)) draft().markFenced(state);
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
