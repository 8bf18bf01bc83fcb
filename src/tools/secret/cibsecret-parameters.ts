import { EXIT } from "../../model/exit-code.ts";
import { SECRET_VALUE } from "../../model/secret.ts";
import { parseXml } from "../../xml/parse.ts";
import { runTool, type ToolPorts, type ToolResult } from "../frame/tool.ts";
import { crmResource } from "../resource/crm-resource.ts";

/** Why a command of cibsecret ended: text for people, an exit code, and what it had to say before. */
export class SecretRefusal extends Error {
  override name = "SecretRefusal";
  readonly exitCode: number;
  readonly notes: string;

  constructor(exitCode: number, message: string, notes = "") {
    super(message);
    this.exitCode = exitCode;
    this.notes = notes;
  }
}

/** Value of a parameter as the CIB has it. */
export type CibParameter = { readonly kind: "absent" | "secret" } | { readonly kind: "open"; readonly value: string };

/** Throws SecretRefusal when there is no such resource. */
export async function requireResource(ports: ToolPorts, resource: string): Promise<void> {
  const found = await callResource(ports, ["-r", resource, "-W"]);
  if (found.exitCode === EXIT.ok) return;
  throw new SecretRefusal(
    found.exitCode === EXIT.disconnected ? EXIT.disconnected : EXIT.noSuchObject,
    (found.stderr || found.stdout).trim(),
  );
}

export async function parameterInCib(ports: ToolPorts, resource: string, parameter: string): Promise<CibParameter> {
  const shown = await callResource(ports, ["-r", resource, "-g", parameter, "--output-as=xml"]);
  const parsed = parseXml(shown.stdout);
  const items = parsed.ok ? [...parsed.value.walk()].filter((node) => node.name === "item" && node.get("name") === parameter) : [];
  const [item] = items;
  if (item === undefined) return { kind: "absent" };
  return item.text === SECRET_VALUE ? { kind: "secret" } : { kind: "open", value: item.text };
}

/** Writes a value, or (undefined) that it is a secret. Throws SecretRefusal. */
export async function setInCib(ports: ToolPorts, resource: string, parameter: string, value: string | undefined): Promise<void> {
  await change(ports, ["-r", resource, "-p", parameter, "-v", value ?? SECRET_VALUE]);
}

/** Throws SecretRefusal. */
export async function removeFromCib(ports: ToolPorts, resource: string, parameter: string): Promise<void> {
  await change(ports, ["-r", resource, "-d", parameter]);
}

async function change(ports: ToolPorts, argv: readonly string[]): Promise<void> {
  const done = await callResource(ports, argv);
  if (done.exitCode !== EXIT.ok) throw new SecretRefusal(done.exitCode, (done.stderr || done.stdout).trim());
}

function callResource(ports: ToolPorts, argv: readonly string[]): Promise<ToolResult> {
  return runTool(crmResource, argv, ports, ports.version);
}
