import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { attempt } from "./host-commands.ts";

/** Whether this process is root in a user namespace only. Source: user_namespaces(7), uid_map. */
export function isInUserNamespace(): boolean {
  return !/^\s*0\s+0\s+4294967295\s*$/.test(readFileSync("/proc/self/uid_map", "latin1"));
}

/**
 * In a user namespace the owner of the host's files is nobody, and overlay file systems refuse to copy them up. So the
 * nodes of such a lab begin with a copy of /etc, as far as it may be read, and with /var's folders without their content.
 */
export async function makeLabBase(labFolder: string): Promise<void> {
  if (!isInUserNamespace()) return;
  const base = baseIn(labFolder);
  mkdirSync(base);
  await attempt(["cp", "-dR", "--preserve=mode,timestamps,links", "/etc", base]);
  const folders = "cd /var && find . -mindepth 1 -maxdepth 3 -type d ! -path './lib/*/*'";
  await attempt(["sh", "-c", `mkdir "$1/var" && ${folders} | (cd "$1/var" && xargs mkdir -p) ; ln -sfT /run "$1/var/run"`, "base", base]);
}

/** The folder whose `etc` and `var` the nodes of a lab begin with; "" for the host's root. */
export function labBase(labFolder: string): string {
  return existsSync(baseIn(labFolder)) ? baseIn(labFolder) : "";
}

function baseIn(labFolder: string): string {
  return join(labFolder, "base");
}
