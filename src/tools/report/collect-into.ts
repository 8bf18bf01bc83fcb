import { LIMITS } from "../../base/limits.ts";
import { EXIT } from "../../model/exit-code.ts";
import type { CollectScope } from "../../node/interface/errand.ts";
import { done, failed, type ToolPorts, type ToolResult } from "../frame/tool.ts";
import { collectNode } from "./collect-node.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const PACK_MS = 120_000;
/** What may make an archive large, in the order in which it is left out. */
const LARGE = ["pengine", "*.extract.txt", "journal.log"];

/** Collects this node for the daemon: the scope comes in as JSON, `NODE/...` goes out as an archive (tar, gzip). */
export async function collectInto(ports: ToolPorts, file: string): Promise<ToolResult> {
  const scope = JSON.parse(ports.readStdin()) as CollectScope;
  const work = async (folder: string): Promise<ToolResult> => {
    const { node, remarks } = await collectNode(scope, `${folder}/node`, ports);
    const left: string[] = [];
    for (const large of [undefined, ...LARGE]) {
      if (large !== undefined) {
        left.push(large);
        await ports.runProgram({
          argv: ["sh", "-c", `cd "$1" && rm -rf -- ${large}`, "sh", `${folder}/node`],
          environment: {},
          timeoutMs: PACK_MS,
        });
      }
      const notes = [...remarks, ...left.map((name) => `${name} left out: the archive would have been too large; choose a shorter period`)];
      if (notes.length > 0)
        ports.writeFile(`${folder}/node/remarks.txt`, notes.map((note) => `${note}\n`).join(""), { areFoldersMade: true });
      const size = await pack(ports, folder, node, file);
      if (typeof size === "string") return failed(EXIT.cannotCreate, size);
      if (size <= LIMITS.collectedArchiveBytes) return done();
    }
    return failed(EXIT.cannotCreate, "the archive is too large: choose a shorter period");
  };
  return inTemporaryFolder(ports, work, (problem) => failed(EXIT.cannotCreate, problem));
}

/** Size of the archive in bytes, or why there is none. */
async function pack(ports: ToolPorts, folder: string, node: string, file: string): Promise<number | string> {
  const script = 'umask 077; [ -d "$2" ] || mv node "$2"; tar -czf "$1" -- "$2" && stat -c %s -- "$1" && mv "$2" node';
  const argv = ["sh", "-c", `cd "$3" && { ${script}; }`, "sh", file, node, folder];
  const packed = await ports.runProgram({ argv, environment: {}, timeoutMs: PACK_MS });
  return packed.exitCode === 0 ? Number(packed.stdout) : `cannot pack: ${packed.stderr.trim()}`;
}
