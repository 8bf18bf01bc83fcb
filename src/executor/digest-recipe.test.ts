import { expect, it } from "vitest";
import { digestAttributes } from "./digest-recipe.ts";
import { parameterDigest } from "./parameter-digest.ts";

const PARAMETERS = { state: "a b", passwd: "secret", rl: "1" };

it("tells what needs a restart, and what is no secret", () => {
  const recipe = { restartParameters: ["state", "passwd", "unset"], secretParameters: ["passwd"] };
  expect(digestAttributes(recipe, PARAMETERS, 0)).toEqual({
    "op-force-restart": "  unset passwd state  ",
    "op-restart-digest": parameterDigest({ state: "a b", passwd: "secret" }, 0, 0),
    "op-secure-params": "  passwd  ",
    "op-secure-digest": parameterDigest({ state: "a b", rl: "1" }, 0, 0),
  });
});

it("has no restart digest of recurring operations, nor of agents that cannot reload", () => {
  expect(digestAttributes({ restartParameters: ["state"], secretParameters: [] }, PARAMETERS, 10_000)).toEqual({});
  expect(digestAttributes({ restartParameters: undefined, secretParameters: [] }, PARAMETERS, 0)).toEqual({});
});

it("has both attributes of an agent that can reload whatever changes", () => {
  expect(digestAttributes({ restartParameters: [], secretParameters: [] }, PARAMETERS, 0)).toEqual({
    "op-force-restart": "",
    "op-restart-digest": parameterDigest({}, 0, 0),
  });
});
