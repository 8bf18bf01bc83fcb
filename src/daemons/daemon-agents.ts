import { EXIT } from "../model/exit-code.ts";
import type { ClientReply } from "../node/interface/client.ts";
import type { NodeErrand } from "../node/interface/errand.ts";
import type { AgentRunner } from "../ports/agent-runner.ts";

/**
 * The agents of this machine as its daemon knows them: names and meta-data. `ask` sends the daemon on an errand;
 * `ownProcess` is called, and throws, where an agent is to be run or the daemon does not answer.
 */
export function daemonAgents(ask: (errand: NodeErrand) => Promise<ClientReply>, ownProcess: () => never): AgentRunner {
  const answered = async (errand: NodeErrand): Promise<ClientReply> => {
    const reply = await ask(errand);
    return reply.exitCode === EXIT.ok ? reply : ownProcess();
  };
  return {
    run: ownProcess,
    metadata: async (agentClass, provider, type) => {
      const { output } = await answered({ kind: "agent-metadata", agentClass, provider, type });
      return output === "" ? undefined : output;
    },
    list: async (agentClass, provider) => {
      const named = { ...(agentClass === undefined ? {} : { agentClass }), ...(provider === undefined ? {} : { provider }) };
      const { data } = await answered({ kind: "agents", ...named });
      return data as readonly string[];
    },
  };
}
