/**
 * A RabbitMQ server and its control program, as far as ocf:heartbeat:rabbitmq-cluster and its test go: the members and the
 * policies are on the disk of each member and are changed on all of them, who runs is asked over TCP.
 * Called as `rabbitmq.mjs server`, `rabbitmq.mjs control ARGUMENTS`.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { hostname } from "node:os";
import { createInterface } from "node:readline";

const PORT = 25_672;
const DATA = "/var/lib/rabbitmq/mnesia";
const FAILED = 69;
const RETRY_MS = 200;
const OWN = `rabbit@${hostname()}`;
const [role, ...words] = process.argv.slice(2);

/** What a node answers; a failure when it does not. */
function ask(node, command, ...args) {
  return new Promise((resolve) => {
    const lost = () => resolve({ code: FAILED, text: `Error: unable to perform an operation on node '${node}'.` });
    const socket = connect(PORT, node.split("@")[1], () => socket.write(`${JSON.stringify({ command, args })}\n`));
    socket.on("error", lost).on("close", lost);
    createInterface({ input: socket })
      .on("line", (line) => resolve(JSON.parse(line)))
      .on("error", lost);
  });
}

class Server {
  #isRunning = true;
  #file = `${DATA}/cluster.json`;
  #cluster = { members: [OWN], policies: {} };

  start() {
    mkdirSync(DATA, { recursive: true });
    if (existsSync(this.#file)) this.#cluster = JSON.parse(readFileSync(this.#file, "utf8"));
    this.#keep(this.#cluster);
    createServer((socket) => {
      socket.on("error", () => socket.destroy());
      createInterface({ input: socket })
        .on("line", async (line) => {
          const { command, args } = JSON.parse(line);
          const reply = await this.#do(command, args);
          socket.end(`${JSON.stringify(reply)}\n`, () => {
            if (command === "stop") process.exit(0);
          });
        })
        .on("error", () => undefined);
    }).listen(PORT, () => writeFileSync(process.env.RABBITMQ_PID_FILE ?? "/run/rabbitmq.pid", `${process.pid}\n`));
  }

  #keep(cluster) {
    this.#cluster = cluster;
    writeFileSync(this.#file, JSON.stringify(cluster));
  }

  /** Keeps a change here and on all other members that run. */
  async #share(change) {
    this.#keep({ ...this.#cluster, ...change });
    await Promise.all(this.#cluster.members.filter((node) => node !== OWN).map((node) => ask(node, "keep", this.#cluster)));
  }

  async #running() {
    const states = await Promise.all(this.#cluster.members.map(async (node) => node === OWN || (await ask(node, "is-running")).code === 0));
    return this.#cluster.members.filter((_node, index) => states[index]);
  }

  async #do(command, [first = "", ...rest]) {
    const ok = (text = "") => ({ code: 0, text });
    const failed = (text) => ({ code: FAILED, text: `Error: ${text}` });
    const { members, policies } = this.#cluster;
    switch (command) {
      case "status":
        return ok(`Status of node ${OWN} ...\n[{pid,${process.pid}}]`);
      case "eval":
        return ok(await this.#evaluate(first));
      case "stop":
        rmSync(process.env.RABBITMQ_PID_FILE ?? "/run/rabbitmq.pid", { force: true });
        return ok(`Stopping and halting node ${OWN} ...`);
      case "stop_app":
        this.#isRunning = false;
        return ok();
      case "start_app":
        this.#isRunning = true;
        return ok();
      case "is-running":
        return this.#isRunning ? ok() : failed("not running");
      case "keep":
        this.#keep(first);
        return ok();
      case "join_cluster": {
        if (this.#isRunning) return failed("mnesia is running");
        const reply = await ask(first, "accept", OWN);
        if (reply.code === 0) this.#keep(JSON.parse(reply.text));
        return reply.code === 0 ? ok(`Clustering node ${OWN} with ${first}`) : reply;
      }
      case "accept":
        if (!this.#isRunning) return failed("not running");
        if (members.includes(first)) return failed(`inconsistent_cluster: ${OWN} thinks it's clustered with node ${first}`);
        await this.#share({ members: [...members, first] });
        return ok(JSON.stringify(this.#cluster));
      case "forget_cluster_node":
        if (!members.includes(first)) return failed(`${first} is not a cluster node`);
        if ((await ask(first, "is-running")).code === 0) return failed(`${first} must be stopped`);
        await this.#share({ members: members.filter((node) => node !== first) });
        return ok();
      case "set_policy":
        await this.#share({ policies: { ...policies, [first]: rest.join(" ") } });
        return ok();
      case "list_policies":
        return ok(
          Object.entries(policies)
            .map(([name, policy]) => `${name}\t${policy}`)
            .join("\n"),
        );
      case "cluster_status":
        return ok(`members ${[...members].sort().join(" ")}\nrunning ${(await this.#running()).sort().join(" ")}`);
      default:
        return failed(`no command ${command}`);
    }
  }

  /** The Erlang that the agent asks for; what it does to back up users is of no account here. */
  async #evaluate(expression) {
    const { members } = this.#cluster;
    const list = `[${members.join(",")}]`;
    switch (expression) {
      case "application:which_applications().":
        return this.#isRunning ? '[{rabbit,"RabbitMQ","3.10"},{mnesia,"MNESIA","4.21"}]' : '[{kernel,"ERTS","8.5"}]';
      case "ok.":
        return "ok";
      case "rabbit_mnesia:cluster_status_from_mnesia().":
        return this.#isRunning ? `{ok,{${list},${list},${list}}}` : "{error,mnesia_not_running}";
      case "length(mnesia:system_info(running_db_nodes)).":
        return String((await this.#running()).length);
      case "rabbit_mnesia:is_clustered().":
        return String(members.length > 1);
      default:
        return "true";
    }
  }
}

async function control() {
  let node = OWN;
  let timeoutMs = 60_000;
  const rest = [];
  for (let index = 0; index < words.length; index += 1) {
    if (words[index] === "-n") node = words[++index];
    else if (words[index] === "--timeout") timeoutMs = Number(words[++index]) * 1000;
    else if (words[index] !== "-q") rest.push(words[index]);
  }
  const [command, ...args] = rest;
  const end = performance.now() + timeoutMs;
  for (;;) {
    const isWait = command === "wait";
    const { code, text } = await ask(node, isWait ? "status" : command, ...args);
    if (code === 0 || !isWait || performance.now() > end) {
      (code === 0 ? console.log : console.error)(text);
      process.exit(code);
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

if (role === "server") new Server().start();
else await control();
