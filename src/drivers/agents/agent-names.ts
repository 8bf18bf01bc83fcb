import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { compareBytes } from "../../base/names.ts";

const LONGEST_NAME = 200;

/**
 * Whether a class, provider or agent name may become part of a path and of an argument list: one path component, not
 * hidden, no option, no control characters. Everything else could reach files that are no agents.
 */
export function isSafeAgentName(name: string): boolean {
  if (name.length === 0 || name.length > LONGEST_NAME) return false;
  // `\` and `@` stand in names of systemd units, `:` in names of devices.
  return /^[A-Za-z0-9_][A-Za-z0-9_.,+@:\\-]*$/.test(name) && !name.includes("..");
}

/** Whether `path` is a regular file that may be executed. */
export function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Visible executable files of the folders, by name, each once, sorted. A missing folder is empty. */
export function executablesIn(...folders: readonly string[]): string[] {
  const names = folders.flatMap((folder) => entries(folder).filter((name) => isExecutableFile(join(folder, name))));
  return [...new Set(names)].filter(isSafeAgentName).sort(compareBytes);
}

/** Visible folders in the folders, by name, each once, sorted. */
export function foldersIn(...folders: readonly string[]): string[] {
  const names = folders.flatMap((folder) => entries(folder).filter((name) => isFolder(join(folder, name))));
  return [...new Set(names)].filter(isSafeAgentName).sort(compareBytes);
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
