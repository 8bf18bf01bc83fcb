import { expect, it } from "vitest";
import { crmError } from "./crm-error.ts";
import { runInMemory } from "./frame/memory-ports.ts";

it.each([
  ["3", "3: Unimplemented"],
  ["99999999999", " 2147483647: Unknown exit status"],
  ["abc", "-2147483648: Unknown exit status"],
])("reads %s as a number that a code can be", async (word, line) => {
  const { stdout, exitCode } = await runInMemory(crmError, ["-V", "-X", word], { files: new Map() });
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining(line.trim())]);
});
