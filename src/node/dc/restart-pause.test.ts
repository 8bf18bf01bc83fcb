import { expect, it } from "vitest";
import { countFailure } from "../../attributes/transient.ts";
import { element } from "../../xml/element.ts";
import { restartPauseEnd } from "./restart-pause.ts";

/** State of a node on which `web`'s monitor has failed so many times, the last time at second 1000. */
function failed(times: number): ReturnType<typeof element> {
  const state = element("node_state", { id: "n1" });
  const failure = { operation: "monitor", intervalMs: 10_000, exitCode: 7, isIgnored: false, isStartFailureFatal: true };
  for (let i = 0; i < times; i += 1) countFailure(state, { ...failure, resourceId: "web", epochSeconds: 1000 });
  return state;
}

it.each([
  [0, undefined],
  [3, undefined],
  [4, 1001],
  [5, 1002],
  [8, 1016],
  [30, 1060],
])("after %i failures the next start waits until %s", (times, end) => expect(restartPauseEnd(failed(times), "web")).toBe(end));

it("is each resource's own", () => expect(restartPauseEnd(failed(9), "webserver")).toBeUndefined());

it("does not concern a start that failed for good: that is a ban", () => {
  const state = failed(5);
  countFailure(state, {
    resourceId: "web",
    operation: "start",
    intervalMs: 0,
    exitCode: 1,
    isIgnored: false,
    isStartFailureFatal: true,
    epochSeconds: 1000,
  });
  expect(restartPauseEnd(state, "web")).toBeUndefined();
});
