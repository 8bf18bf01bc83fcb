import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LAB_ENVIRONMENT, until } from "./host-commands.ts";
import { labBase } from "./lab-base.ts";
import { LabFreezer } from "./lab-freezer.ts";
import { LAB_INIT } from "./lab-init.ts";
import { LAB_NETWORKS, type LabLayout } from "./lab-layout.ts";
import { childrenOf, identify, isAlive, namespaceOf, type ProcessIdentity, processesIn, signal } from "./lab-processes.ts";
import type { LabWiring } from "./lab-wiring.ts";

/** Pid 1 of a node that runs. */
interface RunningInit extends ProcessIdentity {
  /** Its pid namespace, for example pid:[4026532183]. */
  readonly pidNamespace: string;
}

/** One machine of the lab: its namespaces, its disk, its power switch. */
export class LabNode {
  readonly name: string;
  readonly #layout: LabLayout;
  readonly #wiring: LabWiring;
  readonly #folder: string;
  readonly #freezer: LabFreezer;

  constructor(layout: LabLayout, wiring: LabWiring, name: string) {
    this.name = name;
    this.#layout = layout;
    this.#wiring = wiring;
    this.#folder = layout.nodeFolder(name);
    this.#freezer = new LabFreezer(layout.namespace(name));
  }

  /** Host's number of the node's pid 1; undefined when the node is off. */
  get pid(): number | undefined {
    return this.#running()?.pid;
  }

  get isFrozen(): boolean {
    if (this.#freezer.isUsable) return this.#freezer.isFrozen;
    return existsSync(join(this.#folder, "stopped"));
  }

  /** Switches the node on: network, serial ends, file systems, pid 1. Its disk is as it was left. */
  async boot(): Promise<void> {
    if (this.pid !== undefined) throw new Error(`${this.name} is running already`);
    mkdirSync(this.#folder, { recursive: true });
    // What a crash of the lab itself may have left.
    await this.#wiring.unplug(this.name);
    await this.#wiring.remove(this.name);
    await this.#wiring.plug(this.name);
    await this.#startSerialEnds();
    this.#writeInitFiles();
    const log = openSync(join(this.#folder, "init.log"), "w");
    const join_ = this.#freezer.prepare();
    const inner = `unshare --mount --uts --ipc --pid --fork --kill-child --propagation private sh ${this.#folder}/init.sh ${this.#folder} ${this.name}`;
    const script = `${join_ === undefined ? "" : `echo $$ >${join_} || true; `}exec nsenter --net=/run/netns/${this.#layout.namespace(this.name)} ${inner}`;
    const child = spawn("sh", ["-c", script], { detached: true, stdio: ["ignore", log, log], env: LAB_ENVIRONMENT, cwd: "/" });
    closeSync(log);
    child.unref();
    const parent = child.pid ?? 0;
    let hasEnded = false;
    child.on("exit", () => {
      hasEnded = true;
    });
    await until(`boot of ${this.name}`, () => {
      if (hasEnded) throw new Error(`${this.name} did not boot: ${readFileSync(join(this.#folder, "init.log"), "utf8").trim()}`);
      return existsSync(join(this.#folder, "ready"));
    });
    const pid = childrenOf(parent)[0];
    const identity = pid === undefined ? undefined : identify(pid);
    const pidNamespace = pid === undefined ? undefined : namespaceOf(pid, "pid");
    if (identity === undefined || pidNamespace === undefined) throw new Error(`${this.name} died while it booted`);
    writeFileSync(join(this.#folder, "init.json"), JSON.stringify({ ...identity, pidNamespace }));
  }

  /**
   * Power-off: first the cables, so that nothing of the dying node gets out and its addresses stop answering at once;
   * then everything in its pid namespace. Returns when nothing of it lives.
   */
  async kill(): Promise<void> {
    this.#stopSerialEnds();
    await this.#wiring.unplug(this.name);
    const init = this.#recorded();
    if (init !== undefined) {
      // A frozen process dies when it is let go: each has to have its signal by then, or it lives on for a moment.
      for (const pid of this.#freezer.isFrozen ? processesIn(init.pidNamespace, "pid") : []) {
        const identity = identify(pid);
        if (identity !== undefined) signal(identity, "SIGKILL");
      }
      signal(init, "SIGKILL");
      this.#freezer.thaw();
      await until(`end of ${this.name}`, () => !isAlive(init) && processesIn(init.pidNamespace, "pid").length === 0);
    }
    await this.#wiring.remove(this.name);
    for (const file of ["init.json", "stopped", "ready"]) rmSync(join(this.#folder, file), { force: true });
  }

  /** Whether it is proven that no process of the node lives. */
  get isProvenOff(): boolean {
    const init = this.#recorded();
    return init === undefined || (!isAlive(init) && processesIn(init.pidNamespace, "pid").length === 0);
  }

  /** Stops all processes in their tracks: the node is silent, but keeps its addresses and its memory. */
  async freeze(): Promise<void> {
    const init = this.#mustRun();
    if (this.#freezer.isUsable) {
      await this.#freezer.freeze();
      return;
    }
    writeFileSync(join(this.#folder, "stopped"), "");
    for (const pid of processesIn(init.pidNamespace, "pid")) process.kill(pid, "SIGSTOP");
  }

  thaw(): void {
    const init = this.#mustRun();
    if (this.#freezer.isUsable) {
      this.#freezer.thaw();
      return;
    }
    rmSync(join(this.#folder, "stopped"), { force: true });
    for (const pid of processesIn(init.pidNamespace, "pid")) process.kill(pid, "SIGCONT");
  }

  /** The host's command line that runs `command` inside the node. */
  enter(command: readonly string[]): readonly string[] {
    const init = this.#mustRun();
    const group = this.#freezer.prepare();
    const script = `${group === undefined ? "" : `echo $$ >${group} || true; `}exec nsenter -t ${init.pid} -m -u -i -n -p --wd=/ -- "$@"`;
    return ["sh", "-c", script, "enter", ...command];
  }

  /** Removes what of the node is outside the lab's folder; it must be off. */
  async forget(): Promise<void> {
    await this.#freezer.remove();
  }

  #mustRun(): RunningInit {
    const init = this.#running();
    if (init === undefined) throw new Error(`${this.name} is off`);
    return init;
  }

  #running(): RunningInit | undefined {
    const init = this.#recorded();
    return init !== undefined && isAlive(init) ? init : undefined;
  }

  #recorded(): RunningInit | undefined {
    try {
      return JSON.parse(readFileSync(join(this.#folder, "init.json"), "utf8")) as RunningInit;
    } catch {
      return undefined;
    }
  }

  #writeInitFiles(): void {
    const { nodes, binds, usrLayers } = this.#layout.description;
    const hosts = ["127.0.0.1 localhost", "::1 localhost"];
    const [app, second, beat] = LAB_NETWORKS;
    for (const node of [...nodes, "client"]) {
      const alias = node.includes(".") ? ` ${node.split(".")[0]}` : "";
      if (app !== undefined) hosts.push(`${this.#layout.addressOf(node, app)} ${node}${alias}`);
      if (second !== undefined) hosts.push(`${this.#layout.addressOf(node, second)} ${node}-eth1`);
      if (beat !== undefined && node !== "client") hosts.push(`${this.#layout.addressOf(node, beat)} ${node}-eth2`);
    }
    const write = (name: string, lines: readonly string[]) =>
      writeFileSync(join(this.#folder, name), lines.map((line) => `${line}\n`).join(""));
    write("base", [labBase(this.#layout.folder)]);
    write("hosts", hosts);
    write("binds", binds);
    write("usr-layers", usrLayers.length === 0 ? [] : [[...usrLayers, "/usr"].join(":")]);
    write(
      "serial",
      this.#layout.serialEnds(this.name).map((end, index) => `${end.device} ${readlinkSync(join(this.#folder, `tty${index}`))}`),
    );
    rmSync(join(this.#folder, "new-binds"), { recursive: true, force: true });
    rmSync(join(this.#folder, "fence"), { force: true });
    symlinkSync(this.#layout.fenceFolder, join(this.#folder, "fence"));
    rmSync(join(this.#folder, "ready"), { force: true });
    writeFileSync(join(this.#folder, "init.sh"), LAB_INIT, { mode: 0o755 });
  }

  /**
   * Each end of a line is a pty whose bytes travel as UDP datagrams within the switch: to an end without power they
   * vanish, as on a cable, and a new end starts empty.
   */
  async #startSerialEnds(): Promise<void> {
    this.#stopSerialEnds();
    const ends = this.#layout.serialEnds(this.name);
    for (const [index, end] of ends.entries()) {
      const link = join(this.#folder, `tty${index}`);
      rmSync(link, { force: true });
      const child = spawn(
        "nsenter",
        [
          `--net=/run/netns/${this.#layout.namespace("switch")}`,
          "socat",
          "-b",
          "1024",
          `pty,link=${link},raw,echo=0,mode=600`,
          `udp4-datagram:127.0.0.1:${end.peerPort},bind=127.0.0.1:${end.port},rcvbuf=8192`,
        ],
        { detached: true, stdio: "ignore", env: LAB_ENVIRONMENT, cwd: "/" },
      );
      child.unref();
      await until(`serial end ${end.device} of ${this.name}`, () => existsSync(link));
      const identity = identify(child.pid ?? 0);
      if (identity === undefined) throw new Error(`serial end ${end.device} of ${this.name} died`);
      writeFileSync(join(this.#folder, `tty${index}.json`), JSON.stringify(identity));
    }
  }

  #stopSerialEnds(): void {
    for (const index of this.#layout.serialEnds(this.name).keys()) {
      const file = join(this.#folder, `tty${index}.json`);
      if (!existsSync(file)) continue;
      signal(JSON.parse(readFileSync(file, "utf8")) as ProcessIdentity, "SIGKILL");
      rmSync(file);
      rmSync(join(this.#folder, `tty${index}`), { force: true });
    }
  }
}
