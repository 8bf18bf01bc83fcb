import { setCibVersion } from "../cib/version.ts";
import { parseXml } from "../xml/parse.ts";
import { World, type WorldOptions } from "./world.ts";

/** A world whose machines, not yet booted, all have this `<configuration>` on their disks, at version 0.1.0. Throws an Error when it is none. */
export function configuredWorld(options: WorldOptions, configuration: string): World {
  const parsed = parseXml(configuration);
  if (!parsed.ok) throw new Error(`line ${parsed.error.line}: ${parsed.error.message}`);
  const world = new World(options);
  for (const { disk } of world.machines.values()) {
    disk.cib.children[0] = parsed.value.clone();
    setCibVersion(disk.cib, { adminEpoch: 0, epoch: 1, numUpdates: 0 });
  }
  return world;
}
