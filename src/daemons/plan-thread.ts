import { Worker } from "node:worker_threads";
import type { Plan } from "../node/interface/planner.ts";

/** A plan is waited for at most this long, ms. */
const PLAN_LIMIT_MS = 120_000;

/** What is sent to the thread. */
export interface PlanQuestion {
  readonly questionId: number;
  /** The CIB as text. */
  readonly input: string;
  readonly epochSeconds: number;
}

/** What the thread answers. */
export type PlanReply = { readonly questionId: number; readonly plan: Plan } | { readonly questionId: number; readonly problem: string };

/** A plan, or why there is none. */
export type PlanAnswer = { readonly plan: Plan } | { readonly message: string; readonly isTooSlow: boolean };

interface Asked {
  readonly answer: (answer: PlanAnswer) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Makes plans in a thread of its own, so that the daemon goes on answering. The thread is started when it is first needed,
 * and again after it ended; a plan it had not made by then is told to have failed.
 */
export class PlanThread {
  readonly #program: string;
  readonly #limitMs: number;
  readonly #asked = new Map<number, Asked>();
  #worker: Worker | undefined;
  #newest = 0;

  /** `program` is what runs in the thread. */
  constructor(program: string, limitMs = PLAN_LIMIT_MS) {
    this.#program = program;
    this.#limitMs = limitMs;
  }

  /** Plans for a CIB; always answers. */
  make(input: string, epochSeconds: number): Promise<PlanAnswer> {
    this.#newest += 1;
    const questionId = this.#newest;
    return new Promise((answer) => {
      const timer = setTimeout(() => this.#tooSlow(), this.#limitMs);
      this.#asked.set(questionId, { answer, timer });
      const question: PlanQuestion = { questionId, input, epochSeconds };
      try {
        this.#running().postMessage(question);
      } catch (error) {
        this.#end({ message: `the planning thread cannot be started: ${String(error)}`, isTooSlow: false });
      }
    });
  }

  /** Ends the thread; what was asked is answered as failed. */
  close(): void {
    this.#end({ message: "the daemon ends", isTooSlow: false });
  }

  #running(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(this.#program);
    worker.unref();
    worker.on("message", (reply: PlanReply) => {
      if ("plan" in reply) this.#answer(reply.questionId, { plan: reply.plan });
      else this.#answer(reply.questionId, { message: `the planning thread failed: ${reply.problem}`, isTooSlow: false });
    });
    const ended = (why: string): void => {
      if (this.#worker === worker) this.#end({ message: `the planning thread ended: ${why}`, isTooSlow: false });
    };
    worker.on("error", (error) => ended(String(error)));
    worker.on("exit", (code) => ended(`exit code ${code}`));
    this.#worker = worker;
    return worker;
  }

  #answer(questionId: number, answer: PlanAnswer): void {
    const asked = this.#asked.get(questionId);
    if (!asked) return;
    this.#asked.delete(questionId);
    clearTimeout(asked.timer);
    asked.answer(answer);
  }

  #tooSlow(): void {
    this.#end({ message: `the planning thread did not answer within ${this.#limitMs} ms`, isTooSlow: true });
  }

  /** Gives the thread up and answers all that waits for it. */
  #end(answer: PlanAnswer): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    for (const questionId of [...this.#asked.keys()]) this.#answer(questionId, answer);
  }
}
