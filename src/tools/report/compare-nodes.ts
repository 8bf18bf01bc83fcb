import { crmDiff } from "../cib/crm-diff.ts";
import { runTool, type ToolPorts } from "../frame/tool.ts";

/** Files that should be the same on all nodes. */
const COMPARED = ["members.txt", "cib.xml", "crm_mon.txt", "ha.cf", "sysinfo.txt"];
const DIFF_MS = 30_000;

/** What differs between the nodes of a report (`analysis.txt`): each node is compared with the first one. */
export async function compareNodes(ports: ToolPorts, folder: string, nodes: readonly string[]): Promise<string> {
  const sections: string[] = [];
  for (const name of COMPARED) {
    const having = nodes.filter((node) => "text" in ports.readFile(`${folder}/${node}/${name}`));
    const [first, ...others] = having;
    if (first === undefined) {
      sections.push(`Diff ${name}... no */${name} :/\n`);
      continue;
    }
    const differences: string[] = nodes.filter((node) => !having.includes(node)).map((node) => `${node}/${name} does not exist\n`);
    for (const other of others) differences.push(await difference(ports, `${folder}/${first}/${name}`, `${folder}/${other}/${name}`, name));
    const text = differences.join("");
    sections.push(text === "" ? `Diff ${name}... OK\n` : `Diff ${name}... \n${text}`);
  }
  return sections.join("");
}

async function difference(ports: ToolPorts, a: string, b: string, name: string): Promise<string> {
  if (name === "cib.xml") return (await runTool(crmDiff, ["-o", a, "-n", b], ports, ports.version)).stdout;
  const { stdout } = await ports.runProgram({ argv: ["diff", "-u", a, b], environment: {}, timeoutMs: DIFF_MS });
  return stdout;
}
