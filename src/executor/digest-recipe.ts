import { parameterDigest } from "./parameter-digest.ts";

/** What an agent's description of itself says about its parameters, as far as histories need it. */
export interface DigestRecipe {
  /** Parameters whose change needs a restart, in the order of the description; undefined when the agent cannot reload. */
  readonly restartParameters: readonly string[] | undefined;
  /** Parameters that are not to be told, in the order of the description. */
  readonly secretParameters: readonly string[];
}

/** Attributes of a history entry, by name. */
export type DigestAttributes = Readonly<Record<string, string>>;

/**
 * The further digests of an operation: what tells a change that needs a restart from one that a reload answers
 * (one-shot operations only), and what tells changes without secrets. Source: runtime behaviour of Pacemaker 3.0.2, resource
 * history (op-force-restart, op-restart-digest, op-secure-params, op-secure-digest).
 */
export function digestAttributes(recipe: DigestRecipe, parameters: Readonly<Record<string, string>>, intervalMs: number): DigestAttributes {
  const { restartParameters, secretParameters } = recipe;
  const digestOf = (isIn: (name: string) => boolean): string =>
    parameterDigest(Object.fromEntries(Object.entries(parameters).filter(([name]) => isIn(name))), 0, 0);
  return {
    ...(restartParameters === undefined || intervalMs > 0
      ? {}
      : {
          "op-force-restart": listText(restartParameters),
          "op-restart-digest": digestOf((name) => restartParameters.includes(name)),
        }),
    ...(secretParameters.length === 0
      ? {}
      : { "op-secure-params": listText(secretParameters), "op-secure-digest": digestOf((name) => !secretParameters.includes(name)) }),
  };
}

/** Names as Pacemaker writes them: the last one first, two blanks around all. */
function listText(names: readonly string[]): string {
  return names.length === 0 ? "" : `  ${[...names].reverse().join(" ")}  `;
}
