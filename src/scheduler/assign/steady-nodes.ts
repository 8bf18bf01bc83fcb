import type { Resource } from "../cluster/resource.ts";

/**
 * The nodes that can take a resource and on which its score stays at zero or above while wishes are added. A wish is heeded as
 * long as one of them is there, whatever becomes of other nodes: what each node has in the end does not depend on these.
 */
export class SteadyNodes {
  readonly #isSteady: Uint8Array;

  constructor(nodeCount: number) {
    this.#isSteady = new Uint8Array(nodeCount);
  }

  /** Before any wish: the available nodes on which its score is so. */
  start({ scores, isAllowedOn }: Pick<Resource, "scores" | "isAllowedOn">, available: Uint8Array): void {
    for (let node = 0; node < scores.length; node += 1)
      this.#isSteady[node] = isAllowedOn[node] === 1 && available[node] === 1 && (scores[node] ?? 0) >= 0 ? 1 : 0;
  }

  /** A node is not one of them any more. */
  drop(node: number): void {
    this.#isSteady[node] = 0;
  }

  /** It is not known which they are. */
  clear(): void {
    this.#isSteady.fill(0);
  }

  /** True when there is one. */
  get isAny(): boolean {
    return this.#isSteady.includes(1);
  }
}
