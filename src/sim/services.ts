/** What really runs where: the truth that checkers judge by, whatever the daemons believe. */
export class Services {
  readonly #active = new Map<string, Set<string>>();
  readonly #promoted = new Map<string, Set<string>>();

  /** Nodes on which the resource is truly active. */
  activeOn(resourceId: string): ReadonlySet<string> {
    return this.#active.get(resourceId) ?? new Set();
  }

  /** Nodes on which the resource is truly promoted. */
  promotedOn(resourceId: string): ReadonlySet<string> {
    return this.#promoted.get(resourceId) ?? new Set();
  }

  resources(): string[] {
    return [...this.#active.keys()];
  }

  start(resourceId: string, node: string): void {
    const nodes = this.#active.get(resourceId);
    if (nodes) nodes.add(node);
    else this.#active.set(resourceId, new Set([node]));
  }

  stop(resourceId: string, node: string): void {
    this.#active.get(resourceId)?.delete(node);
    this.demote(resourceId, node);
  }

  promote(resourceId: string, node: string): void {
    const nodes = this.#promoted.get(resourceId);
    if (nodes) nodes.add(node);
    else this.#promoted.set(resourceId, new Set([node]));
  }

  demote(resourceId: string, node: string): void {
    this.#promoted.get(resourceId)?.delete(node);
  }

  /** The node lost its power: nothing runs there any more. */
  powerOff(node: string): void {
    for (const nodes of [...this.#active.values(), ...this.#promoted.values()]) nodes.delete(node);
  }
}
