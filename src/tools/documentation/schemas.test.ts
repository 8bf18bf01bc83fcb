import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { jsonSchema } from "./json-schema.ts";
import { relaxNg } from "./relax-ng.ts";
import type { ResultModel } from "./result-model.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "..", "share", "schemas");
const model = JSON.parse(readFileSync(join(FOLDER, "model.json"), "utf8")) as ResultModel;

it.each(Object.keys(model.tools))("the published schemas of %s are those of the model (npm run schemas makes them)", (tool) => {
  const name = tool.replaceAll(" ", "-");
  expect(readFileSync(join(FOLDER, `${name}.rng`), "utf8")).toBe(relaxNg(model, tool));
  expect(readFileSync(join(FOLDER, "json", `${name}-${model.version}.schema.json`), "utf8")).toBe(jsonSchema(model, tool));
});
