import type { SecretRead, SecretStore } from "../drivers/disk/secret-store.ts";
import { isSecretName, SECRET_VALUE } from "../model/secret.ts";

/** Parameters with their real values; `problem` when a secret cannot be used: then its parameter is missing. */
export interface RevealedParameters {
  readonly parameters: Readonly<Record<string, string>>;
  readonly problem: string | undefined;
}

const PROBLEMS = {
  missing: "is not kept on this node",
  unsigned: "has no checksum here",
  altered: "does not fit its checksum here",
} as const;

/**
 * Puts a node's secrets in the place of the values that stand for them in the CIB, just before an agent is called:
 * nothing that is written or sent carries them. Source: cibsecret(8) of Pacemaker 3.0.2.
 */
export class ParameterRevealer {
  readonly #store: SecretStore;
  /** Values that were given to agents, by resource and parameter. */
  readonly #used = new Map<string, string>();

  constructor(store: SecretStore) {
    this.#store = store;
  }

  /**
   * A stop gets the value that was in use before when the secret is no longer there: what was started must be stopped,
   * and without a parameter an agent may stop something else.
   */
  reveal(resourceId: string, operation: string, parameters: Readonly<Record<string, string>>): RevealedParameters {
    const revealed: Record<string, string> = {};
    const problems: string[] = [];
    // An instance of a clone has the secrets of its resource.
    const resource = resourceId.replace(/:\d+$/, "");
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== SECRET_VALUE) {
        revealed[name] = value;
        continue;
      }
      const key = `${resource}/${name}`;
      const read = this.#read(resource, name);
      const used = operation === "stop" ? this.#used.get(key) : undefined;
      if ("value" in read) {
        revealed[name] = read.value;
        this.#used.set(key, read.value);
      } else if (used !== undefined) {
        revealed[name] = used;
      } else {
        problems.push(`the secret ${name} of ${resource} ${PROBLEMS[read.problem]}: see cibsecret`);
      }
    }
    return { parameters: revealed, problem: problems.length === 0 ? undefined : problems.join("; ") };
  }

  #read(resource: string, parameter: string): SecretRead {
    return isSecretName(resource) && isSecretName(parameter) ? this.#store.read(resource, parameter) : { problem: "missing" };
  }
}
