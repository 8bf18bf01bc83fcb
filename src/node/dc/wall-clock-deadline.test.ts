import { expect, it } from "vitest";
import { wallClockDeadlineMs } from "./wall-clock-deadline.ts";

it("is a little after the second, and soon for one that has passed", () => {
  expect([wallClockDeadlineMs(103, 5000, 100), wallClockDeadlineMs(90, 5000, 100)]).toEqual([8020, 5020]);
});
