import { describe, expect, it } from "vitest";
import { ALL_COMMANDS, PROGRAMS } from "../all-commands.ts";
import { optionValues } from "./argument-values.ts";
import { bashCompletion } from "./bash-completion.ts";
import { fishCompletion } from "./fish-completion.ts";
import { manualPage, roff } from "./manual-page.ts";
import { shownOptions } from "./shown-options.ts";
import { zshCompletion } from "./zsh-completion.ts";

const edition = { version: "1.0", date: "2026-11-21" };

describe.each(PROGRAMS.map((program) => [program.tool, program] as const))("%s", (_name, program) => {
  it("has a page with every option that people see, and none that they do not", () => {
    const page = manualPage(program, edition, ["kodou"]);
    for (const option of shownOptions(program)) expect(page).toContain(`\\fB\\-\\-${roff(option.name)}\\fR`);
    for (const option of program.options.filter((candidate) => candidate.isHidden))
      expect(page).not.toContain(`\\fB\\-\\-${roff(option.name)}\\fR`);
  });

  it("gives each option and each letter one meaning", () => {
    const options = shownOptions(program);
    const names = options.map(({ name }) => name);
    const letters = options.flatMap(({ short }) => short ?? []);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(letters).size).toBe(letters.length);
  });
});

it("writes out what roff would read as its own", () => {
  expect(roff(".TH a\\b\n'x --y")).toBe("\\&.TH a\\(rsb\n\\&'x \\-\\-y");
});

it("completes every command in every shell", () => {
  const scripts = [bashCompletion(ALL_COMMANDS), zshCompletion(ALL_COMMANDS), fishCompletion(ALL_COMMANDS)];
  for (const { tool } of ALL_COMMANDS) for (const script of scripts) expect(script).toContain(tool.split(" ").at(-1));
});

it("knows what an argument may be", () => {
  const valuesOf = (tool: string, name: string) => {
    const command = ALL_COMMANDS.find((candidate) => candidate.tool === tool);
    const option = command && shownOptions(command).find((candidate) => candidate.name === name);
    return command && option && optionValues(command, option);
  };
  expect(valuesOf("crm_resource", "resource")).toEqual({ kind: "names", of: "resource" });
  expect(valuesOf("crm_mon", "output-as")).toMatchObject({ words: expect.arrayContaining(["html", "json"]) });
  expect(valuesOf("cibadmin", "xml-file")).toEqual({ kind: "file" });
  expect(valuesOf("kodou what-if", "node-down")).toEqual({ kind: "names", of: "node" });
});
