import type { SecretStore } from "../drivers/disk/secret-store.ts";
import { EXIT } from "../model/exit-code.ts";
import { type ClientReply, failReply, okReply } from "../node/interface/client.ts";
import type { NodeErrand } from "../node/interface/errand.ts";
import type { AgentRunner } from "../ports/agent-runner.ts";
import type { CollectedArchives } from "./collected-archives.ts";

/** Does on this node what clients of the cluster ask of it. */
export class ErrandRunner {
  readonly #secrets: SecretStore;
  readonly #archives: CollectedArchives;
  readonly #agents: Pick<AgentRunner, "list" | "metadata">;

  constructor(secrets: SecretStore, archives: CollectedArchives, agents: Pick<AgentRunner, "list" | "metadata">) {
    this.#secrets = secrets;
    this.#archives = archives;
    this.#agents = agents;
  }

  /** Never rejects: what went wrong is in the reply. */
  async carryOut(errand: NodeErrand): Promise<ClientReply> {
    try {
      return await this.#carryOut(errand);
    } catch (error) {
      return failReply(EXIT.osError, error instanceof Error ? error.message : String(error));
    }
  }

  async #carryOut(errand: NodeErrand): Promise<ClientReply> {
    switch (errand.kind) {
      case "collect":
        return okReply({ data: await this.#archives.collect(errand.scope) });
      case "collected-piece": {
        const piece = this.#archives.piece(errand.archive, errand.offset);
        return piece === undefined ? failReply(EXIT.noSuchObject, "There is no such archive any more") : okReply({ output: piece });
      }
      case "collected-end":
        this.#archives.drop(errand.archive);
        return okReply();
      case "secret-set":
        this.#secrets.write(errand.secret.resource, errand.secret.parameter, errand.secret.value);
        return okReply();
      case "secret-delete":
        this.#secrets.delete(errand.resource, errand.parameter);
        return okReply();
      case "secrets-replace":
        this.#secrets.replace(errand.secrets);
        return okReply();
      case "agents":
        return okReply({ data: await this.#agents.list(errand.agentClass, errand.provider) });
      case "agent-metadata":
        return okReply({ output: (await this.#agents.metadata(errand.agentClass, errand.provider, errand.type)) ?? "" });
      default:
        return failReply(EXIT.unimplemented, "This node does not know the errand");
    }
  }
}
