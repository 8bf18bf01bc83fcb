import { LIMITS } from "../base/limits.ts";
import type { FenceAction, FenceCall, FenceResult } from "../ports/fence-runner.ts";
import type { FencingDevice } from "./device.ts";

/** One try of one device from one node. */
export interface FencingAttempt {
  readonly device: string;
  readonly executor: string;
  readonly startedAtEpochSeconds: number;
  verdict: FenceResult["verdict"] | "executor-lost" | "pending";
  output: string;
}

/** A request to fence a node: why it was made, what was tried, what came of it. */
export interface FencingRequest {
  readonly id: string;
  readonly target: string;
  readonly action: "off" | "on" | "reboot";
  /** Why: a transition's action, an operator's command. */
  readonly cause: string;
  readonly client: string;
  readonly origin: string;
  readonly requestedAtEpochSeconds: number;
  completedAtEpochSeconds: number | undefined;
  readonly attempts: FencingAttempt[];
  verdict: "pending" | "succeeded" | "failed";
  /** Who carried it out, `a human` for a confirmation. */
  delegate: string | undefined;
}

/** A request that nothing was done for yet, as it is asked for. */
export function newFencingRequest(
  asked: Pick<FencingRequest, "id" | "target" | "action" | "cause" | "client" | "origin" | "requestedAtEpochSeconds">,
): FencingRequest {
  return { ...asked, completedAtEpochSeconds: undefined, attempts: [], verdict: "pending", delegate: undefined };
}

/** What a node tells others of the history of fencing. */
export interface FencingRecord {
  readonly requests: readonly FencingRequest[];
  /** Ids of requests that were deleted from it. */
  readonly forgotten: readonly string[];
}

/** What has to happen outside of the core. */
export type FencingEffect =
  | { readonly kind: "attempt"; readonly requestId: string; readonly executor: string; readonly call: FenceCall }
  | { readonly kind: "concluded"; readonly request: FencingRequest }
  | { readonly kind: "log"; readonly text: string };

/** What a request may use. */
export interface FencingMeans {
  /** Levels to try in order; all devices of a level must succeed. */
  readonly levels: readonly (readonly FencingDevice[])[];
  /** Nodes that may run devices, best first. */
  readonly executors: readonly string[];
  readonly timeoutMs: number;
}

interface Course {
  readonly request: FencingRequest;
  readonly means: FencingMeans;
  level: number;
  device: number;
  executor: number;
  round: number;
  /** All devices of a level have switched the target off; now they switch it on again. */
  isPoweringOn: boolean;
}

/**
 * Carries out fencing requests: levels in order, devices in order, nodes in order, a bounded number of rounds. Only a
 * device's own word (or an operator's) makes a request succeed. Several devices of a level reboot a node by switching it
 * off all together, and then on again.
 */
export class Fencer {
  readonly #courses = new Map<string, Course>();
  readonly #history: FencingRequest[] = [];
  readonly #forgotten = new Set<string>();

  /** All requests, oldest first. */
  get history(): readonly FencingRequest[] {
    return this.#history;
  }

  /** What other nodes need to have the same history: requests that are over, the newest of them, and what was forgotten. */
  record(newest: number): FencingRecord {
    return { requests: this.#history.filter(isOver).slice(-newest), forgotten: [...this.#forgotten] };
  }

  /** Takes over what another node kept. A request nobody works on any more has failed. */
  adopt({ requests, forgotten }: FencingRecord): void {
    this.#forgetEach(forgotten);
    for (const request of requests) {
      if (this.#forgotten.has(request.id) || this.#history.some((known) => known.id === request.id)) continue;
      this.#history.push({ ...request, verdict: request.verdict === "pending" ? "failed" : request.verdict });
    }
    this.#trim();
  }

  /** Forgets requests that are over: those for a target, or all; nodes that still know them do not bring them back. */
  forget(target: string | undefined): void {
    const over = this.#history.filter((request) => isOver(request) && (target === undefined || request.target === target));
    this.#forgetEach(over.map(({ id }) => id));
  }

  /** The request under way for a target, if there is one. */
  pendingFor(target: string): FencingRequest | undefined {
    return [...this.#courses.values()].find((course) => course.request.target === target)?.request;
  }

  /** Starts a request. */
  request(request: FencingRequest, means: FencingMeans): FencingEffect[] {
    this.#history.push(request);
    this.#trim();
    const course: Course = { request, means, level: 0, device: 0, executor: 0, round: 1, isPoweringOn: false };
    this.#courses.set(request.id, course);
    if (means.levels.length === 0 || means.executors.length === 0) {
      const what = means.levels.length === 0 ? `no fencing device can fence ${request.target}` : "no node can run a fencing device";
      return [
        { kind: "log", text: `fencing of ${request.target} failed: ${what}` },
        ...this.#conclude(course, "failed", undefined, request.requestedAtEpochSeconds),
      ];
    }
    return this.#attempt(course, request.requestedAtEpochSeconds);
  }

  /** Takes the end of an attempt that `executor` made; one that was given up already changes nothing. */
  attemptFinished(
    requestId: string,
    executor: string,
    result: Pick<FenceResult, "verdict" | "output">,
    epochSeconds: number,
  ): FencingEffect[] {
    const course = this.#courses.get(requestId);
    const attempt = course?.request.attempts.at(-1);
    if (!course || attempt?.executor !== executor || attempt.verdict !== "pending") return [];
    attempt.verdict = result.verdict;
    attempt.output = result.output.slice(-2000);
    if (result.verdict !== "succeeded" && !course.isPoweringOn) return this.#next(course, attempt, epochSeconds);
    const level = course.means.levels[course.level] ?? [];
    course.device += 1;
    course.executor = 0;
    if (course.device < level.length) return this.#attempt(course, epochSeconds);
    if (this.#isInTwoSteps(course) && !course.isPoweringOn) {
      course.isPoweringOn = true;
      course.device = 0;
      return this.#attempt(course, epochSeconds);
    }
    return this.#conclude(course, "succeeded", executor, epochSeconds);
  }

  /** A reboot by several devices together: one after the other would never cut a redundant power supply. */
  #isInTwoSteps(course: Course): boolean {
    return course.request.action === "reboot" && (course.means.levels[course.level]?.length ?? 0) > 1;
  }

  /** Nodes that left can finish nothing: their attempts are given up and go on elsewhere. */
  executorLost(node: string, epochSeconds: number): FencingEffect[] {
    const out: FencingEffect[] = [];
    for (const course of [...this.#courses.values()]) {
      const attempt = course.request.attempts.at(-1);
      if (attempt?.executor !== node || attempt.verdict !== "pending") continue;
      attempt.verdict = "executor-lost";
      // It is off already; whether it comes on again is another matter.
      if (course.isPoweringOn) out.push(...this.#conclude(course, "succeeded", node, epochSeconds));
      else out.push(...this.#next(course, attempt, epochSeconds));
    }
    return out;
  }

  /** An operator says that the target is down. */
  confirm(request: FencingRequest): FencingEffect[] {
    const course = [...this.#courses.values()].find((other) => other.request.target === request.target);
    if (course) return this.#conclude(course, "succeeded", "a human", request.requestedAtEpochSeconds);
    this.#history.push(request);
    this.#trim();
    const means = { levels: [], executors: [], timeoutMs: 0 };
    const made: Course = { request, means, level: 0, device: 0, executor: 0, round: 1, isPoweringOn: false };
    return this.#conclude(made, "succeeded", "a human", request.requestedAtEpochSeconds);
  }

  #attempt(course: Course, epochSeconds: number): FencingEffect[] {
    const device = course.means.levels[course.level]?.[course.device];
    const executor = course.means.executors[course.executor];
    if (!device || executor === undefined) return this.#conclude(course, "failed", undefined, epochSeconds);
    const { request } = course;
    request.attempts.push({ device: device.id, executor, startedAtEpochSeconds: epochSeconds, verdict: "pending", output: "" });
    const wanted = this.#isInTwoSteps(course) ? (course.isPoweringOn ? "on" : "off") : request.action;
    const action = (device.actions.get(wanted) ?? wanted) as FenceAction;
    const call: FenceCall = {
      agent: device.agent,
      device: device.id,
      action,
      target: request.target,
      plug: device.plugs.get(request.target) ?? request.target,
      plugArgument: device.plugArgument,
      parameters: device.parameters,
      timeoutMs: device.timeoutMs ?? course.means.timeoutMs,
    };
    return [
      {
        kind: "log",
        text: `fencing ${request.target} (${action}) by ${device.id} from ${executor}, attempt ${request.attempts.length}: ${request.cause}`,
      },
      { kind: "attempt", requestId: request.id, executor, call },
    ];
  }

  /** After a failure: next node for the device, next level, next round, or the end. */
  #next(course: Course, attempt: FencingAttempt, epochSeconds: number): FencingEffect[] {
    const text = `fencing ${course.request.target} by ${attempt.device} from ${attempt.executor} failed: ${attempt.verdict} ${attempt.output.trim().split("\n").at(-1) ?? ""}`;
    course.executor += 1;
    if (course.executor >= course.means.executors.length) {
      course.executor = 0;
      course.device = 0;
      course.level += 1;
      if (course.level >= course.means.levels.length) {
        course.level = 0;
        course.round += 1;
      }
    }
    const log: FencingEffect = { kind: "log", text };
    if (course.round > LIMITS.fencingAttempts) return [log, ...this.#conclude(course, "failed", undefined, epochSeconds)];
    return [log, ...this.#attempt(course, epochSeconds)];
  }

  #conclude(course: Course, verdict: "succeeded" | "failed", delegate: string | undefined, epochSeconds: number): FencingEffect[] {
    this.#courses.delete(course.request.id);
    course.request.verdict = verdict;
    course.request.delegate = delegate;
    course.request.completedAtEpochSeconds = epochSeconds;
    return [{ kind: "concluded", request: course.request }];
  }

  #forgetEach(ids: readonly string[]): void {
    for (const id of ids) this.#forgotten.add(id);
    const kept = this.#history.filter((request) => !isOver(request) || !this.#forgotten.has(request.id));
    this.#history.splice(0, this.#history.length, ...kept);
    for (const id of this.#forgotten) {
      if (this.#forgotten.size <= LIMITS.fencingHistory) break;
      this.#forgotten.delete(id);
    }
  }

  #trim(): void {
    if (this.#history.length > LIMITS.fencingHistory) this.#history.splice(0, this.#history.length - LIMITS.fencingHistory);
  }
}

function isOver(request: FencingRequest): boolean {
  return request.verdict !== "pending";
}
