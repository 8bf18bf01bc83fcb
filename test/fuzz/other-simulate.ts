import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { XmlElement } from "../../src/xml/element.ts";
import { parseXml } from "../../src/xml/parse.ts";
import { writePretty } from "../../src/xml/write.ts";
import { canonicalPlan } from "../conformance/canonical-plan.ts";
import { statusSection } from "../conformance/cluster-status.ts";
import { dashedLines, transitionSummary } from "../conformance/expected-text.ts";
import { debianInput } from "./debian-input.ts";
import type { Opinion, Wanted } from "./opinion.ts";

/** A crm_simulate to compare with. */
export interface OtherProgram {
  readonly path: string;
  /** It decides as 3.0.2 does, and reads the same documents; else it is 2.1.5. */
  readonly isOfThisVersion: boolean;
}

export const DEBIAN_PROGRAM: OtherProgram = { path: "/usr/sbin/crm_simulate", isOfThisVersion: false };
const TIMEOUT_MS = 20_000;
/** What it says when it goes on although something cannot be: a copy of it has ended there. */
const ASSERTION = /Triggered fatal assertion/;

/** Asks a crm_simulate for its plan. One folder of its own per instance. */
export class OtherSimulate {
  readonly #program: OtherProgram;
  readonly #folder = mkdtempSync(join(tmpdir(), "kodou-fuzz-"));

  constructor(program: OtherProgram) {
    this.#program = program;
  }

  /** What it would do; undefined when it refuses the input or fails itself. */
  ask(cib: XmlElement, wanted: Wanted): Opinion | undefined {
    const input = join(this.#folder, "input.xml");
    const output = join(this.#folder, "graph.xml");
    const dot = join(this.#folder, "graph.dot");
    rmSync(output, { force: true });
    rmSync(dot, { force: true });
    writeFileSync(input, writePretty(this.#program.isOfThisVersion ? cib : debianInput(cib)));
    const done = this.#call("-x", input, wanted.status ? "-S" : "-R", "-G", output, ...(wanted.blocked ? ["-D", dot] : []));
    if (done.status !== 0 || !existsSync(output) || ASSERTION.test(done.stderr)) return undefined;
    const graph = parseXml(readFileSync(output, "utf8"));
    if (!graph.ok) return undefined;
    const shown = (title: string): string[] => (wanted.status ? statusSection(done.stdout, title) : []);
    return {
      plan: canonicalPlan(graph.value),
      decisions: transitionSummary(done.stdout),
      scores: wanted.scores ? scoresOf(this.#call("-x", input, "-sQ").stdout) : [],
      blocked: wanted.blocked && existsSync(dot) ? dashedLines(readFileSync(dot, "utf8")) : [],
      status: { before: shown("Current cluster status"), after: shown("Revised Cluster Status") },
    };
  }

  #call(...options: readonly string[]) {
    return spawnSync(this.#program.path, options, {
      encoding: "utf8",
      timeout: TIMEOUT_MS,
      maxBuffer: 256 * 1024 * 1024,
      env: { ...process.env, LC_ALL: "C", CIB_shadow_dir: this.#folder, PCMK_logfile: "none" },
    });
  }

  /** Removes the folder. */
  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Score lines with the labels of 3.0.2. */
function scoresOf(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*\*?\s*(?:pcmk__)?(native|primitive|group|clone|bundle)_(?:color|allocate|assign): (.*)$/.exec(line);
    if (match) return [`${match[1] === "native" ? "primitive" : match[1]}: ${match[2]}`];
    return / promotion score /.test(line) ? [line.trim().replace(/^\* /, "")] : [];
  });
}
