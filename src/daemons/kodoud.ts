import { existsSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { dirname, join } from "node:path";
import { pino } from "pino";
import { ROOT_USER } from "../cib/acl.ts";
import { OsAgentRunner } from "../drivers/agents/os-agent-runner.ts";
import { CibStore } from "../drivers/disk/cib-store.ts";
import { CommitLog } from "../drivers/disk/commit-log.ts";
import { PlanStore } from "../drivers/disk/plan-store.ts";
import { SecretStore } from "../drivers/disk/secret-store.ts";
import { StateStore } from "../drivers/disk/state-store.ts";
import { OsFenceRunner } from "../drivers/fencing/os-fence-runner.ts";
import { loadHeartbeatSettings } from "../drivers/heartbeat-settings.ts";
import { OsProcessRunner } from "../drivers/process-runner.ts";
import { nodeIdOf } from "../model/node-id.ts";
import { clusterPaths } from "../model/paths.ts";
import { ClusterNode } from "../node/cluster-node.ts";
import type { Planner } from "../node/interface/planner.ts";
import type { BeatFrame } from "./beat.ts";
import { type BeatClient, startBeat } from "./beat-client.ts";
import { serveClients } from "./client-service.ts";
import { CollectedArchives } from "./collected-archives.ts";
import { ErrandRunner } from "./errand-runner.ts";
import { loadKodouConf } from "./kodou-conf.ts";
import { type LogLine, NodeHost, presentTime } from "./node-host.ts";
import { ParameterRevealer } from "./parameter-revealer.ts";
import { PlanThread } from "./plan-thread.ts";
import { ToolServerKeeper } from "./tool-server-keeper.ts";

/** How kodoud is started. */
export interface KodoudOptions {
  /** Prefix of all paths. */
  readonly root: string;
  /** Folder of the built programs. */
  readonly programs: string;
  /** The installation's `resource-agents`. */
  readonly ownAgents: string;
  readonly version: string;
  readonly planner: Planner;
}

/** How often the load of the machine is looked at. Source: Pacemaker 3.0.2's controller. */
const LOAD_INTERVAL_MS = 30_000;

const PINO_LEVELS = { info: "info", notice: "info", warning: "warn", error: "error" } as const;

/** Runs the cluster daemon until it has left the cluster. Throws an Error with a sentence when it cannot start. */
export async function runKodoud(options: KodoudOptions): Promise<void> {
  const paths = clusterPaths(options.root);
  const { settings, keys, notices } = loadHeartbeatSettings(paths.configFolder);
  const conf = loadKodouConf(join(paths.configFolder, "kodou.conf"));
  const logFile = conf.log.file ?? settings.logfile;
  const log = openLog(logFile === undefined ? undefined : `${options.root}${logFile}`, conf.log.level);
  for (const notice of notices) log("notice", notice);
  claimPidFile(paths.pidFile);

  const stateStore = new StateStore(paths.stateFolder);
  const commitLog = new CommitLog(paths.cibFolder, new CibStore(paths.cibFolder), stateStore, (text) => log("error", text));
  const loaded = commitLog.load();
  for (const notice of loaded.notices) log("error", notice);
  const processes = new OsProcessRunner();
  const agents = new OsAgentRunner({ processes, ownAgentsFolder: options.ownAgents });
  const fencing = new OsFenceRunner({ processes, ownAgentsFolder: options.ownAgents, stateFolder: paths.stateFolder });

  const secrets = new SecretStore(paths.secretsFolder);
  const archives = new CollectedArchives({ processes, programs: options.programs, root: options.root, folder: paths.collectedFolder });
  const errands = new ErrandRunner(secrets, archives, agents);

  const planThread = new PlanThread(join(options.programs, "kodou-planner.cjs"));
  let host: NodeHost | undefined;
  let beat: BeatClient | undefined;
  let toolServer: ToolServerKeeper | undefined;
  const waitingForNode: ((host: NodeHost) => void)[] = [];
  const onExit = async (): Promise<void> => {
    toolServer?.close();
    await beat?.close();
    host?.close();
    planThread.close();
    commitLog.settle();
    for (const file of [paths.pidFile, paths.toolSocket, paths.userSocket, paths.launcherSocket]) if (existsSync(file)) unlinkSync(file);
    process.exit(0);
  };
  const onFrame = (frame: BeatFrame): void => {
    if (frame.kind === "log") {
      log(frame.level, frame.text);
    } else if (frame.kind === "event") {
      host?.deliver({ kind: "transport", event: frame.event });
    } else if (host) {
      host.deliver({ kind: "transport", event: { kind: "restarted", nowMs: presentTime().nowMs } });
    } else {
      const { state } = stateStore;
      const two = frame.nodes.length === 2;
      const node = new ClusterNode(
        {
          name: frame.node,
          nodeId: nodeIdOf(frame.uuid),
          incarnation: `${frame.uuid.slice(0, 23)}-${Date.now().toString(16).padStart(12, "0")}`,
          configuredNodes: frame.nodes,
          quorum: { isTwoNode: conf.quorum.two_node, isWaitForAll: conf.quorum.wait_for_all ?? two },
          election: electionTimes(frame.deadtimeMs),
          helloMs: 1000,
          processors: availableParallelism(),
          commitMs: Math.max(3000, 2 * frame.deadtimeMs),
          version: options.version,
          planElsewhereAbove: conf.scheduler.thread_above,
          // What kodou-beat seals messages with.
          isConfidential: keys.keys.get(keys.active)?.method === "sha256",
        },
        { ...state, cib: loaded.cib },
        options.planner,
        presentTime().nowMs,
      );
      const made = new NodeHost(node, {
        send: (command) => beat?.send(command),
        agents,
        fencing,
        commitLog,
        stateStore,
        planStore: new PlanStore(paths.planFolder),
        planThread,
        errands,
        revealer: new ParameterRevealer(secrets),
        log,
        onExit: () => void onExit(),
      });
      host = made;
      made.deliver({ kind: "tick" });
      if (conf.load.heeded) tellLoad(made);
      for (const start of waitingForNode.splice(0)) start(made);
      log("notice", `kodoud ${options.version} on ${frame.node}, generation ${frame.generation}`);
    }
  };
  const fail = (text: string): void => {
    log("error", text);
    process.stderr.write(`kodoud: ${text}\n`);
    if (existsSync(paths.pidFile)) unlinkSync(paths.pidFile);
    process.exit(6);
  };
  beat = startBeat({
    program: join(options.programs, "kodou-beat.cjs"),
    root: options.root,
    socket: paths.beatSocket,
    onFrame,
    onFailure: fail,
  });

  await serveClients(paths, log, (request, user, reply) => {
    const ask = (target: NodeHost): void => target.request(request, user, reply);
    if (host) ask(host);
    else waitingForNode.push(ask);
  });
  toolServer = new ToolServerKeeper(join(options.programs, "kodou-tools.cjs"), options.root, log);
  const leave = (): void => host?.request({ op: "leave" }, ROOT_USER, () => undefined);
  process.on("SIGTERM", leave);
  process.on("SIGINT", leave);
}

/** Tells the node now and then what the machine has to do. */
function tellLoad(host: NodeHost): void {
  const tell = (): void => host.deliver({ kind: "load-measured", average: loadavg()[0] ?? 0 });
  tell();
  setInterval(tell, LOAD_INTERVAL_MS).unref();
}

function electionTimes(deadtimeMs: number): { acceptMs: number; proposalMs: number; suspicionMs: number } {
  const acceptMs = Math.max(1000, deadtimeMs);
  return { acceptMs, proposalMs: 3 * acceptMs, suspicionMs: 5 * acceptMs };
}

function openLog(file: string | undefined, level: string): LogLine {
  if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  const destination = pino.destination({ dest: file ?? 2, sync: true });
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    destination,
  );
  return (severity, text) => logger[PINO_LEVELS[severity]](text.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, "?"));
}

function claimPidFile(path: string): void {
  if (existsSync(path)) {
    const pid = Number(readFileSync(path, "utf8"));
    if (isOtherKodoud(pid)) throw new Error(`kodoud is running already (pid ${pid}, ${path})`);
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${process.pid}\n`);
}

function isOtherKodoud(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("kodoud");
  } catch {
    return false;
  }
}
