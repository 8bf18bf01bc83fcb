import { readFileSync, unlinkSync, writeFileSync } from "node:fs";

/** Writes this process's number into a file, which goes when the process does. */
export function holdPidFile(path: string): void {
  const own = `${process.pid}\n`;
  writeFileSync(path, own);
  process.on("exit", () => {
    try {
      // Another process may have taken it over.
      if (readFileSync(path, "utf8") === own) unlinkSync(path);
    } catch {
      // Somebody has removed it already.
    }
  });
}
