import { readDevices } from "../fencing/device.ts";
import type { FencingRequest } from "../fencing/fencer.ts";
import { EXIT } from "../model/exit-code.ts";
import { readCib } from "./cib-access.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolDescription } from "./option-table.ts";
import { done, failed, type Tool, type ToolPorts, type ToolResult } from "./tool.ts";

const description: ToolDescription = {
  tool: "stonith_admin",
  summary: "query and control the cluster's fencing",
  options: [
    { name: "help", short: "?", group: "Help", help: "Show this text and exit" },
    { name: "list", short: "l", argument: "NODE", group: "Commands", help: "List devices that can fence this node" },
    { name: "list-registered", short: "L", group: "Commands", help: "List all fencing devices" },
    { name: "query", short: "Q", argument: "DEVICE", group: "Commands", help: "Check that a device is registered" },
    { name: "fence", short: "F", argument: "NODE", group: "Commands", help: "Fence a node (off)" },
    { name: "reboot", short: "B", argument: "NODE", group: "Commands", help: "Fence a node (reboot)" },
    { name: "unfence", short: "U", argument: "NODE", group: "Commands", help: "Unfence a node (on)" },
    {
      name: "confirm",
      short: "C",
      argument: "NODE",
      group: "Commands",
      help: "Confirm that a node is down: only after you have made sure",
    },
    { name: "history", short: "H", argument: "NODE", group: "Commands", help: "Show fencing requests for a node ('*' for all)" },
    { name: "last", short: "h", argument: "NODE", group: "Commands", help: "Show when a node was last fenced" },
    { name: "timeout", short: "t", argument: "SECONDS", group: "Additional", help: "Time to wait for the result" },
  ],
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<ToolResult> {
  const action = (["fence", "reboot", "unfence"] as const).find((name) => hasOption(parsed, name));
  if (action) {
    const target = optionValue(parsed, action) ?? "";
    const power = action === "fence" ? "off" : action === "unfence" ? "on" : "reboot";
    const timeoutMs = Number(optionValue(parsed, "timeout") ?? 120) * 1000;
    const reply = await ports.ask({ op: "fence", target, action: power, client: "stonith_admin" }, timeoutMs);
    return reply.exitCode === EXIT.ok ? done() : failed(reply.exitCode, `stonith_admin: ${reply.message}`);
  }
  const confirmed = optionValue(parsed, "confirm");
  if (confirmed !== undefined) {
    const reply = await ports.ask({ op: "fence-confirm", target: confirmed, client: "stonith_admin" });
    return reply.exitCode === EXIT.ok ? done() : failed(reply.exitCode, `stonith_admin: ${reply.message}`);
  }
  const subject = optionValue(parsed, "history") ?? optionValue(parsed, "last");
  if (subject !== undefined) return history(ports, subject, hasOption(parsed, "last"));
  return devices(parsed, ports);
}

async function devices(parsed: ParsedOptions, ports: ToolPorts): Promise<ToolResult> {
  const read = await readCib(ports, "stonith_admin");
  if ("error" in read) return failed(read.error.exitCode, `stonith_admin: ${read.error.message}`);
  const all = readDevices(read.cib);
  const wanted = optionValue(parsed, "query");
  if (wanted !== undefined)
    return all.some((device) => device.id === wanted)
      ? done(`${wanted}\n1 fence device found\n`)
      : failed(EXIT.noSuchObject, "0 fence devices found");
  const target = optionValue(parsed, "list");
  const shown = target === undefined ? all : all.filter((device) => device.hosts?.has(target) ?? true);
  if (shown.length === 0)
    return { stdout: "", stderr: "No fence devices found\n", exitCode: target === undefined ? EXIT.ok : EXIT.noSuchObject };
  const count = `${shown.length} fence device${shown.length === 1 ? "" : "s"} found`;
  return done(`${shown.map((device) => `${device.id}\n`).join("")}${count}\n`);
}

async function history(ports: ToolPorts, subject: string, isLastOnly: boolean): Promise<ToolResult> {
  const reply = await ports.ask({ op: "fence-history" });
  const events = (reply.data as FencingRequest[]).filter((event) => subject === "*" || event.target === subject).reverse();
  const lines = (isLastOnly ? events.slice(0, 1) : events).map(eventLine);
  return done(`${lines.map((line) => `${line}\n`).join("")}${events.length} event${events.length === 1 ? "" : "s"} found\n`);
}

/** One fencing request in words, as status displays show it. */
export function eventLine(event: FencingRequest): string {
  const what = event.action === "reboot" ? "reboot" : event.action === "off" ? "turning off" : "turning on";
  const common = `client=${event.client}, origin=${event.origin}`;
  if (event.verdict === "pending") return `${what} of ${event.target} pending: ${common}`;
  const completed = new Date((event.completedAtEpochSeconds ?? 0) * 1000).toISOString().slice(0, 19).replace("T", " ");
  const delegate = event.delegate === undefined ? "" : `delegate=${event.delegate}, `;
  const verdict = event.verdict === "succeeded" ? "successful" : "failed";
  return `${what} of ${event.target} ${verdict}: ${delegate}${common}, completed='${completed}Z'`;
}

/** `stonith_admin`. Source: stonith_admin(8) of Pacemaker 3.0.2. */
export const stonithAdmin: Tool = { description, run };
