import type { DigestRecipe } from "../../executor/digest-recipe.ts";
import { SECRET_BY_DEFAULT } from "../../model/secret.ts";
import type { AgentCall, AgentRunner } from "../../ports/agent-runner.ts";
import { type AgentMetadata, parseAgentMetadata } from "./agent-metadata.ts";

/** A description is read anew after this time when a resource starts: the agent may have been replaced. */
const FRESH_MS = 60_000;
/** The end of an operation waits no longer for the description than this. */
const PATIENCE_MS = 5000;
/** Operations whose history entries carry the further digests. */
const DIGESTED = new Set(["start", "monitor", "promote", "demote", "migrate_to", "migrate_from", "reload", "reload-agent"]);

/** What OCF agents say of their parameters, asked of each agent once in a while. */
export class DigestRecipes {
  readonly #agents: Pick<AgentRunner, "metadata">;
  readonly #known = new Map<string, { readonly recipe: Promise<DigestRecipe | undefined>; readonly atMs: number }>();

  constructor(agents: Pick<AgentRunner, "metadata">) {
    this.#agents = agents;
  }

  /** The recipe for an operation; undefined when it needs none, or the agent does not describe itself. Never fails. */
  recipeFor({ agentClass, provider, type, action }: AgentCall, nowMs: number): Promise<DigestRecipe | undefined> {
    if (agentClass !== "ocf" || !DIGESTED.has(action)) return Promise.resolve(undefined);
    const agent = `${provider}:${type}`;
    const known = this.#known.get(agent);
    if (known && (action !== "start" || nowMs - known.atMs < FRESH_MS)) return known.recipe;
    const recipe = Promise.race([this.#ask(agentClass, provider, type), pause(PATIENCE_MS)]);
    this.#known.set(agent, { recipe, atMs: nowMs });
    return recipe;
  }

  async #ask(agentClass: string, provider: string, type: string): Promise<DigestRecipe | undefined> {
    try {
      const xml = await this.#agents.metadata(agentClass, provider, type);
      const metadata = xml === undefined ? undefined : parseAgentMetadata(xml);
      return metadata && digestRecipe(metadata);
    } catch {
      return undefined;
    }
  }
}

function pause(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());
}

/** Source: runtime behaviour of Pacemaker 3.0.2, resource history, digests. */
export function digestRecipe({ apiVersion, parameters, actions }: AgentMetadata): DigestRecipe {
  const [major = 0, minor = 0] = apiVersion.split(".").map((part) => Number.parseInt(part, 10) || 0);
  const isNew = major > 1 || (major === 1 && minor >= 1);
  const canReload = actions.some(({ name }) => name === (isNew ? "reload-agent" : "reload"));
  const restarting = parameters.filter(({ isReloadable, isUnique }) => (isNew ? !isReloadable : isUnique));
  const marked = parameters.filter(({ isPrivate }) => isPrivate);
  const secret = marked.length > 0 ? marked : parameters.filter(({ name }) => SECRET_BY_DEFAULT.includes(name));
  return {
    restartParameters: canReload ? restarting.map(({ name }) => name) : undefined,
    secretParameters: secret.map(({ name }) => name),
  };
}
