import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  LAB_ANSWER_SUFFIX,
  LAB_REQUEST_SUFFIX,
  type LabAnswer,
  type LabRequest,
  parseLabRequest,
} from "../drivers/fencing/lab-requests.ts";
import type { LabNode } from "./lab-node.ts";

const POLL_MS = 10;
/** An answer nobody took: its sender is gone. */
const FORGET_AFTER_MS = 60_000;

/** What the server needs of a lab. */
interface FencedLab {
  readonly fenceFolder: string;
  readonly nodes: readonly string[];
  node(name: string): LabNode;
  nodeFolder(name: string): string;
  spawn(name: string, logFile: string, command: readonly string[]): number;
}

/**
 * The power switch of a lab: takes requests of nodes from a folder and really cuts the power. "Done" is said of an off
 * or reboot only when no process of the target is left. Runs until `abort` fires.
 */
export async function serveFencing(
  lab: FencedLab,
  options: { readonly abort: AbortSignal; readonly bootCommand?: string; readonly log?: (line: string) => void },
): Promise<void> {
  const log = options.log ?? (() => undefined);
  /** The last thing under way for each node: one after the other. */
  const busy = new Map<string, Promise<void>>();
  while (!options.abort.aborted) {
    for (const request of takeRequests(lab.fenceFolder)) {
      const before = busy.get(request.target) ?? Promise.resolve();
      const handled = before.then(() => handle(lab, request, options.bootCommand, log)).catch((error: unknown) => log(String(error)));
      busy.set(request.target, handled);
    }
    await pause(options.abort);
  }
  await Promise.all(busy.values());
}

/** Requests that came in; each is taken once. */
function takeRequests(folder: string): LabRequest[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name.endsWith(LAB_ANSWER_SUFFIX)) forgetIfOld(path);
    if (!name.endsWith(LAB_REQUEST_SUFFIX)) return [];
    const taken = `${path}.taken`;
    try {
      renameSync(path, taken);
      const request = parseLabRequest(readFileSync(taken, "utf8"));
      rmSync(taken);
      return request !== undefined && `${request.id}${LAB_REQUEST_SUFFIX}` === name ? [request] : [];
    } catch {
      // Withdrawn in between.
      return [];
    }
  });
}

async function handle(lab: FencedLab, request: LabRequest, bootCommand: string | undefined, log: (line: string) => void): Promise<void> {
  const { id, action, target } = request;
  const reply = (isDone: boolean, message: string, more: Partial<LabAnswer> = {}) => {
    log(`${action} ${target}: ${isDone ? "done" : "failed"}: ${message}`);
    answer(lab.fenceFolder, { id, isDone, message, ...more });
  };
  if (action === "monitor") return reply(true, "the fence server is here");
  if (action === "list") return reply(true, lab.nodes.join("\n"), { nodes: lab.nodes });
  if (!lab.nodes.includes(target)) return reply(false, `no node ${target}`);
  const node = lab.node(target);
  const start = async () => {
    await node.boot();
    if (bootCommand !== undefined) lab.spawn(target, join(lab.nodeFolder(target), "boot.log"), ["sh", "-c", bootCommand]);
  };
  try {
    if (action === "status") return reply(true, node.pid === undefined ? "off" : "on", { isOn: node.pid !== undefined });
    if (action === "on") {
      if (node.pid === undefined) await start();
      return reply(true, "on");
    }
    await node.kill();
    if (!node.isProvenOff) return reply(false, "processes of the node are left");
    reply(true, "off: no process of the node is left");
  } catch (error) {
    return reply(false, String(error));
  }
  // The proof is given; whether the node comes back is another matter.
  if (action === "reboot") await start();
}

function answer(folder: string, text: LabAnswer): void {
  const file = join(folder, text.id + LAB_ANSWER_SUFFIX);
  if (!existsSync(folder)) return;
  writeFileSync(`${file}.new`, JSON.stringify(text));
  renameSync(`${file}.new`, file);
}

function forgetIfOld(path: string): void {
  try {
    if (Date.now() - statSync(path).mtimeMs > FORGET_AFTER_MS) rmSync(path, { force: true });
  } catch {
    // Taken in between.
  }
}

function pause(abort: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, POLL_MS);
    function done(): void {
      clearTimeout(timer);
      abort.removeEventListener("abort", done);
      resolve();
    }
    abort.addEventListener("abort", done, { once: true });
  });
}
