import type { SchedulerNode } from "../cluster/node.ts";
import { primitivesOf } from "../cluster/resource-state.ts";
import { foundUnclean } from "../unpack/history/fence-node.ts";
import type { Unpacked } from "../unpack/unpack.ts";
import { type DigestScene, unfencingDigests } from "./operation-digest.ts";
import { OperationReader } from "./operation-meta.ts";
import { type DefinitionChange, isUnfencingDevice } from "./plan.ts";

/** The present definitions of all unfencing devices, as unfenced nodes remember them, and which of them are new to a node. */
export interface DeviceDefinitions {
  readonly all: string;
  /** Without what is secret. */
  readonly secure: string;
  readonly changes: readonly DefinitionChange[];
}

/** Compares the definitions of unfencing devices with what a node remembers of its unfencing. Source: Pacemaker, fencing digests. */
export function deviceDefinitions(scene: DigestScene, node: SchedulerNode): DeviceDefinitions {
  let all = "";
  let secure = "";
  const changes: DefinitionChange[] = [];
  const recordedAll = node.attributes.get("#digests-all");
  const recordedSecure = node.attributes.get("#digests-secure") ?? "";
  const devices = primitivesOf(scene.cluster.top).filter(isUnfencingDevice);
  for (const device of devices.reverse()) {
    const digests = unfencingDigests(scene, device, node);
    const name = `${device.id}:${device.type}`;
    const wanted = `${name}:${digests.secure}`;
    all += `${name}:${digests.all},`;
    secure += `${wanted},`;
    if (recordedAll === undefined || recordedAll.includes(`${name}:${digests.all}`)) continue;
    changes.push({ device: device.id, node: node.name, isSecretOnly: recordedSecure.includes(wanted), wanted });
  }
  return { all, secure, changes };
}

/** Changes that show while the status is read: at the nodes that have to be fenced. */
export function changesAtLostNodes(unpacked: Unpacked): DefinitionChange[] {
  if (!unpacked.usesUnfencing) return [];
  const scene = { operations: new OperationReader(unpacked.cib, unpacked.nowEpochSeconds), cluster: unpacked };
  return foundUnclean(unpacked).flatMap((node) => deviceDefinitions(scene, node).changes);
}
