import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "../../base/limits.ts";
import { isSecretName } from "../../model/secret.ts";
import { writeFileAtomically } from "./atomic-file.ts";

/** A secret read from disk, or why it cannot be used. */
export type SecretRead = { readonly value: string } | { readonly problem: "missing" | "unsigned" | "altered" };

/**
 * Secrets of resources: one file each, `RESOURCE/PARAMETER`, and its MD5 beside it in `.sign`, as Pacemaker's cibsecret
 * lays them out. Only root can read them.
 */
export class SecretStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The value, when its checksum is right. */
  read(resource: string, parameter: string): SecretRead {
    const file = this.#file(resource, parameter);
    if (!existsSync(file) || statSync(file).size > LIMITS.secretBytes) return { problem: "missing" };
    const value = readFileSync(file, "utf8").replace(/\s+$/, "");
    if (!existsSync(`${file}.sign`)) return { problem: "unsigned" };
    return readFileSync(`${file}.sign`, "utf8").trim() === checksum(value) ? { value } : { problem: "altered" };
  }

  /** Writes a secret durably. Throws what the operating system reports. */
  write(resource: string, parameter: string, value: string): void {
    if (Buffer.byteLength(value) > LIMITS.secretBytes) throw new RangeError(`a secret has at most ${LIMITS.secretBytes} bytes`);
    const file = this.#file(resource, parameter);
    mkdirSync(join(this.#folder, resource), { recursive: true, mode: 0o700 });
    // A crash between the two leaves a checksum that does not fit: the value is not used.
    writeFileAtomically(file, `${value}\n`, 0o600);
    writeFileAtomically(`${file}.sign`, `${checksum(value.replace(/\s+$/, ""))}\n`, 0o600);
  }

  delete(resource: string, parameter: string): void {
    const file = this.#file(resource, parameter);
    for (const path of [file, `${file}.sign`]) rmSync(path, { force: true });
  }

  /** Everything that is stored here, sorted; what is unreadable or altered is left out. */
  all(): { resource: string; parameter: string; value: string }[] {
    return foldersIn(this.#folder).flatMap((resource) =>
      readdirSync(join(this.#folder, resource))
        .filter((name) => !name.endsWith(".sign") && isSecretName(name))
        .sort()
        .flatMap((parameter) => {
          const read = this.read(resource, parameter);
          return "value" in read ? [{ resource, parameter, value: read.value }] : [];
        }),
    );
  }

  /** Makes these the only secrets. */
  replace(secrets: readonly { readonly resource: string; readonly parameter: string; readonly value: string }[]): void {
    for (const { resource, parameter, value } of secrets) this.write(resource, parameter, value);
    const kept = new Set(secrets.map(({ resource, parameter }) => `${resource}/${parameter}`));
    for (const resource of foldersIn(this.#folder)) {
      for (const name of readdirSync(join(this.#folder, resource))) {
        if (!kept.has(`${resource}/${name.replace(/\.sign$/, "")}`)) rmSync(join(this.#folder, resource, name), { force: true });
      }
    }
  }

  #file(resource: string, parameter: string): string {
    for (const name of [resource, parameter]) {
      if (!isSecretName(name)) throw new RangeError(`${JSON.stringify(name)} cannot name a secret`);
    }
    return join(this.#folder, resource, parameter);
  }
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && isSecretName(entry.name))
    .map((entry) => entry.name)
    .sort();
}

function checksum(value: string): string {
  return createHash("md5").update(value, "utf8").digest("hex");
}
