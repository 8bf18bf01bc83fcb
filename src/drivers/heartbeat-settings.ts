import { readFileSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { parseAuthKeys } from "../heartbeat/configuration/auth-keys.ts";
import { type HeartbeatSettings, parseHaCf } from "../heartbeat/configuration/ha-cf.ts";
import type { AuthKeys } from "../wire/signature.ts";

/** Everything a node needs to beat, read from its files. */
export interface LoadedSettings {
  readonly node: string;
  readonly settings: HeartbeatSettings;
  readonly keys: AuthKeys;
  readonly notices: readonly string[];
}

/** A configuration file is missing or wrong; the message names file, line and reason. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

/** Reads `ha.cf`, `authkeys` and `nodeinfo`. Throws SettingsError. */
export function loadHeartbeatSettings(folder: string): LoadedSettings {
  const path = join(folder, "ha.cf");
  const parsed = parseHaCf(read(path));
  const remark = ({ line, text }: { line: number; text: string }): string => (line === 0 ? `${path}: ${text}` : `${path}:${line}: ${text}`);
  if (!parsed.settings) throw new SettingsError(parsed.errors.map(remark).join("\n"));
  const node = nodeName(folder);
  // `autojoin other` lets others join; this node itself must be there. `any` is for it too.
  if (!parsed.settings.nodes.includes(node) && parsed.settings.others.get("autojoin")?.[0] !== "any") {
    throw new SettingsError(
      `${path}: this node's name ${node} is in no node line (nodes: ${parsed.settings.nodes.join(" ")}); names must equal uname -n`,
    );
  }
  const keysPath = join(folder, "authkeys");
  const keys = parseAuthKeys(read(keysPath), statSync(keysPath).mode);
  if (!keys.ok) throw new SettingsError(`${keysPath}: ${keys.error}`);
  return { node, settings: parsed.settings, keys: keys.value, notices: parsed.notices.map(remark) };
}

function nodeName(folder: string): string {
  try {
    const [first = ""] = readFileSync(join(folder, "nodeinfo"), "utf8").split("\n");
    if (first.trim() !== "") return first.trim().toLowerCase();
  } catch {
    // Without the file the host's name counts.
  }
  return hostname().toLowerCase();
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const hint = code === "ENOENT" ? "it does not exist; examples are in the folder examples/" : (error as Error).message;
    throw new SettingsError(`${path}: ${hint}`);
  }
}
