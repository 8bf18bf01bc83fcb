import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "../../base/limits.ts";
import { fileDigest } from "../../cib/digest.ts";
import { INITIAL_SCHEMA, initialCib } from "../../cib/document.ts";
import { SCHEMAS } from "../../cib/schemas.ts";
import { upgradeHeartbeat2 } from "../../cib/upgrade/heartbeat2.ts";
import { updateSchema } from "../../cib/upgrade/schema-update.ts";
import { validateCib } from "../../cib/validate.ts";
import { element, XmlElement } from "../../xml/element.ts";
import { parseXml } from "../../xml/parse.ts";
import { writePretty } from "../../xml/write.ts";
import { syncFolder, writeFileAtomically } from "./atomic-file.ts";

/** The configuration a node found on its disk, and what had to be done to find one. */
export interface LoadedCib {
  readonly cib: XmlElement;
  /** Sentences for the operator; empty when `cib.xml` was good. */
  readonly notices: readonly string[];
}

/** What of a document is kept: the configuration, without status and the count of its updates. Shares its elements. */
export function storedForm(cib: XmlElement): XmlElement {
  const kept = cib.children.filter((child) => child.name !== "status");
  const stored = new XmlElement(cib.name, cib.attributes, [...kept, element("status")]);
  stored.set("num_updates", "0");
  return stored;
}

/**
 * The CIB on disk: `cib.xml` with its digest in `cib.xml.sig`, and numbered backups `cib-N.raw`. Layout as Pacemaker's,
 * so that tools find what they know.
 */
export class CibStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Reads the configuration. A file that is damaged is moved aside, never deleted, and the newest good backup is used;
   * with no good file at all the configuration is empty.
   */
  load(): LoadedCib {
    mkdirSync(this.#folder, { recursive: true, mode: 0o750 });
    const notices: string[] = [];
    const main = join(this.#folder, "cib.xml");
    if (!existsSync(main) && this.#backups().length === 0) return { cib: initialCib(), notices };
    const read = this.#read(main);
    if (typeof read !== "string") return { cib: read, notices };
    notices.push(`${main}: ${read}`);
    if (existsSync(main)) notices.push(this.#moveAside(main));
    for (const backup of this.#backups()) {
      const candidate = this.#read(backup);
      if (typeof candidate === "string") {
        notices.push(`${backup}: ${candidate}`);
        continue;
      }
      notices.push(`using the backup ${backup}: check that it is the configuration you expect`);
      return { cib: candidate, notices };
    }
    notices.push("no good backup either: starting with an empty configuration; another member's newer one will replace it");
    return { cib: initialCib(), notices };
  }

  /** Makes `cib` the configuration on disk, the present file becoming a backup. Throws when it cannot be written. */
  save(cib: XmlElement): void {
    const main = join(this.#folder, "cib.xml");
    const stored = storedForm(cib);
    this.#backUp(main);
    writeFileAtomically(`${main}.sig`, fileDigest(stored), 0o600);
    writeFileAtomically(main, writePretty(stored), 0o600);
  }

  #read(path: string): XmlElement | string {
    let text: string;
    try {
      text = readFileSync(path, "utf8");
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    const parsed = parseXml(text);
    if (!parsed.ok) return `line ${parsed.error.line}: ${parsed.error.message}`;
    const signature = existsSync(`${path}.sig`) ? readFileSync(`${path}.sig`, "utf8").trim() : undefined;
    if (signature !== undefined && signature !== fileDigest(parsed.value)) {
      return `its digest is not the one in ${path}.sig: it was damaged or edited by hand (use cibadmin to change the configuration)`;
    }
    const cib = inUse(parsed.value);
    const problem = validateCib(cib).find(({ isBearable }) => !isBearable);
    if (problem) return `${problem.path}: ${problem.message}`;
    cib.childOrCreate("status");
    return cib;
  }

  #moveAside(path: string): string {
    for (let n = 1; n < 10_000; n += 1) {
      const aside = join(this.#folder, `cib.damaged.${n}`);
      if (existsSync(aside)) continue;
      renameSync(path, aside);
      if (existsSync(`${path}.sig`)) renameSync(`${path}.sig`, `${aside}.sig`);
      syncFolder(this.#folder);
      return `kept the file as ${aside}`;
    }
    return `could not keep the file: too many cib.damaged.N in ${this.#folder}`;
  }

  /** Backups, newest first. */
  #backups(): string[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder)
      .filter((name) => /^cib-\d+\.raw$/.test(name))
      .map((name) => join(this.#folder, name))
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs || Number(/\d+/.exec(b)?.[0]) - Number(/\d+/.exec(a)?.[0]));
  }

  #backUp(main: string): void {
    if (!existsSync(main)) return;
    const counter = join(this.#folder, "cib.last");
    const last = existsSync(counter) ? Number.parseInt(readFileSync(counter, "utf8"), 10) || 0 : 0;
    const number = last % LIMITS.cibBackups;
    const backup = join(this.#folder, `cib-${number}.raw`);
    for (const suffix of ["", ".sig"]) {
      if (!existsSync(`${main}${suffix}`)) continue;
      if (existsSync(`${backup}${suffix}`)) unlinkSync(`${backup}${suffix}`);
      linkSync(`${main}${suffix}`, `${backup}${suffix}`);
    }
    writeFileAtomically(counter, String((number + 1) % LIMITS.cibBackups));
  }
}

/** Documents of before pacemaker-3.0 hold options and rights that only count under their present names. */
function inUse(document: XmlElement): XmlElement {
  const cib = upgradeHeartbeat2(document);
  const at = SCHEMAS.indexOf(cib.get("validate-with") ?? "");
  return at >= 0 && at < SCHEMAS.indexOf("pacemaker-3.0") ? updateSchema(cib, INITIAL_SCHEMA).cib : cib;
}
