import { existsSync } from "node:fs";
import { attempt, must } from "./host-commands.ts";
import { LAB_NETWORKS, type LabLayout } from "./lab-layout.ts";

/** What can be cut: an interface's name, the serial lines, or everything. */
export type CutTarget = "eth0" | "eth1" | "eth2" | "serial" | "all";

/** The switch, the client and the cables of a lab. */
export class LabWiring {
  readonly #layout: LabLayout;

  constructor(layout: LabLayout) {
    this.#layout = layout;
  }

  /** The switch with a bridge for each network, and the client. */
  async build(): Promise<void> {
    const lines = ["link set lo up"];
    LAB_NETWORKS.forEach((_, index) => {
      lines.push(`link add br${index} type bridge forward_delay 0 mcast_snooping 0`, `link set br${index} up`);
    });
    await this.#addNamespace("switch");
    await this.#batch("switch", lines);
    await this.plug("client");
  }

  /** The network namespace of a node (or of the client) with all its cables plugged in. */
  async plug(name: string): Promise<void> {
    const namespace = this.#layout.namespace(name);
    await this.#addNamespace(name);
    const switchLines: string[] = [];
    const nodeLines = ["link set lo up"];
    LAB_NETWORKS.forEach((network, index) => {
      if (name === "client" && !network.hasClient) return;
      const port = this.#layout.port(name, index);
      switchLines.push(
        `link add ${port} type veth peer name ${network.device} address ${this.#layout.hardwareAddressOf(name, network)} netns ${namespace}`,
        `link set ${port} master br${index} up`,
      );
      nodeLines.push(`addr add ${this.#layout.addressOf(name, network)}/24 brd + dev ${network.device}`, `link set ${network.device} up`);
    });
    await this.#batch("switch", switchLines);
    await this.#batch(name, nodeLines);
  }

  /** Pulls all cables of a node: from here on nothing it sends arrives anywhere. */
  async unplug(name: string): Promise<void> {
    const ports = LAB_NETWORKS.map((_, index) => this.#layout.port(name, index));
    // Both ends vanish; one that is gone already is no error.
    await attempt(
      ["ip", "-n", this.#layout.namespace("switch"), "-force", "-batch", "-"],
      ports.map((port) => `link del ${port}\n`).join(""),
    );
  }

  /** Removes a network namespace, with what is left in it. */
  async remove(name: string): Promise<void> {
    if (existsSync(`/run/netns/${this.#layout.namespace(name)}`)) await attempt(["ip", "netns", "del", this.#layout.namespace(name)]);
  }

  /** Lets frames or serial bytes of a node vanish in the switch; the node sees its carrier as before. */
  async cut(node: string, target: CutTarget): Promise<void> {
    for (const { table, rules } of this.#cuts(node, target)) {
      const text = `add table ${table}\ndelete table ${table}\nadd table ${table}\n${rules.join("\n")}\n`;
      await this.#inSwitch(["nft", "-f", "-"], text);
    }
  }

  async heal(node: string, target: CutTarget): Promise<void> {
    for (const { table } of this.#cuts(node, target))
      await this.#inSwitch(["nft", "-f", "-"], `add table ${table}\ndelete table ${table}\n`);
  }

  /** What of a node is cut. */
  async cutsOf(node: string): Promise<readonly CutTarget[]> {
    const shown = await attempt(["ip", "netns", "exec", this.#layout.namespace("switch"), "nft", "list", "tables"]);
    const tables = new Set(shown.stdout.split("\n").map((line) => line.replace(/^table /, "")));
    return (["eth0", "eth1", "eth2", "serial"] as const).filter((target) => this.#cuts(node, target).some((cut) => tables.has(cut.table)));
  }

  #cuts(node: string, target: CutTarget): { table: string; rules: string[] }[] {
    const number = this.#layout.numberOf(node);
    const networks = LAB_NETWORKS.flatMap((network, index) => {
      if (target !== "all" && target !== network.device) return [];
      const table = `bridge cut_${number}_${network.device}`;
      const port = this.#layout.port(node, index);
      const rules = [
        `add chain ${table} f { type filter hook forward priority 0; }`,
        `add rule ${table} f iifname ${port} drop`,
        `add rule ${table} f oifname ${port} drop`,
      ];
      return [{ table, rules }];
    });
    if (target !== "all" && target !== "serial") return networks;
    const table = `inet cut_${number}_serial`;
    const rules = [`add chain ${table} f { type filter hook input priority 0; }`];
    for (const end of this.#layout.serialEnds(node))
      rules.push(`add rule ${table} f udp sport ${end.port} drop`, `add rule ${table} f udp dport ${end.port} drop`);
    return [...networks, { table, rules }];
  }

  async #addNamespace(name: string): Promise<void> {
    await must(["ip", "netns", "add", this.#layout.namespace(name)]);
  }

  async #batch(name: string, lines: readonly string[]): Promise<void> {
    await must(["ip", "-n", this.#layout.namespace(name), "-batch", "-"], `${lines.join("\n")}\n`);
  }

  async #inSwitch(command: readonly string[], stdin: string): Promise<void> {
    await must(["ip", "netns", "exec", this.#layout.namespace("switch"), ...command], stdin);
  }
}
