import { md5Hex } from "../../base/md5.ts";
import { clusterPaths } from "../../model/paths.ts";
import { isSecretName, SECRET_VALUE } from "../../model/secret.ts";
import type { ToolPorts } from "../frame/tool.ts";

/** What lies on this node's disk. */
export interface KeptSecret {
  readonly value: string | undefined;
  readonly sign: string | undefined;
  /** The checksum fits. */
  readonly isSound: boolean;
}

export function keptHere(ports: ToolPorts, resource: string, parameter: string): KeptSecret {
  const file = `${secretsFolder(ports)}/${resource}/${parameter}`;
  const read = (path: string): string | undefined => {
    const found = ports.readFile(path);
    return "text" in found ? found.text.replace(/\s+$/, "") : undefined;
  };
  const [value, sign] = [read(file), read(`${file}.sign`)];
  return { value, sign, isSound: value !== undefined && sign === md5Hex(value) };
}

/** Where this node keeps secrets. */
export function secretsFolder(ports: ToolPorts): string {
  return clusterPaths(ports.environment("KODOU_ROOT") ?? "").secretsFolder;
}

/**
 * Parameters as an agent of a resource needs them: this node's secrets stand in the place of `lrm://`. A parameter whose
 * secret cannot be used is missing, and `problem` says why. Source: services library of Pacemaker 3.0.2, "CIB secrets".
 */
export function withSecrets(
  ports: ToolPorts,
  resource: string,
  parameters: Readonly<Record<string, string>>,
): { readonly parameters: Readonly<Record<string, string>>; readonly problem: string | undefined } {
  const owner = resource.replace(/:\d+$/, "");
  const problems: string[] = [];
  const pairs = Object.entries(parameters).flatMap(([name, value]): [string, string][] => {
    if (value !== SECRET_VALUE) return [[name, value]];
    const kept = isSecretName(owner) && isSecretName(name) ? keptHere(ports, owner, name) : undefined;
    if (kept?.value !== undefined && kept.isSound) return [[name, kept.value]];
    const why = kept?.value === undefined ? "cannot be read on this node" : "does not fit its checksum on this node";
    problems.push(`the secret ${name} of ${owner} ${why}: see cibsecret`);
    return [];
  });
  return { parameters: Object.fromEntries(pairs), problem: problems.length === 0 ? undefined : problems.join("; ") };
}
