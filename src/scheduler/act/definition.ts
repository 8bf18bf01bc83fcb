import type { Assigned } from "../assign/assign.ts";
import { parameterDigest } from "../digest.ts";
import type { Resource } from "../resource.ts";
import { instanceParameters, oneShotOperation } from "./make-action.ts";

/** Compares the parameters and agent a running primitive was started with to what is configured now. */
export function judgeDefinition(cluster: Assigned, resource: Resource): void {
  if (resource.isRemoved || !resource.isManaged) return;
  for (const node of resource.activeOn) {
    const place = `${resource.id} ${node.index}`;
    const started = cluster.history.starts.get(place);
    if (!started || !node.isOnline || node.uncleanReason !== undefined) continue;
    const { xml } = started;
    const parameters = instanceParameters(resource, node, cluster.nowEpochSeconds);
    for (const [name, value] of oneShotOperation(resource, started.name)?.parameters ?? []) parameters.set(name, value);
    const restartDigest = xml.get("op-restart-digest");
    const forced = new Set((xml.get("op-force-restart") ?? "").split(/\s+/).filter((name) => name !== ""));
    if (restartDigest !== undefined && forced.size > 0) {
      const relevant = new Map([...parameters].filter(([name]) => forced.has(name)));
      if (parameterDigest(relevant, undefined) !== restartDigest) {
        resource.needsRestart = true;
        continue;
      }
    }
    if (isUnchangedSecurely(xml.get("op-secure-params"), xml.get("op-secure-digest"), parameters, resource.isFenceDevice)) continue;
    const digest = xml.get("op-digest");
    if (digest === undefined || digest === parameterDigest(parameters, undefined)) continue;
    if (restartDigest !== undefined) resource.needsReload = true;
    else resource.needsRestart = true;
  }
}

/** True when everything that is not a password is as recorded. */
export function isUnchangedSecurely(
  names: string | undefined,
  digest: string | undefined,
  parameters: ReadonlyMap<string, string>,
  isFenceDevice: boolean,
): boolean {
  if (digest === undefined) return false;
  const secret = new Set((names ?? "").split(/\s+/));
  const open = [...parameters].filter(([name]) => !secret.has(name) && !(isFenceDevice && name.startsWith("pcmk_")));
  return parameterDigest(new Map(open), undefined) === digest;
}
