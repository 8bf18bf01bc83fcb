import { expect, it } from "vitest";
import { ALL_TOOLS } from "./all-tools.ts";
import { runInMemory } from "./frame/memory-ports.ts";

/** Groups of options by the words that ask for them, as Pacemaker's tools have them. */
const GROUPS: readonly (readonly [string, readonly string[]])[] = [
  ["crm_simulate", ["operations", "synthetic", "artifact", "source"]],
  ["crm_verify", ["data", "additional"]],
  ["crm_resource", ["queries", "commands", "locations", "advanced", "additional"]],
  ["crm_mon", ["display", "additional"]],
  ["crm_attribute", ["selections", "command", "additional"]],
  ["crm_error", []],
  ["crmadmin", ["command", "additional"]],
  ["stonith_admin", ["definition", "queries", "fence", "additional"]],
  ["attrd_updater", ["required", "command", "additional"]],
  ["cibadmin", ["commands", "data", "additional"]],
];

it.each(GROUPS)("%s has its groups of options under the words people know", async (name, groups) => {
  const tool = ALL_TOOLS.get(name);
  if (!tool) throw new Error(name);
  const { stdout } = await runInMemory(tool, ["--help"], { files: new Map() });
  const words = [...stdout.matchAll(/^ {2}--help-(\w+)/gm)].map(([, word]) => word);
  expect(words).toEqual(["all", "output", ...groups]);
});
