import { FEATURE_SET } from "../../cib/document.ts";
import { EXIT } from "../../model/exit-code.ts";
import { element, textElement } from "../../xml/element.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { hasOption, type ParsedOptions, type ToolDescription } from "../frame/option-table.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { OPTIONS_VERSION } from "./daemon-metadata.ts";

const TOOL = "pacemakerd";
/** Features of Pacemaker that kodou has too, under the names scripts look for. */
const FEATURES = ["lsb", "monotonic", "service", "systemd"];

const description: ToolDescription = {
  tool: TOOL,
  summary: "stands for Pacemaker's main daemon: kodou's own is kodoud",
  options: [
    { name: "features", short: "F", group: "Commands", help: "Display full version and list of features" },
    { name: "shutdown", short: "S", group: "Commands", help: "Stop the cluster on this node" },
    { name: "standby", short: "s", group: "Additional", help: "(Ignored) Start the node in standby state" },
    { name: "foreground", short: "f", help: "", isHidden: true },
    { name: "pid-file", short: "p", argument: "FILE", help: "", isHidden: true },
  ],
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  if (hasOption(parsed, "features")) {
    const listed = FEATURES.map((feature) => textElement("feature", {}, feature));
    const attributes = { version: OPTIONS_VERSION, build: "kodou", feature_set: FEATURE_SET };
    return {
      text: `Pacemaker ${OPTIONS_VERSION} (Build: kodou)\n Supporting v${FEATURE_SET}: ${FEATURES.join(" ")}\n`,
      parts: [element("pacemakerd", attributes, [element("features", {}, listed)])],
    };
  }
  if (!hasOption(parsed, "shutdown")) return refusal(TOOL, EXIT.usage, "kodou's daemon is started as kodoud (the unit kodou.service)");
  const reply = await ports.ask({ op: "leave" });
  return reply.exitCode === EXIT.ok ? {} : refusal(TOOL, reply.exitCode, reply.message);
}

/** `pacemakerd`, for the scripts that ask it for its version and features. Source: pacemakerd(8) of Pacemaker 3.0.2. */
export const pacemakerd: Tool = { description, run };
