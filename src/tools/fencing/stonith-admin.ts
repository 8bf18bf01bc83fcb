import { type FencingDevice, readDevices } from "../../fencing/device.ts";
import { EXIT } from "../../model/exit-code.ts";
import { type FencingEvent, fencingText, fencingXml } from "../../output/status/fencing-words.ts";
import { cdataElement, element, textElement } from "../../xml/element.ts";
import { readCib } from "../cib/cib-access.ts";
import { withSecrets } from "../cib/kept-secret.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { helpText } from "../frame/help-text.ts";
import { hasOption, optionValue, type ParsedOptions } from "../frame/option-table.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { askFencingHistory } from "./fencing-history.ts";
import { deregisterDevice, deregisterLevel, givenParameters, registerDevice, registerLevel } from "./registration.ts";
import { stonithDescription } from "./stonith-admin-options.ts";

const TOOL = "stonith_admin";
const AGENT_FOLDER = "/usr/sbin";
const AGENT_NAME = /^fence_[A-Za-z0-9_-]+$/;
const DEFAULT_TIMEOUT_SECONDS = 120;
const POWER = { fence: "off", unfence: "on", reboot: "reboot" } as const;
const DEVICE_QUERIES = ["query", "list-targets", "list", "list-registered"];

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const value = (name: string): string => optionValue(parsed, name) ?? "";
  if (hasOption(parsed, "register-level")) return registerLevel(parsed, ports, value("register-level"));
  if (hasOption(parsed, "deregister-level")) return deregisterLevel(parsed, ports, value("deregister-level"));
  if (hasOption(parsed, "deregister")) return deregisterDevice(ports, value("deregister"));
  const action = (["fence", "unfence", "reboot"] as const).find((name) => hasOption(parsed, name));
  if (action) return fence(parsed, ports, value(action), POWER[action]);
  if (hasOption(parsed, "confirm")) return confirm(ports, value("confirm"));
  if (hasOption(parsed, "history")) return history(parsed, ports, value("history"));
  if (hasOption(parsed, "last")) return last(ports, value("last"));
  if (hasOption(parsed, "list-installed")) return installed(ports);
  if (hasOption(parsed, "register")) return registerDevice(parsed, ports, value("register"));
  if (hasOption(parsed, "metadata") || hasOption(parsed, "validate")) {
    const agent = value("agent");
    if (!AGENT_NAME.test(agent)) return refusal(TOOL, EXIT.usage, "Please specify an agent to use with --agent");
    return hasOption(parsed, "metadata") ? metadata(ports, agent) : validate(parsed, ports, agent);
  }
  if (DEVICE_QUERIES.some((name) => hasOption(parsed, name))) return devices(parsed, ports);
  return { exitCode: EXIT.usage, errors: [helpText(stonithDescription)] };
}

async function fence(parsed: ParsedOptions, ports: ToolPorts, target: string, action: "off" | "on" | "reboot"): Promise<Answer> {
  const seconds = Number.parseInt(optionValue(parsed, "timeout") ?? "", 10) || DEFAULT_TIMEOUT_SECONDS;
  const tolerance = Number.parseInt(optionValue(parsed, "tolerance") ?? "0", 10) || 0;
  if (tolerance > 0) {
    const isRecent = (event: FencingEvent): boolean => (event.completedAtEpochSeconds ?? 0) >= ports.epochSeconds() - tolerance;
    const events = await askFencingHistory(ports);
    if (events.some((event) => event.target === target && event.action === action && event.state === "success" && isRecent(event)))
      return {};
  }
  await ports.sleep((Number.parseInt(optionValue(parsed, "delay") ?? "0", 10) || 0) * 1000);
  const reply = await ports.ask({ op: "fence", target, action, client: TOOL }, seconds * 1000);
  return reply.exitCode === EXIT.ok ? {} : refusal(TOOL, reply.exitCode, reply.message);
}

async function confirm(ports: ToolPorts, target: string): Promise<Answer> {
  const reply = await ports.ask({ op: "fence-confirm", target, client: TOOL });
  return reply.exitCode === EXIT.ok ? {} : refusal(TOOL, reply.exitCode, reply.message);
}

/** A list for people with its count, and for programs. */
function counted(lines: readonly string[], noun: string, name: string, parts: ReturnType<typeof element>[]): Answer {
  const count = `${lines.length} ${noun}${lines.length === 1 ? "" : "s"} found`;
  return {
    text: `${[...lines, count].map((line) => `${line}\n`).join("")}`,
    parts: [element("list", { name, count: lines.length }, parts)],
  };
}

/**
 * All requests when --verbose was given, else the newest that succeeded; --quiet its time alone, in seconds since 1970.
 * Source: pcmk__fence_history of Pacemaker 3.0.2 (which shows the oldest that succeeded, though its help says the last).
 */
async function history(parsed: ParsedOptions, ports: ToolPorts, subject: string): Promise<Answer> {
  const isQuiet = hasOption(parsed, "quiet");
  const isGathered = hasOption(parsed, "broadcast");
  const isCleanup = hasOption(parsed, "cleanup");
  const notices = isQuiet
    ? []
    : [
        ...(isCleanup ? [`cleaning up fencing-history for node ${subject}`] : []),
        ...(isGathered ? ["gather fencing-history from all nodes"] : []),
      ];
  const notice = notices.map((line) => `${line}\n`).join("");
  if (isCleanup) {
    const reply = await ports.ask({ op: "fence-history-cleanup", ...(subject === "*" ? {} : { target: subject }) });
    if (reply.exitCode !== EXIT.ok) return refusal(TOOL, reply.exitCode, reply.message);
    return { text: notice, parts: [] };
  }
  const events = (await askFencingHistory(ports, isGathered)).filter((event) => subject === "*" || event.target === subject);
  const last = events.find((event) => event.state === "success");
  if (isQuiet) return { text: last === undefined ? "" : `${Math.floor(last.completedAtEpochSeconds ?? 0)}\n` };
  const isFull = hasOption(parsed, "verbose");
  const shown = isFull ? events : last === undefined ? [] : [last];
  const lines = shown.map((event) => fencingText(event, isFull ? events : [], { isTechnical: true, isFull }));
  const answer = counted(lines, "event", "Fencing history", shown.map(fencingXml));
  return { ...answer, text: `${notice}${answer.text}` };
}

async function last(ports: ToolPorts, target: string): Promise<Answer> {
  const event = (await askFencingHistory(ports)).find((one) => one.target === target && one.state === "success");
  const when = event?.completedAtEpochSeconds;
  if (when === undefined) return { text: `Node ${target} has never been fenced\n`, parts: [] };
  const text = ports.dateText(when);
  return { text: `Node ${target} last fenced at: ${text}\n`, parts: [element("last-fenced", { target, when: text })] };
}

async function installed(ports: ToolPorts): Promise<Answer> {
  const names = ports.listFolder(AGENT_FOLDER).filter((name) => AGENT_NAME.test(name));
  return counted(names, "fence device", "Installed fence devices", names.map(deviceItem));
}

function deviceItem(name: string): ReturnType<typeof element> {
  return textElement("item", { name: "device" }, name);
}

async function metadata(ports: ToolPorts, agent: string): Promise<Answer> {
  const ended = await ports.runProgram({ argv: [`${AGENT_FOLDER}/${agent}`, "-o", "metadata"], environment: {}, timeoutMs: 20_000 });
  if (ended.exitCode !== 0) return refusal(TOOL, EXIT.noSuchObject, "Could not get fence agent meta-data: No such device or address");
  return { text: ended.stdout, parts: [cdataElement("metadata", ended.stdout)] };
}

/** Lets the agent look at parameters; it reads them from its standard input. */
async function validate(parsed: ParsedOptions, ports: ToolPorts, agent: string): Promise<Answer> {
  const { parameters, problem } = withSecrets(
    ports,
    optionValue(parsed, "device") ?? "",
    Object.fromEntries(givenParameters(parsed, ports)),
  );
  if (problem !== undefined) return refusal(TOOL, EXIT.notConfigured, `Validation of ${agent} is not possible: ${problem}`);
  const lines = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  const input = `${["action=validate-all", ...lines].join("\n")}\n`;
  const call = { argv: [`${AGENT_FOLDER}/${agent}`], environment: {}, timeoutMs: DEFAULT_TIMEOUT_SECONDS * 1000, input };
  const ended = await ports.runProgram(call);
  const isValid = ended.exitCode === 0;
  const outputs = [
    ...(ended.stdout === "" ? [] : [cdataElement("output", ended.stdout).set("source", "stdout")]),
    ...(ended.stderr === "" ? [] : [cdataElement("output", ended.stderr).set("source", "stderr")]),
  ];
  const part = element(
    "validate",
    { agent, valid: String(isValid) },
    outputs.length === 0 ? [] : [element("command", { code: ended.exitCode }, outputs)],
  );
  return {
    exitCode: isValid ? EXIT.ok : EXIT.error,
    text: `Validation of ${agent} ${isValid ? "succeeded" : "failed"}\n${ended.stdout}${ended.stderr}`,
    parts: [part],
  };
}

async function devices(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const read = await readCib(ports, TOOL);
  if ("error" in read) return refusal(TOOL, read.error.exitCode, read.error.message);
  const all = readDevices(read.cib);
  const shown = (list: readonly FencingDevice[], name: string): Answer => {
    const ids = list.map((device) => device.id);
    return counted(ids, "fence device", name, ids.map(deviceItem));
  };
  const wanted = optionValue(parsed, "query");
  if (wanted !== undefined) {
    const found = all.filter((device) => device.id === wanted);
    return found.length === 0 ? refusal(TOOL, EXIT.noSuchObject, "No such device or address") : shown(found, "Registered fence devices");
  }
  const owner = optionValue(parsed, "list-targets");
  if (owner !== undefined) {
    const hosts = [...(all.find((device) => device.id === owner)?.hosts ?? [])];
    const items = hosts.map((host) => textElement("item", { name: "target" }, host));
    return {
      text: hosts.map((host) => `${host}\n`).join(""),
      parts: [element("list", { name: "Fence Targets", count: hosts.length }, items)],
    };
  }
  const target = optionValue(parsed, "list");
  if (target === undefined) return shown(all, "Registered fence devices");
  const fitting = all.filter((device) => device.hosts?.has(target) ?? true);
  const answer = shown(fitting, "Registered fence devices");
  return fitting.length === 0 ? { ...answer, exitCode: EXIT.noSuchObject } : answer;
}

/** `stonith_admin`. Source: stonith_admin(8) of Pacemaker 3.0.2. */
export const stonithAdmin: Tool = { description: stonithDescription, run };
