import { z } from "zod";
import { LIMITS } from "../base/limits.ts";
import { isSecretName } from "../model/secret.ts";
import type { NodeErrand } from "../node/interface/errand.ts";

const PATTERN_CHARACTERS = 1000;
const LIST_LENGTH = 100;
const texts = z.array(z.string().max(PATTERN_CHARACTERS)).max(LIST_LENGTH);
const secretName = z.string().refine(isSecretName, "cannot name a secret");
const secret = z.object({ resource: secretName, parameter: secretName, value: z.string().max(LIMITS.secretBytes) });
const AGENT_NAME_CHARACTERS = 255;
const agentName = z.string().max(AGENT_NAME_CHARACTERS);
const scope = z.object({
  fromEpochSeconds: z.number().int(),
  toEpochSeconds: z.number().int(),
  masks: texts,
  logPatterns: texts,
  extraLogs: texts,
  searchesLogs: z.boolean(),
});

/** What an errand of a client has to look like. */
export const errandSchema: z.ZodType<NodeErrand> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("collect"), scope }),
  z.object({ kind: z.literal("collected-piece"), archive: z.uuid(), offset: z.number().int().min(0) }),
  z.object({ kind: z.literal("collected-end"), archive: z.uuid() }),
  z.object({ kind: z.literal("secret-set"), secret }),
  z.object({ kind: z.literal("secret-delete"), resource: secretName, parameter: secretName }),
  z.object({ kind: z.literal("secrets-replace"), secrets: z.array(secret) }),
  z.object({ kind: z.literal("agents"), agentClass: z.exactOptional(agentName), provider: z.exactOptional(agentName) }),
  z.object({ kind: z.literal("agent-metadata"), agentClass: agentName, provider: agentName, type: agentName }),
]);
