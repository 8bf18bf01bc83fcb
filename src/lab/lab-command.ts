import { spawn } from "node:child_process";
import { LAB_ENVIRONMENT } from "./host-commands.ts";
import { Lab } from "./lab.ts";
import { labTags } from "./lab-layout.ts";
import type { CutTarget } from "./lab-wiring.ts";
import { Watcher } from "./watcher.ts";

const USAGE = `kodou lab - several machines on this one, made of namespaces

  kodou lab up N [--names A,B,...] [--tag TAG] [--bind PATH]...   make a lab and boot its nodes
  kodou lab status [--tag TAG]         nodes, their power, what is cut
  kodou lab exec NODE COMMAND...       run a command in a node, or in "client"
  kodou lab spawn NODE LOG COMMAND...  start a command that goes on by itself; its output goes to the host's file LOG
  kodou lab kill NODE                  power-off: cables away, then every process
  kodou lab boot NODE                  power on; the disk is as it was
  kodou lab freeze NODE, thaw NODE     stop all its processes, and let them go on
  kodou lab cut NODE [WHAT]            frames vanish in the switch, the carrier stays; WHAT: eth0 eth1 eth2 serial all
  kodou lab heal NODE [WHAT]           the reverse
  kodou lab fence [--boot COMMAND]     serve the nodes' fencing requests until interrupted; COMMAND runs after a reboot
  kodou lab watch ADDRESS [SECONDS]    outages the client sees and nodes that hold the address, as JSON
  kodou lab down                       remove the lab

Networks: eth0 192.168.0.0/24, eth1 192.168.3.0/24 (both with the client, .250), eth2 192.168.1.0/24. The first node is .1.
Serial lines: /dev/ttyHB0, with three nodes or more also /dev/ttyHB1; each node is joined to the next, the last to the
first. /etc and /var are the node's own; /run, /tmp and /dev/shm are empty after each boot. Without --tag and
KODOU_LAB_TAG, up chooses a tag, and the others take the lab there is.
Without root the lab is made in a user namespace, where the kernel allows that: then there is only one user in it, the
nodes begin with what of /etc can be read and with an empty /var, and nothing runs at real-time priority.
`;

/** Where the command's words go. */
export interface LabCommandOutput {
  out(text: string): void;
  error(text: string): void;
}

interface Arguments {
  readonly words: readonly string[];
  readonly tag: string | undefined;
  readonly names: readonly string[] | undefined;
  readonly binds: readonly string[];
  readonly bootCommand: string | undefined;
}

/** `kodou lab ...`: the words after "lab". Gives the exit code: 64 for wrong usage, 1 for a failure. */
export async function labCommand(argv: readonly string[], output: LabCommandOutput): Promise<number> {
  const [verb, ...rest] = argv;
  if (verb === undefined || verb === "help" || verb === "--help") {
    output.out(USAGE);
    return verb === undefined ? 64 : 0;
  }
  try {
    const found = parse(rest, verb === "exec" ? 1 : verb === "spawn" ? 2 : Number.POSITIVE_INFINITY);
    const code = typeof found === "string" ? found : await run(verb, found, output);
    if (typeof code === "number") return code;
    output.error(`kodou lab: ${code}\n${USAGE}`);
    return 64;
  } catch (error) {
    output.error(`kodou lab: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

/** Exit code, or what is wrong with the words. */
async function run(verb: string, given: Arguments, output: LabCommandOutput): Promise<number | string> {
  const [first = "", second = "", ...others] = given.words;
  if (verb === "up") return up(given, output);
  if (verb === "down") {
    await Lab.down(chosenTag(given.tag));
    return 0;
  }
  const needsNode = ["exec", "spawn", "kill", "boot", "freeze", "thaw", "cut", "heal"].includes(verb);
  if (needsNode && first === "") return `${verb}: which node?`;
  switch (verb) {
    case "status":
      await status(Lab.open(chosenTag(given.tag)), output);
      return 0;
    case "exec":
      if (second === "") return "exec: which command?";
      return interactive(Lab.open(chosenTag(given.tag)).enter(first, [second, ...others]));
    case "spawn":
      if (others.length === 0) return "spawn: NODE LOG COMMAND...";
      output.out(`${Lab.open(chosenTag(given.tag)).spawn(first, second, others)}\n`);
      return 0;
    case "kill":
    case "boot":
    case "freeze":
    case "thaw":
      await Lab.open(chosenTag(given.tag))[verb](first);
      return 0;
    case "cut":
    case "heal": {
      const target = cutTarget(second === "" ? "all" : second);
      if (target === undefined) return `${second}: eth0, eth1, eth2, serial or all`;
      await Lab.open(chosenTag(given.tag))[verb](first, target);
      return 0;
    }
    case "fence":
      await Lab.open(chosenTag(given.tag)).serveFencing({
        abort: interruption(),
        log: (line) => output.out(`${line}\n`),
        ...(given.bootCommand === undefined ? {} : { bootCommand: given.bootCommand }),
      });
      return 0;
    case "watch":
      if (first === "") return "watch: which address?";
      return watch(Lab.open(chosenTag(given.tag)), first, Number(second === "" ? "0" : second), output);
    default:
      return `no command ${verb}`;
  }
}

async function up(given: Arguments, output: LabCommandOutput): Promise<number | string> {
  const count = Number(given.words[0] ?? given.names?.length ?? "");
  if (!Number.isInteger(count) || count < 1) return "up: how many nodes?";
  const names = given.names ?? Array.from({ length: count }, (_, index) => `n${index + 1}`);
  if (names.length !== count) return `up: ${count} nodes, but ${names.length} names`;
  const tag = given.tag ?? `l${process.pid.toString(36)}`;
  const lab = await Lab.up({ tag, nodes: names, binds: given.binds });
  output.out(`lab ${tag} is up\n`);
  await status(lab, output);
  return 0;
}

async function status(lab: Lab, output: LabCommandOutput): Promise<void> {
  for (const node of await lab.status()) {
    const cuts = node.cuts.length === 0 ? "" : `  cut: ${node.cuts.join(" ")}`;
    output.out(
      `${node.name}  ${node.power}${node.pid === undefined ? "" : `  pid ${node.pid}`}  ${lab.addressOf(node.name, "eth0")}${cuts}\n`,
    );
  }
}

/** Watches until interrupted, or for some seconds. */
async function watch(lab: Lab, address: string, seconds: number, output: LabCommandOutput): Promise<number> {
  const watcher = new Watcher(lab, { address });
  watcher.start();
  const abort = interruption();
  await new Promise<void>((resolve) => {
    const timer = seconds > 0 ? setTimeout(resolve, seconds * 1000) : undefined;
    abort.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
  output.out(`${JSON.stringify(await watcher.stop(), undefined, 2)}\n`);
  return 0;
}

/** Runs a command on this terminal; gives its exit code. */
function interactive(command: readonly string[]): Promise<number> {
  const [file = "", ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: "inherit", env: LAB_ENVIRONMENT });
    child.on("error", () => resolve(1));
    child.on("close", (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
}

function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

/** The lab meant: the one named, or the only one. */
function chosenTag(given: string | undefined): string {
  if (given !== undefined) return given;
  const tags = labTags();
  const [only] = tags;
  if (only === undefined) throw new Error("there is no lab: make one with kodou lab up 3");
  if (tags.length > 1) throw new Error(`there are several labs: choose one with --tag ${tags.join("|")}`);
  return only;
}

function cutTarget(word: string): CutTarget | undefined {
  return (["eth0", "eth1", "eth2", "serial", "all"] as const).find((target) => target === word);
}

/** Options may stand anywhere before the command of exec and spawn, which begins after `plainWords` words. */
function parse(argv: readonly string[], plainWords: number): Arguments | string {
  const words: string[] = [];
  const binds: string[] = [];
  let tag = process.env["KODOU_LAB_TAG"];
  let names: string[] | undefined;
  let bootCommand: string | undefined;
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? "";
    if (words.length >= plainWords || !word.startsWith("--")) {
      if (words.length >= plainWords) {
        words.push(...argv.slice(index));
        break;
      }
      words.push(word);
      continue;
    }
    index += 1;
    const value = argv[index];
    if (value === undefined) return `${word} needs a value`;
    if (word === "--tag") tag = value;
    else if (word === "--names") names = value.split(",");
    else if (word === "--bind") binds.push(value);
    else if (word === "--boot") bootCommand = value;
    else return `no option ${word}`;
  }
  return { words, tag: tag === "" ? undefined : tag, names, binds, bootCommand };
}
