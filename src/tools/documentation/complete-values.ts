import { EXIT } from "../../model/exit-code.ts";
import { primitivesOf, readClusterStatus, withMembers } from "../../output/status/status-model.ts";
import type { XmlElement } from "../../xml/element.ts";
import { readCib } from "../cib/cib-access.ts";
import { shadowFolder } from "../cib/cib-place.ts";
import type { ParsedOptions } from "../frame/option-table.ts";
import { done, failed, type Tool, type ToolPorts, type ToolResult } from "../frame/tool.ts";
import { VALUE_KINDS, type ValueKind } from "./argument-values.ts";

const TOOL = "kodou complete";

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<ToolResult> {
  const kind = VALUE_KINDS.find((known) => known === parsed.words[0]);
  if (kind === undefined) return failed(EXIT.usage, `${TOOL}: name one of: ${VALUE_KINDS.join(", ")}`);
  const found = await valuesOf(kind, ports);
  // What a shell would have to quote is no help.
  const plain = [...new Set(found)].filter((value) => /^[\w@%+=:,./-]+$/.test(value));
  return done(
    plain
      .sort()
      .map((value) => `${value}\n`)
      .join(""),
  );
}

async function valuesOf(kind: ValueKind, ports: ToolPorts): Promise<readonly string[]> {
  if (kind === "agent") return agents(ports);
  if (kind === "standard") return (await ports.agents()).list();
  if (kind === "shadow") return ports.listFolder(shadowFolder(ports)).flatMap((name) => /^shadow\.([^.]+)$/.exec(name)?.[1] ?? []);
  const read = await readCib(ports, TOOL);
  return "error" in read ? [] : valuesIn(kind, read.cib, ports);
}

function valuesIn(kind: ValueKind, cib: XmlElement, ports: ToolPorts): readonly string[] {
  const configuration = cib.child("configuration");
  const all = [...(configuration?.walk() ?? [])];
  switch (kind) {
    case "resource":
    case "device": {
      const { resources } = readClusterStatus(cib, { nowEpochSeconds: ports.epochSeconds() });
      if (kind === "device") return resources.flatMap(primitivesOf).flatMap(({ id, agentClass }) => (agentClass === "stonith" ? [id] : []));
      return resources.flatMap(withMembers).flatMap(({ id, kind: form, isRemoved }) => (form === "replica" || isRemoved ? [] : [id]));
    }
    case "node":
      return readClusterStatus(cib, { nowEpochSeconds: ports.epochSeconds() }).nodes.map((node) => node.name);
    case "ticket": {
      const granted = cib.descend("status", "tickets")?.children ?? [];
      return [
        ...granted.flatMap((ticket) => ticket.id ?? []),
        ...all.flatMap((node) => (node.name === "rsc_ticket" ? (node.get("ticket") ?? []) : [])),
      ];
    }
    case "tag":
      return all.flatMap((node) => (node.name === "tag" ? (node.id ?? []) : []));
    default:
      return [...cib.walk()].flatMap((node) => (node.name === "nvpair" ? (node.get("name") ?? []) : []));
  }
}

/** Every agent of this machine, as `--agent` and `--show-metadata` take it. */
async function agents(ports: ToolPorts): Promise<string[]> {
  const runner = await ports.agents();
  const found: string[] = [];
  for (const standard of await runner.list()) {
    if (standard === "ocf") {
      for (const provider of await runner.list("ocf"))
        found.push(...(await runner.list("ocf", provider)).map((type) => `ocf:${provider}:${type}`));
    } else if (standard !== "service") found.push(...(await runner.list(standard)).map((type) => `${standard}:${type}`));
  }
  return found;
}

/** `kodou complete KIND`: names for a shell that completes a command line. Prints nothing where nothing can be known. */
export const completeValues: Tool = { description: { tool: TOOL, summary: "names for completion: kodou complete KIND", options: [] }, run };
