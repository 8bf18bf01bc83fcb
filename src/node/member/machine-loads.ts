import type { LoadLevel } from "../interface/messages.ts";
import type { NodeContext } from "../interface/node-context.ts";
import type { PeerTable } from "../views/peer-table.ts";
import { loadLevel } from "./load-level.ts";

/** What the machines of the cluster bear and have to do: this one as measured, the others as they say. */
export class MachineLoads {
  readonly #context: Pick<NodeContext, "cib" | "configuration" | "log">;
  readonly #peers: Pick<PeerTable, "loadOf" | "processorsOf">;
  #own: LoadLevel = "negligible";

  constructor(context: Pick<NodeContext, "cib" | "configuration" | "log">, peers: Pick<PeerTable, "loadOf" | "processorsOf">) {
    this.#context = context;
    this.#peers = peers;
  }

  /** How much this machine has to do. */
  get own(): LoadLevel {
    return this.#own;
  }

  /** Takes the load average of one minute of this machine. */
  measured(average: number): void {
    const { cib, configuration, log } = this.#context;
    const level = loadLevel(average, configuration.processors ?? 1, cib());
    if (level !== this.#own) log("info", `load of this machine: ${level}, was ${this.#own}`);
    this.#own = level;
  }

  /** How much a node has to do. */
  levelOf(node: string): LoadLevel {
    return node === this.#context.configuration.name ? this.#own : this.#peers.loadOf(node);
  }

  /** How many processors a node has, undefined when it did not say. */
  processorsOf(node: string): number | undefined {
    const { configuration } = this.#context;
    return node === configuration.name ? configuration.processors : this.#peers.processorsOf(node);
  }
}
