import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./host-commands.ts";

/** A control group that stops all processes of a node at once, those that are just being forked included. */
export class LabFreezer {
  readonly #folder: string | undefined;
  readonly #isV1: boolean;

  /** `name`: of the group, unique on this machine; `root`: where control groups of either version are mounted. */
  constructor(name: string, root = "/sys/fs/cgroup") {
    const v1 = join(root, "freezer");
    const v2 = [join(root, "unified"), root].find(
      (folder) => existsSync(join(folder, "cgroup.procs")) && existsSync(join(folder, "cgroup.controllers")),
    );
    this.#isV1 = existsSync(v1);
    const parent = this.#isV1 ? v1 : v2;
    this.#folder = parent === undefined ? undefined : join(parent, name);
  }

  /** Makes the group; gives the file that a process writes its number to in order to join, or undefined without groups. */
  prepare(): string | undefined {
    if (this.#folder === undefined) return undefined;
    try {
      mkdirSync(this.#folder, { recursive: true });
      return join(this.#folder, "cgroup.procs");
    } catch {
      return undefined;
    }
  }

  /** Whether there is a group to freeze. */
  get isUsable(): boolean {
    return this.#folder !== undefined && existsSync(join(this.#folder, "cgroup.procs"));
  }

  async freeze(): Promise<void> {
    this.#write(true);
    await until("freezing", () => this.isFrozen);
  }

  thaw(): void {
    if (this.isUsable) this.#write(false);
  }

  get isFrozen(): boolean {
    if (this.#folder === undefined) return false;
    try {
      if (this.#isV1) return readFileSync(join(this.#folder, "freezer.state"), "latin1").trim() === "FROZEN";
      return /^frozen 1$/m.test(readFileSync(join(this.#folder, "cgroup.events"), "latin1"));
    } catch {
      return false;
    }
  }

  /** Removes the group once it is empty. */
  async remove(): Promise<void> {
    const folder = this.#folder;
    if (folder === undefined) return;
    await until(`removing ${folder}`, () => {
      if (!existsSync(folder)) return true;
      try {
        rmdirSync(folder);
        return true;
      } catch {
        return false;
      }
    });
  }

  #write(isFrozen: boolean): void {
    if (this.#folder === undefined) return;
    const [file, text] = this.#isV1 ? ["freezer.state", isFrozen ? "FROZEN" : "THAWED"] : ["cgroup.freeze", isFrozen ? "1" : "0"];
    writeFileSync(join(this.#folder, file), text);
  }
}
