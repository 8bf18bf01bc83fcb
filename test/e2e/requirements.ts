import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Installs what is missing of these Debian packages; throws with names and reason when that is not possible. */
export function requirePackages(...packages: readonly string[]): void {
  const script = join(import.meta.dirname, "..", "..", "scripts", "install-debian-packages.sh");
  try {
    execFileSync(script, packages, { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    const stderr = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    throw new Error(`end-to-end tests need the Debian packages ${packages.join(" ")}:\n${stderr.split("\n").slice(-6).join("\n")}`);
  }
}

/** Throws when the tests do not run as root. */
export function requireRoot(): void {
  if (process.getuid?.() !== 0) throw new Error("end-to-end tests make network namespaces: run them as root");
}
