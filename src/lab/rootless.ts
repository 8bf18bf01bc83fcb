import { spawn, spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./host-commands.ts";
import { LABS_FOLDER } from "./lab-layout.ts";
import { identify, isAlive, type ProcessIdentity, signal } from "./lab-processes.ts";

/** What the keeper of the namespaces does: a /run of its own, and then nothing, until it is ended. */
const KEEPER = `mount -n -t tmpfs -o mode=755 run /run && ip link set lo up && echo ready && exec sleep infinity`;
const SIGNALLED = 128;

/** Whether commands of the lab need namespaces in which this user is root. */
export function needsUserNamespace(): boolean {
  return process.platform === "linux" && process.geteuid?.() !== 0;
}

/**
 * Runs `kodou` with these words once more in a user, mount, network and IPC namespace in which this user is root. The
 * namespaces live as long as there is a lab in them, and later commands come back to them. Gives the exit code of the
 * command; throws where the system does not permit such namespaces. Source: user_namespaces(7).
 */
export async function runInUserNamespace(program: string, argv: readonly string[]): Promise<number> {
  const file = join(runtimeFolder(), "namespaces.json");
  const keeper = recordedKeeper(file) ?? (await startKeeper(file));
  const enter = ["--user", "--preserve-credentials", "--mount", "--net", "--ipc", "-t", String(keeper.pid), "--wd=."];
  const done = spawnSync("nsenter", [...enter, "--", process.execPath, program, ...argv], { stdio: "inherit" });
  if (labsIn(keeper).length === 0) {
    signal(keeper, "SIGKILL");
    await until("end of the namespaces", () => !isAlive(keeper));
    rmSync(file, { force: true });
  }
  if (done.error) throw done.error;
  return done.status ?? SIGNALLED;
}

/** A folder that only this user can have made. */
function runtimeFolder(): string {
  const uid = process.getuid?.() ?? 0;
  const folder = process.env["XDG_RUNTIME_DIR"] ? join(process.env["XDG_RUNTIME_DIR"], "kodou-lab") : `/tmp/kodou-lab-${uid}`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0)
    throw new Error(`${folder} belongs to somebody else, or others may write to it: remove it, or set XDG_RUNTIME_DIR`);
  return folder;
}

function recordedKeeper(file: string): ProcessIdentity | undefined {
  try {
    const keeper = JSON.parse(readFileSync(file, "utf8")) as ProcessIdentity;
    return isAlive(keeper) ? keeper : undefined;
  } catch {
    return undefined;
  }
}

async function startKeeper(file: string): Promise<ProcessIdentity> {
  const words = ["--user", "--map-root-user", "--mount", "--net", "--ipc", "--propagation", "private", "sh", "-c", KEEPER];
  const child = spawn("unshare", words, { detached: true, stdio: ["ignore", "pipe", "pipe"], cwd: "/" });
  let said = "";
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  await new Promise<void>((resolve, reject) => {
    const refuse = (why: string): void =>
      reject(new Error(`this system gives no namespaces to users without root (${why.trim()}): run it as root`));
    child.once("error", (error) => refuse(error.message));
    child.once("exit", () => refuse(complaint || "unshare failed"));
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("ready\n")) resolve();
    });
  });
  child.removeAllListeners("exit");
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
  const keeper = identify(child.pid ?? 0);
  if (keeper === undefined) throw new Error("the keeper of the namespaces ended at once");
  writeFileSync(file, JSON.stringify(keeper), { mode: 0o600 });
  return keeper;
}

function labsIn(keeper: ProcessIdentity): readonly string[] {
  try {
    return readdirSync(`/proc/${keeper.pid}/root${LABS_FOLDER}`);
  } catch {
    return [];
  }
}
