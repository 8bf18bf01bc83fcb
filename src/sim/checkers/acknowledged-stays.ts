import type { Checker } from "./checker.ts";

/** I5: what a client was told is committed is in the configuration of every later DC that may commit. */
export class AcknowledgedStays implements Checker {
  readonly #acknowledged = new Set<string>();

  /** A client got its answer: the option is set. */
  acknowledge(option: string): void {
    this.#acknowledged.add(option);
  }

  get count(): number {
    return this.#acknowledged.size;
  }

  observe: Checker["observe"] = (_world, observation) => {
    if (observation.kind !== "effect" || observation.effect.kind !== "save-plan") return undefined;
    const pairs = observation.effect.input.descend("configuration", "crm_config")?.walk() ?? [];
    const names = new Set([...pairs].map((pair) => pair.get("name")));
    const isPrimary = observation.effect.input.get("have-quorum") === "1";
    const lost = isPrimary ? [...this.#acknowledged].find((option) => !names.has(option)) : undefined;
    return lost === undefined
      ? undefined
      : { invariant: "I5 acknowledged stays", text: `${observation.node} plans without the acknowledged option ${lost}` };
  };
}
