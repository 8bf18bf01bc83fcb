import { parentPort } from "node:worker_threads";
import type { PlanQuestion, PlanReply } from "../daemons/plan-thread.ts";
import { schedulerPlanner } from "../node/dc/scheduler-planner.ts";
import { parseXml } from "../xml/parse.ts";

// Runs in a thread of kodoud.
parentPort?.on("message", ({ questionId, input, epochSeconds }: PlanQuestion) => {
  const cib = parseXml(input);
  const reply: PlanReply = cib.ok
    ? { questionId, plan: schedulerPlanner(cib.value, epochSeconds) }
    : { questionId, problem: `the CIB cannot be read: ${JSON.stringify(cib.error)}` };
  parentPort?.postMessage(reply);
});
