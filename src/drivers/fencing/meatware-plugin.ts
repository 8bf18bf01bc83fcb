import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FenceCall } from "../../ports/fence-runner.ts";
import { plainFenceResult } from "./fence-result.ts";
import type { FencePlugin, RunningFencing } from "./plugin.ts";
import { pollForResult } from "./poll.ts";

const POLL_MS = 100;

/** Where an operator's word about a node is looked for, and where the wish for it is shown. */
export function meatwareFiles(stateFolder: string, node: string): { readonly confirmed: string; readonly wanted: string } {
  const folder = join(stateFolder, "meatware");
  return { confirmed: join(folder, `${node}.confirmed`), wanted: join(folder, `${node}.wanted`) };
}

/**
 * The operator as a power switch: off and reboot are done when a person says so, by a tool that writes
 * STATE/meatware/NODE.confirmed. Only a word given after the request counts; it is used once.
 */
export class MeatwarePlugin implements FencePlugin {
  readonly name = "meatware";
  readonly metadata = `<?xml version="1.0"?>
<resource-agent name="meatware" version="1.0">
<version>1.1</version>
<longdesc lang="en">Asks a person to switch the node off, and waits for the confirmation.</longdesc>
<shortdesc lang="en">The operator as a power switch</shortdesc>
<parameters>
<parameter name="hostlist"><longdesc lang="en">Nodes that somebody can switch off, separated by blanks</longdesc><shortdesc lang="en">nodes</shortdesc><content type="string"/></parameter>
</parameters>
<actions>
<action name="off"/><action name="reboot"/><action name="monitor"/><action name="list"/><action name="metadata"/>
</actions>
</resource-agent>
`;
  readonly #stateFolder: string;

  /** `stateFolder`: this node's folder of persistent state, for example /var/lib/kodou. */
  constructor(stateFolder: string) {
    this.#stateFolder = stateFolder;
  }

  run(call: FenceCall): RunningFencing {
    if (call.action === "off" || call.action === "reboot") return this.#ask(call);
    const hosts = (call.parameters["hostlist"] ?? "").split(/[\s,]+/).filter((host) => host !== "");
    const result =
      call.action === "metadata"
        ? plainFenceResult("succeeded", this.metadata)
        : call.action === "list"
          ? plainFenceResult("succeeded", hosts.join("\n"), { plugs: hosts })
          : call.action === "monitor"
            ? plainFenceResult("succeeded", "")
            : plainFenceResult("failed", `meatware knows no ${call.action}`);
    return { done: Promise.resolve(result), cancel: () => undefined };
  }

  #ask(call: FenceCall): RunningFencing {
    const node = call.target ?? "";
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(node)) {
      return { done: Promise.resolve(plainFenceResult("failed", `${JSON.stringify(node)} is no node name`)), cancel: () => undefined };
    }
    const files = meatwareFiles(this.#stateFolder, node);
    let isAsked = false;
    return pollForResult({
      everyMs: POLL_MS,
      timeoutMs: call.timeoutMs,
      look: () => {
        if (!isAsked) {
          mkdirSync(join(this.#stateFolder, "meatware"), { recursive: true, mode: 0o700 });
          rmSync(files.confirmed, { force: true });
          writeFileSync(files.wanted, `${call.action}\n`);
          isAsked = true;
        }
        return existsSync(files.confirmed) ? plainFenceResult("succeeded", `an operator says that ${node} is down`) : undefined;
      },
      end: () => {
        for (const file of [files.wanted, files.confirmed]) rmSync(file, { force: true });
      },
    });
  }
}
