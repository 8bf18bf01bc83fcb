import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const schema = z.strictObject({
  quorum: z
    .strictObject({
      /** In a cluster of two nodes one vote is enough. */
      two_node: z.boolean().default(true),
      /** No quorum after a start until all nodes were seen; by default only in clusters of two. */
      wait_for_all: z.boolean().optional(),
    })
    .default({ two_node: true }),
  scheduler: z
    .strictObject({
      /** With more histories, or resources to look for on nodes, and constraints than this, plans are made in a thread: 816 took 60 to 230 ms. */
      thread_above: z.number().int().min(0).default(500),
    })
    .default({ thread_above: 500 }),
  load: z
    .strictObject({
      /** Fewer actions at once while the machine has much to do (load-threshold); not for nodes that share a machine, as in a lab. */
      heeded: z.boolean().default(true),
    })
    .default({ heeded: true }),
  log: z
    .strictObject({ file: z.string().optional(), level: z.enum(["debug", "info", "warn", "error"]).default("info") })
    .default({ level: "info" }),
});

/** Settings of `kodou.conf`, every one optional. */
export type KodouConf = z.infer<typeof schema>;

/** Reads `kodou.conf` (YAML). Throws an Error whose message names the file and the setting. */
export function loadKodouConf(path: string): KodouConf {
  let value: unknown = {};
  if (existsSync(path)) {
    try {
      value = parse(readFileSync(path, "utf8"), { maxAliasCount: 10 }) ?? {};
    } catch (error) {
      throw new Error(`${path}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
    }
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`${path}: ${issue?.path.join(".") || "the file"}: ${issue?.message}`);
}
