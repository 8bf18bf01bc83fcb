/** A node and one run of it. */
export interface NamedGeneration {
  readonly name: string;
  readonly generation: number;
}

/** Text of a list of runs: `alice:6b00df80,bob:6b00df81`, generations in hex. */
export function formatGenerations(runs: readonly NamedGeneration[]): string {
  return runs.map(({ name, generation }) => `${name}:${generation.toString(16)}`).join(",");
}

/** Whether such a list names this run of this node. */
export function namesGeneration(text: string | undefined, node: string, generation: number): boolean {
  const wanted = `${node}:${generation.toString(16)}`;
  return (text ?? "").split(",").includes(wanted);
}
