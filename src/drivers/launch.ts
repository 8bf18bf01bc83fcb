import { spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";

/** Starts a program that goes on by itself; its output is added to a file. Returns its process id. */
export function launchDetached(words: readonly string[], outputFile: string, folder = "/"): number {
  mkdirSync(dirname(outputFile), { recursive: true });
  const output = openSync(outputFile, "a", 0o640);
  const child = spawn(words[0] ?? "", words.slice(1), { detached: true, stdio: ["ignore", output, output], cwd: folder });
  child.unref();
  return child.pid ?? 0;
}
