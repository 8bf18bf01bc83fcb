import { EXIT } from "../../model/exit-code.ts";
import { isSecretName } from "../../model/secret.ts";
import type { NodeErrand, StoredSecret } from "../../node/interface/errand.ts";
import { keptHere, secretsFolder } from "../cib/kept-secret.ts";
import { askStatus } from "../cluster/crm-node.ts";
import type { ToolPorts } from "../frame/tool.ts";
import { SecretRefusal } from "./cibsecret-parameters.ts";

const ERRAND_MS = 30_000;

/** Keeps a secret on every node that is active, this one first, or (without a value) forgets it. Text for people; throws SecretRefusal. */
export async function keepEverywhere(
  ports: ToolPorts,
  secret: { readonly resource: string; readonly parameter: string; readonly value?: string },
): Promise<string> {
  const { resource, parameter, value } = secret;
  const errand: NodeErrand =
    value === undefined ? { kind: "secret-delete", resource, parameter } : { kind: "secret-set", secret: { resource, parameter, value } };
  const { here, others, down } = await nodes(ports);
  const file = `${secretsFolder(ports)}/${resource}/${parameter}`;
  const notes =
    downNotes(down) +
    (others.length === 0
      ? ""
      : `${value === undefined ? "Deleting" : "Syncing"} ${file} ${value === undefined ? "from" : "to"} ${others.join(" ")} ...\n`);
  await send(ports, [here, ...others], errand, notes);
  return notes;
}

/** Makes the secrets of all other nodes those of this one. Throws SecretRefusal. */
export async function replaceElsewhere(ports: ToolPorts): Promise<string> {
  const folder = secretsFolder(ports);
  const secrets: StoredSecret[] = [];
  for (const resource of ports.listFolder(folder).filter(isSecretName)) {
    for (const parameter of ports.listFolder(`${folder}/${resource}`).filter(isSecretName)) {
      const { value, isSound } = keptHere(ports, resource, parameter);
      if (value === undefined || !isSound)
        throw new SecretRefusal(EXIT.digest, `Checksum mismatch for resource ${resource} parameter ${parameter}: nothing was sent`);
      secrets.push({ resource, parameter, value });
    }
  }
  // An empty folder here would wipe out what the others keep.
  if (secrets.length === 0) throw new SecretRefusal(EXIT.noSuchObject, `There are no secrets in ${folder}: nothing was sent`);
  const { others, down } = await nodes(ports);
  const notes = downNotes(down) + (others.length === 0 ? "" : `Syncing ${folder} to ${others.join(" ")} ...\n`);
  await send(ports, others, { kind: "secrets-replace", secrets }, notes);
  return notes;
}

async function send(ports: ToolPorts, targets: readonly string[], errand: NodeErrand, notes: string): Promise<void> {
  for (const node of targets) {
    const reply = await ports.ask({ op: "errand", node, errand }, ERRAND_MS);
    if (reply.exitCode !== EXIT.ok) throw new SecretRefusal(reply.exitCode, `Node ${node}: ${reply.message}`, notes);
  }
}

async function nodes(ports: ToolPorts): Promise<{ here: string; others: string[]; down: string[] }> {
  const status = await askStatus(ports);
  const others = status.peers.filter((peer) => peer.node !== status.node);
  const isActive = (peer: { heartbeat: string }): boolean => peer.heartbeat === "active";
  return {
    here: status.node,
    others: others.filter(isActive).map((peer) => peer.node),
    down: others.filter((peer) => !isActive(peer)).map((peer) => peer.node),
  };
}

function downNotes(down: readonly string[]): string {
  return down.map((node) => `Node ${node} is down - you'll need to update it with \`cibsecret sync\` later\n`).join("");
}
