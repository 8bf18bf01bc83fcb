import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FenceCall, FenceResult } from "../../ports/fence-runner.ts";
import { plainFenceResult } from "./fence-result.ts";
import { LAB_ANSWER_SUFFIX, LAB_FENCE_FOLDER, LAB_REQUEST_SUFFIX, type LabRequest, parseLabAnswer } from "./lab-requests.ts";
import type { FencePlugin, RunningFencing } from "./plugin.ts";
import { pollForResult } from "./poll.ts";

const POLL_MS = 10;

/** The power switch of `kodou lab`: asks the host, and believes only its answer. */
export const labPlugin: FencePlugin = {
  name: "lab",
  metadata: `<?xml version="1.0"?>
<resource-agent name="lab" version="1.0">
<version>1.1</version>
<longdesc lang="en">Power switch of the nodes of "kodou lab". Asks the fence server of the lab on the host by a file; an
action is done only when the server has seen the node's pid namespace vanish.</longdesc>
<shortdesc lang="en">Power switch of kodou lab</shortdesc>
<parameters>
<parameter name="directory"><longdesc lang="en">Folder shared with the host</longdesc><shortdesc lang="en">folder of requests</shortdesc><content type="string" default="${LAB_FENCE_FOLDER}"/></parameter>
<parameter name="plug"><longdesc lang="en">Name of the node in the lab</longdesc><shortdesc lang="en">node</shortdesc><content type="string"/></parameter>
</parameters>
<actions>
<action name="on"/><action name="off"/><action name="reboot"/><action name="status"/><action name="monitor"/><action name="list"/><action name="metadata"/>
</actions>
</resource-agent>
`,
  run(call: FenceCall): RunningFencing {
    if (call.action === "metadata")
      return { done: Promise.resolve(plainFenceResult("succeeded", labPlugin.metadata)), cancel: () => undefined };
    const folder = call.parameters["directory"] ?? LAB_FENCE_FOLDER;
    const request: LabRequest = { id: randomUUID(), action: call.action, target: call.plug ?? call.target ?? "" };
    const requestFile = join(folder, request.id + LAB_REQUEST_SUFFIX);
    const answerFile = join(folder, request.id + LAB_ANSWER_SUFFIX);
    let isSent = false;
    return pollForResult({
      everyMs: POLL_MS,
      timeoutMs: call.timeoutMs,
      look: () => {
        if (!isSent) {
          writeFileSync(`${requestFile}.new`, JSON.stringify(request));
          renameSync(`${requestFile}.new`, requestFile);
          isSent = true;
        }
        return existsSync(answerFile) ? resultOf(readFileSync(answerFile, "utf8"), request) : undefined;
      },
      end: () => {
        for (const file of [`${requestFile}.new`, requestFile, answerFile]) rmSync(file, { force: true });
      },
    });
  },
};

function resultOf(text: string, request: LabRequest): FenceResult {
  const answer = parseLabAnswer(text, request.id);
  if (answer === undefined) return plainFenceResult("failed", `not understood: ${text.slice(0, 200)}`);
  const isPlugOn = request.action === "status" ? answer.isOn : undefined;
  return plainFenceResult(answer.isDone ? "succeeded" : "failed", answer.message, { isPlugOn, plugs: answer.nodes ?? [] });
}
