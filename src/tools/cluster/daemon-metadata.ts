import { EXIT } from "../../model/exit-code.ts";
import { DAEMON_OPTIONS, type OptionList } from "../../model/options/option-lists.ts";
import { daemonMetadata } from "../../output/text/option-list.ts";
import { cdataElement, element } from "../../xml/element.ts";
import { refusal } from "../frame/answer.ts";
import type { Tool } from "../frame/tool.ts";

/** The version of Pacemaker whose options these are. */
export const OPTIONS_VERSION = "3.0.2";

/**
 * Stands for one of Pacemaker's daemons as far as programs ask it what it can be told (`metadata`) and for its `version`. Everything else the
 * daemons do is done by kodou's own.
 */
function metadataTool(list: OptionList): Tool {
  return {
    description: { tool: list.name, summary: `${list.about} (only: ${list.name} metadata)`, options: [] },
    run: async (parsed) => {
      const [asked] = parsed.words;
      if (asked === "metadata") {
        const text = daemonMetadata(list, OPTIONS_VERSION);
        return { text, parts: [cdataElement("metadata", text)] };
      }
      // crmsh asks for it at every start.
      if (asked === "version") {
        const part = element("version", { program: "Pacemaker", version: OPTIONS_VERSION, author: "", build: "kodou" });
        return { text: `CRM Version: ${OPTIONS_VERSION} (kodou)\n`, parts: [part] };
      }
      return refusal(list.name, EXIT.usage, `kodou has no such daemon; it only answers to: ${list.name} metadata`);
    },
  };
}

/** Stand-ins for the four daemons that have metadata, by name. */
export const DAEMON_TOOLS: readonly Tool[] = DAEMON_OPTIONS.map(metadataTool);

/** One of them. */
export function daemonTool(name: string): Tool {
  const tool = DAEMON_TOOLS.find((candidate) => candidate.description.tool === name);
  if (!tool) throw new Error(`there is no daemon ${name}`);
  return tool;
}
