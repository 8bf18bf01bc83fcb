import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../drivers/disk/atomic-file.ts";
import { askDaemon, type DaemonSockets } from "../drivers/ipc.ts";
import { launchDetached } from "../drivers/launch.ts";
import { clusterPaths } from "../model/paths.ts";
import type { ClientReply, NodeStatus } from "../node/interface/client.ts";

const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 120_000;

/** `kodou start|stop|status|keygen`: the daemon of this machine. Returns the exit code. */
export async function serviceCommand(verb: string, root: string, programs: string, say: (text: string) => void): Promise<number> {
  const paths = clusterPaths(root);
  switch (verb) {
    case "start":
      return start(root, programs, say);
    case "stop":
      return stop(root, say);
    case "status":
      return status(paths, say);
    case "keygen":
      return keygen(join(paths.configFolder, "authkeys"), say);
    default:
      return 64;
  }
}

async function ask(sockets: DaemonSockets, op: "status" | "leave", timeoutMs = 5000): Promise<ClientReply | undefined> {
  try {
    return (await askDaemon(sockets, { op }, timeoutMs)) as ClientReply;
  } catch {
    return undefined;
  }
}

async function start(root: string, programs: string, say: (text: string) => void): Promise<number> {
  const paths = clusterPaths(root);
  if (await ask(paths, "status")) {
    say("kodoud is running already");
    return 0;
  }
  const output = `${root}/var/log/kodoud.out`;
  const from = existsSync(output) ? statSync(output).size : 0;
  const pid = launchDetached([process.execPath, join(programs, "kodoud.cjs"), "--root", root], output);
  for (let waited = 0; waited < START_LIMIT_MS; waited += 50) {
    if (await ask(paths, "status")) {
      say(`kodoud started (pid ${pid})`);
      return 0;
    }
    if (!existsSync(`/proc/${pid}`)) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  say(`kodoud did not start:\n${readFileSync(output, "utf8").slice(from).trim()}`);
  return 1;
}

async function stop(root: string, say: (text: string) => void): Promise<number> {
  const paths = clusterPaths(root);
  if (!(await ask(paths, "leave"))) {
    say("kodoud is not running");
    return 0;
  }
  for (let waited = 0; waited < STOP_LIMIT_MS; waited += 50) {
    if (!existsSync(paths.pidFile)) {
      say("kodoud stopped");
      return 0;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  say(`kodoud has not stopped within ${STOP_LIMIT_MS / 1000} s: a resource may not stop (see crm_mon and the log)`);
  return 1;
}

async function status(sockets: DaemonSockets, say: (text: string) => void): Promise<number> {
  const reply = await ask(sockets, "status");
  if (!reply) {
    say("kodoud is not running here");
    return 3;
  }
  const s = reply.data as NodeStatus;
  say(
    `kodoud ${s.version} on ${s.node}: ${s.state}, DC ${s.dc ?? "none"}, term ${s.term}, ${s.hasQuorum ? "quorum" : "no quorum"}, changes: ${s.commit}`,
  );
  for (const peer of s.peers) {
    const links = peer.links.map((link) => `${link.link} ${link.isUp ? "up" : "dead"}`).join(", ");
    say(`  ${peer.node}: ${peer.isMember ? "member" : "not a member"}, heartbeat ${peer.heartbeat}${links === "" ? "" : ` (${links})`}`);
  }
  return 0;
}

function keygen(path: string, say: (text: string) => void): number {
  if (existsSync(path)) {
    say(`${path} exists already: remove it first if the whole cluster is to get a new key`);
    return 73;
  }
  writeFileAtomically(path, `auth 1\n1 sha256 ${randomBytes(32).toString("hex")}\n`, 0o600);
  say(`made ${path}: copy it to all nodes (mode 600)`);
  return 0;
}
