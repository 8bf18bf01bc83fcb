import { EXIT } from "../../model/exit-code.ts";
import { isSecretName } from "../../model/secret.ts";
import { element, textElement } from "../../xml/element.ts";
import { keptHere } from "../cib/kept-secret.ts";
import type { Answer } from "../frame/answer.ts";
import { helpText } from "../frame/help-text.ts";
import { hasOption, type ParsedOptions, type ToolDescription } from "../frame/option-table.ts";
import { failed, type Tool, type ToolPorts, type ToolResult } from "../frame/tool.ts";
import { keepEverywhere, replaceElsewhere } from "./cibsecret-files.ts";
import { parameterInCib, removeFromCib, requireResource, SecretRefusal, setInCib } from "./cibsecret-parameters.ts";

const TOOL = "cibsecret";

const description: ToolDescription = {
  tool: TOOL,
  summary: [
    "manage sensitive information in the CIB",
    "",
    "  set RESOURCE PARAMETER [VALUE]   keep a value in a protected file of every node (without VALUE: the first line of stdin)",
    "  get RESOURCE PARAMETER           show the value that is kept here",
    "  check RESOURCE PARAMETER         compare the value that is kept here with its MD5",
    "  stash RESOURCE PARAMETER         move a value from the CIB into a protected file of every node",
    "  unstash RESOURCE PARAMETER       move it back",
    "  delete RESOURCE PARAMETER        forget the value, and remove the parameter",
    "  sync                             make the secrets of all other nodes those of this one",
  ].join("\n"),
  parameters: "COMMAND [PARAMETER ...]",
  options: [{ name: "no-cib", short: "C", help: "Don't read or write the CIB" }],
};

/** One call of the tool. */
interface Call {
  readonly ports: ToolPorts;
  readonly resource: string;
  readonly parameter: string;
  readonly usesCib: boolean;
}

/** Commands with the least and the greatest number of words after them, and whether they are about the CIB itself. */
const COMMANDS: Readonly<Record<string, { words: readonly [number, number]; needsCib?: boolean }>> = {
  set: { words: [2, 3] },
  get: { words: [2, 2] },
  check: { words: [2, 2] },
  delete: { words: [2, 2] },
  stash: { words: [2, 2], needsCib: true },
  unstash: { words: [2, 2], needsCib: true },
  sync: { words: [0, 0] },
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer | ToolResult> {
  const [command = "", ...words] = parsed.words;
  const known = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  const [least, most] = known?.words ?? [0, 0];
  if (!known || words.length < least || words.length > most)
    return failed(EXIT.usage, `${helpText(description)}\n${TOOL}: ${usage(command)}`);
  const usesCib = !hasOption(parsed, "no-cib");
  if (known.needsCib && !usesCib) return failed(EXIT.usage, `${TOOL}: No access to the CIB, subcommand ${command} not supported`);
  const [resource = "", parameter = "", value] = words;
  const wrong = [resource, parameter].find((name) => command !== "sync" && !isSecretName(name));
  if (wrong !== undefined) return failed(EXIT.usage, `${TOOL}: ${JSON.stringify(wrong)} cannot name a resource or parameter with a secret`);
  const call: Call = { ports, resource, parameter, usesCib };
  try {
    return await carryOut(command, call, value);
  } catch (error) {
    if (error instanceof SecretRefusal) return { exitCode: error.exitCode, text: error.notes, errors: [error.message] };
    throw error;
  }
}

function usage(command: string): string {
  if (command === "") return "Must specify a command option";
  return Object.hasOwn(COMMANDS, command) ? `Wrong number of arguments for '${command}'` : `Invalid subcommand '${command}'`;
}

function carryOut(command: string, call: Call, value: string | undefined): Promise<Answer> {
  switch (command) {
    case "set":
      return set(call, value ?? call.ports.readStdin().split("\n")[0] ?? "");
    case "get":
      return get(call);
    case "check":
      return check(call).then(() => ({}));
    case "delete":
      return remove(call);
    case "stash":
      return stash(call);
    case "unstash":
      return unstash(call);
    default:
      return replaceElsewhere(call.ports).then((text) => ({ text }));
  }
}

async function set({ ports, resource, parameter, usesCib }: Call, value: string): Promise<Answer> {
  if (value.trim() === "" || /[\n\0]/.test(value)) throw new SecretRefusal(EXIT.usage, "A secret is one line of text");
  if (usesCib) {
    await requireResource(ports, resource);
    const current = await parameterInCib(ports, resource, parameter);
    if (current.kind === "open" && current.value !== value) {
      const text = `CIB value <${current.value}> different for ${resource} parameter ${parameter}; please delete it first`;
      throw new SecretRefusal(EXIT.configuration, text);
    }
  }
  const text = await keepEverywhere(ports, { resource, parameter, value });
  if (usesCib) await setInCib(ports, resource, parameter, undefined);
  return { text };
}

async function check({ ports, resource, parameter, usesCib }: Call): Promise<string> {
  if (usesCib) {
    await requireResource(ports, resource);
    if ((await parameterInCib(ports, resource, parameter)).kind !== "secret")
      throw new SecretRefusal(EXIT.configuration, `Resource ${resource} parameter ${parameter} not set as secret, nothing to check`);
  }
  const kept = keptHere(ports, resource, parameter);
  const of = `for resource ${resource} parameter ${parameter}`;
  if (kept.sign === undefined) throw new SecretRefusal(EXIT.noSuchObject, `No checksum ${of}`);
  if (kept.value === undefined || !kept.isSound) throw new SecretRefusal(EXIT.digest, `Checksum mismatch ${of}`);
  return kept.value;
}

async function get(call: Call): Promise<Answer> {
  const value = await check(call);
  const part = element("secret", { resource: call.resource }, [textElement("item", { name: call.parameter }, value)]);
  return { text: `${value}\n`, parts: [part] };
}

async function remove({ ports, resource, parameter, usesCib }: Call): Promise<Answer> {
  if (usesCib) await requireResource(ports, resource);
  const text = await keepEverywhere(ports, { resource, parameter });
  if (usesCib) await removeFromCib(ports, resource, parameter);
  return { text };
}

async function stash(call: Call): Promise<Answer> {
  const { ports, resource, parameter } = call;
  await requireResource(ports, resource);
  const current = await parameterInCib(ports, resource, parameter);
  if (current.kind === "absent")
    throw new SecretRefusal(EXIT.noSuchObject, `Nothing to stash for resource ${resource} parameter ${parameter}`);
  if (current.kind !== "open") throw new SecretRefusal(EXIT.exists, `Resource ${resource} parameter ${parameter} already set as secret`);
  return set(call, current.value);
}

async function unstash({ ports, resource, parameter }: Call): Promise<Answer> {
  const { value } = keptHere(ports, resource, parameter);
  if (value === undefined) throw new SecretRefusal(EXIT.noSuchObject, `Nothing to unstash for resource ${resource} parameter ${parameter}`);
  await requireResource(ports, resource);
  const isSecret = (await parameterInCib(ports, resource, parameter)).kind === "secret";
  const note = `Resource ${resource} parameter ${parameter} is not set as secret, but we have a local value so proceeding anyway\n`;
  // The CIB first: agents that start in between find one value or the other.
  await setInCib(ports, resource, parameter, value);
  const text = await keepEverywhere(ports, { resource, parameter });
  return { text: (isSecret ? "" : note) + text };
}

/** `cibsecret`. Source: cibsecret(8) of Pacemaker 3.0.2; nodes get secrets through the cluster's messages, not by ssh. */
export const cibsecret: Tool = { description, run };
