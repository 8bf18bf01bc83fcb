import { expect } from "vitest";
import type { ShellCluster } from "./shell-cluster.ts";
import { eventually } from "./waiting.ts";

const STATE_MS = 180_000;

/** What tests of agents do on a cluster, which is there only when the first of them runs. */
export function agentSteps(cluster: () => ShellCluster) {
  /** Runs a shell script on a node; gives what it says on both streams. */
  const on = async (node: string, script: string): Promise<string> => {
    const result = await cluster().lab.exec(node, ["sh", "-c", script], { timeoutMs: STATE_MS });
    return `${result.stdout}${result.stderr}`.trim();
  };
  return {
    on,
    /** Runs a shell script on a node until it says what is wanted. */
    until: (node: string, script: string, isWanted: (text: string) => boolean): Promise<string> => {
      let last = "";
      return eventually(
        `${node}: ${script}`,
        async () => {
          last = await on(node, script);
          return isWanted(last) ? last || " " : undefined;
        },
        STATE_MS,
        () => last,
      );
    },
    /** Configures by a script of crmsh. */
    crm: async (...lines: readonly string[]): Promise<void> => {
      const said = await cluster().run(["crm"], `${lines.join("\n")}\n`);
      expect(said.text).not.toMatch(/ERROR|Traceback/);
      expect(said.exitCode, said.text).toBe(0);
    },
    /** Waits until one node is promoted, another one than `not`; gives it. */
    promotedOf: async (clone: string, not = ""): Promise<string> => {
      const text = await cluster().until(`crm_resource --locate --resource ${clone}`, (shown) => {
        const [, node] = /on: (n\d) Promoted/.exec(shown) ?? [];
        return node !== undefined && node !== not;
      });
      return /on: (n\d) Promoted/.exec(text)?.[1] ?? "";
    },
    /** Takes a resource from a node, as an administrator would. */
    ban: (resource: string, node: string) => cluster().must(`crm_resource --ban --resource ${resource} --node ${node}`),
    stop: (resource: string) =>
      cluster().must(`crm_resource --meta --resource ${resource} --set-parameter target-role --parameter-value Stopped`),
  };
}
