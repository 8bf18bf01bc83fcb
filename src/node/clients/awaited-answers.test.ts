import { expect, it } from "vitest";
import { recordedContext } from "../../sim/recorded-context.ts";
import { failReply, okReply } from "../interface/client.ts";
import { AwaitedAnswers } from "./awaited-answers.ts";

it("passes each answer on once, to who awaits it", () => {
  const context = recordedContext();
  const awaited = new AwaitedAnswers<string>(context, 1000);
  awaited.add("1", "first");
  expect(awaited.answered("2", okReply())).toBe(false);
  expect(awaited.answered("1", okReply({ data: 1 }))).toBe(true);
  expect(awaited.answered("1", okReply({ data: 2 }))).toBe(false);
  expect([...context.replies]).toEqual([["1", okReply({ data: 1 })]]);
});

it("answers itself what nobody answers in time, oldest first", () => {
  const context = recordedContext();
  const awaited = new AwaitedAnswers<string>(context, 1000);
  awaited.add("1", "first");
  context.nowMs = 400;
  awaited.add("2", "second");
  awaited.add("3", "third");
  awaited.delete("3");
  expect([awaited.deadlineMs(), awaited.entries()]).toEqual([
    1000,
    [
      ["1", "first"],
      ["2", "second"],
    ],
  ]);
  context.nowMs = 1000;
  awaited.expire((what) => failReply(1, what));
  expect([...context.replies]).toEqual([["1", failReply(1, "first")]]);
  expect(awaited.deadlineMs()).toBe(1400);
  context.nowMs = 1400;
  awaited.expire((what) => failReply(1, what));
  expect([[...context.replies.keys()], awaited.deadlineMs()]).toEqual([["1", "2"], undefined]);
});
