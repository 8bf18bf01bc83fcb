import type { DigestRecipe } from "./digest-recipe.ts";

/** End of an agent's run, as the driver reports it. */
export interface RunResult {
  readonly exitCode: number;
  readonly operationStatus: number;
  readonly exitReason: string;
  readonly elapsedMs: number;
  /** What the agent says of its parameters, where that is known. */
  readonly recipe?: DigestRecipe | undefined;
}
