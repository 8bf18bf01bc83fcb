import { z } from "zod";
import { LIMITS } from "../base/limits.ts";
import { fail, ok, type Result } from "../base/result.ts";
import type { ClientRequest } from "../node/interface/client.ts";
import { errandSchema } from "./errand-schema.ts";

const NAME_CHARACTERS = 1024;
const name = z.string().max(NAME_CHARACTERS);
const flag = z.exactOptional(z.boolean());
const optionalName = z.exactOptional(name);
const text = z.exactOptional(z.string());

const cibRequest = z.object({
  operation: z.enum(["query", "create", "modify", "replace", "delete", "erase", "bump", "upgrade", "patch", "commit-transaction"]),
  scope: optionalName,
  xpath: text,
  input: text,
  isCreateAllowed: flag,
  isMultiple: flag,
  isScoreExpanded: flag,
  isWithoutChildren: flag,
});

/** What each request has to look like: every one the node knows, or this does not compile. */
const SCHEMAS: { readonly [Op in ClientRequest["op"]]: z.ZodType<Extract<ClientRequest, { op: Op }>> } = {
  cib: z.object({ op: z.literal("cib"), client: name, request: cibRequest, key: optionalName, user: optionalName }),
  status: z.object({ op: z.literal("status") }),
  "attribute-set": z.object({ op: z.literal("attribute-set"), node: optionalName, name, value: text }),
  "attribute-query": z.object({ op: z.literal("attribute-query"), node: optionalName, name }),
  cleanup: z.object({ op: z.literal("cleanup"), resource: optionalName, node: optionalName, isRefresh: flag }),
  fail: z.object({ op: z.literal("fail"), resource: name, node: name }),
  fence: z.object({ op: z.literal("fence"), target: name, action: z.enum(["off", "on", "reboot"]), client: name }),
  "fence-confirm": z.object({ op: z.literal("fence-confirm"), target: name, client: name }),
  "fence-history": z.object({ op: z.literal("fence-history"), isFromDc: flag }),
  "fence-history-cleanup": z.object({ op: z.literal("fence-history-cleanup"), target: optionalName }),
  "remove-node": z.object({ op: z.literal("remove-node"), node: name }),
  "await-change": z.object({ op: z.literal("await-change"), after: optionalName, timeoutMs: z.number().min(0).max(LIMITS.awaitChangeMs) }),
  errand: z.object({ op: z.literal("errand"), node: optionalName, errand: errandSchema }),
  leave: z.object({ op: z.literal("leave") }),
};

/** Reads what a client sent: it may be anybody's text. The error says what is wrong with it. */
export function readClientRequest(value: unknown): Result<ClientRequest, string> {
  const op = typeof value === "object" && value !== null && "op" in value ? value.op : undefined;
  if (typeof op !== "string" || !Object.hasOwn(SCHEMAS, op)) return fail(`The daemon does not know the request ${String(op).slice(0, 40)}`);
  const result = (SCHEMAS[op as ClientRequest["op"]] as z.ZodType<ClientRequest>).safeParse(value);
  if (result.success) return ok(result.data);
  const [issue] = result.error.issues;
  return fail(`Request ${op}: ${issue?.path.join(".") || "it"}: ${issue?.message}`);
}
