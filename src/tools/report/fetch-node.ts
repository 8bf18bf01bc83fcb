import { EXIT } from "../../model/exit-code.ts";
import type { ClientReply } from "../../node/interface/client.ts";
import type { CollectedArchive, CollectScope, NodeErrand } from "../../node/interface/errand.ts";
import type { ToolPorts } from "../frame/tool.ts";

/** Longest wait for a node that collects. */
const COLLECT_MS = 180_000;
const PIECE_MS = 30_000;
const UNPACK_MS = 120_000;

/** Has another node collect, through the cluster, and unpacks what it sends into `folder`. Undefined, or why not. */
export async function fetchNode(ports: ToolPorts, node: string, scope: CollectScope, folder: string): Promise<string | undefined> {
  const ask = (errand: NodeErrand, timeoutMs: number): Promise<ClientReply> => ports.ask({ op: "errand", node, errand }, timeoutMs);
  const started = await ask({ kind: "collect", scope }, COLLECT_MS);
  if (started.exitCode !== EXIT.ok) return started.message;
  const { archive, sizeBytes } = started.data as CollectedArchive;
  try {
    const pieces: string[] = [];
    for (let offset = 0; offset < sizeBytes; ) {
      const piece = await ask({ kind: "collected-piece", archive, offset }, PIECE_MS);
      if (piece.exitCode !== EXIT.ok) return piece.message;
      if (piece.output === undefined || piece.output === "") return "its archive ended early";
      pieces.push(piece.output);
      offset += bytesOf(piece.output);
    }
    return await unpack(ports, pieces.join(""), folder);
  } finally {
    await ask({ kind: "collected-end", archive }, PIECE_MS).catch(() => undefined);
  }
}

async function unpack(ports: ToolPorts, base64: string, folder: string): Promise<string | undefined> {
  const script = 'base64 -d | tar -xzf - -C "$1" --no-same-owner';
  const done = await ports.runProgram({ argv: ["sh", "-c", script, "sh", folder], environment: {}, timeoutMs: UNPACK_MS, input: base64 });
  return done.exitCode === 0 ? undefined : `its archive cannot be unpacked: ${done.stderr.trim()}`;
}

function bytesOf(base64: string): number {
  return (base64.length / 4) * 3 - (base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0);
}
