import { expect, it } from "vitest";
import { DigestRecipes } from "./digest-recipes.ts";

const description = (version: string, action: string): string => `<resource-agent name="x"><version>${version}</version><parameters>
  <parameter name="state" unique="1"/><parameter name="fake" reloadable="1"/><parameter name="passwd"/>
  </parameters><actions><action name="${action}"/></actions></resource-agent>`;

function recipes(xml: string | undefined): { recipes: DigestRecipes; asked: string[] } {
  const asked: string[] = [];
  const metadata = (_class: string, provider: string, type: string): Promise<string | undefined> => {
    asked.push(`${provider}:${type}`);
    return xml === undefined ? Promise.reject(new Error("no agent")) : Promise.resolve(xml);
  };
  return { recipes: new DigestRecipes({ metadata }), asked };
}

const call = (action: string) => ({
  agentClass: "ocf" as const,
  provider: "p",
  type: "t",
  resourceId: "r",
  action,
  intervalMs: 0,
  timeoutMs: 1000,
  parameters: {},
  meta: {},
});

it.each([
  ["1.1", "reload-agent", ["state", "passwd"]],
  ["1.1", "reload", undefined],
  ["1.0", "reload", ["state"]],
  ["1.0", "reload-agent", undefined],
])("an agent of version %s with %s needs a restart when %j change", async (version, action, restartParameters) => {
  const { recipes: known } = recipes(description(version, action));
  expect(await known.recipeFor(call("start"), 0)).toEqual({ restartParameters, secretParameters: ["passwd"] });
});

it("takes what an agent marks as private for secret, and nothing else", async () => {
  const { recipes: known } = recipes(
    '<resource-agent name="x"><parameters><parameter name="passwd"/><parameter name="token" private="1"/></parameters></resource-agent>',
  );
  expect(await known.recipeFor(call("monitor"), 0)).toMatchObject({ secretParameters: ["token"] });
});

it("asks an agent once, and again when a resource starts much later", async () => {
  const { recipes: known, asked } = recipes(description("1.1", "reload-agent"));
  for (const [action, atMs] of [
    ["start", 0],
    ["monitor", 100_000],
    ["start", 30_000],
    ["stop", 100_000],
    ["start", 100_000],
  ] as const)
    await known.recipeFor(call(action), atMs);
  expect(asked).toEqual(["p:t", "p:t"]);
});

it("does without an agent that does not describe itself", async () => {
  expect(await recipes(undefined).recipes.recipeFor(call("start"), 0)).toBeUndefined();
  expect(await recipes("<nothing/>").recipes.recipeFor(call("start"), 0)).toBeUndefined();
  expect(await recipes("").recipes.recipeFor({ ...call("start"), agentClass: "lsb" as never }, 0)).toBeUndefined();
});
