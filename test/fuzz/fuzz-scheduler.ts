import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { XmlElement } from "../../src/xml/element.ts";
import { parseXml } from "../../src/xml/parse.ts";
import { writePretty } from "../../src/xml/write.ts";
import { hasGuests } from "./cib-questions.ts";
import { DEBIAN_FEATURE_SET } from "./debian-input.ts";
import { carryOut, GENERATED_NOW_EPOCH_SECONDS, generateCib, nowOf } from "./generate.ts";
import { DELIBERATE_DIFFERENCES, KNOWN_DIFFERENCES, KNOWN_IN_SMALL, type KnownDifference } from "./known-differences.ts";
import { unknownLines } from "./known-lines.ts";
import { type Focus, mutate } from "./mutate.ts";
import { ASPECTS, disagreement, hasCircle, ownOpinion, wantedFor } from "./opinion.ts";
import { DEBIAN_PROGRAM, type OtherProgram, OtherSimulate } from "./other-simulate.ts";
import { RandomChoice } from "./random-choice.ts";
import { shrink } from "./shrink.ts";
import { unsoundness } from "./soundness.ts";
import { spoil } from "./spoil.ts";

/** What to do, and with what. */
export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  /** Folder for the small CIBs that show a difference. */
  readonly keep: string | undefined;
  /** Folder with CIBs to start from; generated ones alone when there is none. */
  readonly inputs: string | undefined;
  readonly aspects: readonly string[];
  readonly focus: Focus;
  /** Ask nobody else, but spoil the inputs and look for plans that cannot be right whatever the input was. */
  readonly isAlone: boolean;
  readonly maxShrinkTries: number;
  /** Whom to compare with. */
  readonly program: OtherProgram;
  readonly say: (line: string) => void;
}

/** Something a CIB shows: our scheduler throws, or the two differ in one aspect. */
interface Finding {
  readonly kind: string;
  readonly lines: readonly string[];
}

/** Compares the two schedulers on random CIBs; returns how many differences are not explained. */
export function fuzzScheduler(options: FuzzOptions): number {
  const other = new OtherSimulate(options.program);
  try {
    return new Fuzzer(options, other).run();
  } finally {
    other.close();
  }
}

/** What a circle of orders that is opened changes. */
const CIRCULAR = new Set(["edges", "actions", "order"]);

class Fuzzer {
  readonly #options: FuzzOptions;
  readonly #other: OtherSimulate;
  readonly #starts: readonly { readonly name: string; readonly cib: XmlElement }[];
  readonly #known = new Map<string, number>();
  #asked = 0;
  #refused = 0;
  #found = 0;

  constructor(options: FuzzOptions, other: OtherSimulate) {
    this.#options = options;
    this.#other = other;
    this.#starts = options.inputs === undefined ? [] : readCibs(options.inputs, options.focus);
  }

  run(): number {
    const { count, seed, say } = this.#options;
    for (let serial = 0; serial < count; serial += 1) this.#round(seed + serial);
    for (const [name, times] of this.#known) say(`known: ${name}: ${times}`);
    if (this.#options.isAlone) say(`${count} spoilt, ${this.#found} findings`);
    else say(`${count} tried, ${this.#asked} compared, ${this.#refused} refused by the other side, ${this.#found} differences`);
    return this.#found;
  }

  #round(seed: number): void {
    const choice = new RandomChoice(seed);
    const start = this.#starts.length > 0 && choice.chance(0.7) ? choice.one(this.#starts) : undefined;
    const cib = start === undefined ? generateCib(choice, this.#options.focus) : start.cib.clone();
    if (start !== undefined) {
      const before = this.#look(cib);
      // Where the versions differ anyway a mutation tells nothing.
      if (before !== undefined && before.kind !== "throws") return;
    }
    if (start !== undefined && choice.chance(0.3)) carryOut(cib, nowOf(cib));
    if (this.#options.isAlone) spoil(cib, choice, choice.integer(1, 6));
    else mutate(cib, choice, choice.integer(1, 4), { focus: this.#options.focus });
    this.#asked += 1;
    const finding = this.#look(cib);
    if (finding === undefined) return;
    const small = shrink(cib, (candidate) => this.#look(candidate)?.kind === finding.kind, this.#options.maxShrinkTries);
    const shown = this.#look(small) ?? finding;
    if (this.#options.isAlone || shown.kind === "throws" || !this.#isKnownOfVersion(KNOWN_IN_SMALL, small, shown.lines))
      this.#report(seed, start?.name ?? "generated", small, shown);
  }

  #report(seed: number, source: string, cib: XmlElement, finding: Finding): void {
    const { say, keep } = this.#options;
    this.#found += 1;
    say(`seed ${seed} (${source}): ${finding.kind}`);
    for (const line of finding.lines.slice(0, 12)) say(`  ${line}`);
    if (keep === undefined) return;
    mkdirSync(keep, { recursive: true });
    writeFileSync(join(keep, `${finding.kind}-${seed}.xml`), writePretty(cib));
  }

  /** What this CIB shows; undefined when all is well or explained. */
  #look(cib: XmlElement): Finding | undefined {
    if (this.#options.isAlone) return unsoundness(cib.clone(), nowOf(cib));
    let ours: ReturnType<typeof ownOpinion>;
    try {
      ours = ownOpinion(cib.clone(), nowOf(cib), wantedFor(this.#options.aspects));
    } catch (error) {
      return { kind: "throws", lines: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
    }
    const theirs = this.#other.ask(cib, wantedFor(this.#options.aspects));
    if (theirs === undefined) {
      this.#refused += 1;
      return undefined;
    }
    for (const aspect of this.#options.aspects) {
      const differing = disagreement(theirs, ours, aspect);
      const lines = this.#options.program.isOfThisVersion ? differing : unknownLines(aspect, differing);
      if (lines.length === 0) continue;
      if (ours.hasOpenedCircles && CIRCULAR.has(aspect)) return this.#take("orders in a circle");
      if (aspect !== "decisions" && [...theirs.plan.edges].some((edge) => edge.startsWith("MISSING ")))
        return this.#take("a graph of the other side that cannot be completed");
      if (aspect === "edges" && lines.every((line) => line.startsWith("- ")) && hasCircle(theirs.plan.edges))
        return this.#take("a circle in the graph of the other side");
      if (lines.some((line) => line.startsWith("- Migrate ")) && hasCircle(theirs.plan.edges))
        return this.#take("a live migration of the other side that waits for itself");
      if (aspect === "revised" && [...theirs.plan.actions].some(({ key }) => key.startsWith("rsc_op cancel ")))
        return this.#take("a recorded cancellation");
      if (this.#isKnown(DELIBERATE_DIFFERENCES, cib, lines) || this.#isKnownOfVersion(KNOWN_DIFFERENCES, cib, lines)) return undefined;
      return { kind: aspect, lines };
    }
    return undefined;
  }

  /** Like isKnown, for what another version did otherwise: a program of this version has no such excuse. */
  #isKnownOfVersion(differences: readonly KnownDifference[], cib: XmlElement, lines: readonly string[]): boolean {
    return !this.#options.program.isOfThisVersion && this.#isKnown(differences, cib, lines);
  }

  #isKnown(differences: readonly KnownDifference[], cib: XmlElement, lines: readonly string[]): boolean {
    const known = differences.find((one) => one.explains(cib, lines));
    if (known !== undefined) this.#take(known.name);
    return known !== undefined;
  }

  /** Counts a difference that has a name. */
  #take(name: string): undefined {
    this.#known.set(name, (this.#known.get(name) ?? 0) + 1);
  }
}

function readCibs(folder: string, focus: Focus): { name: string; cib: XmlElement }[] {
  const inner = join(folder, "xml");
  const place = existsSync(inner) ? inner : folder;
  const names = readdirSync(place)
    .filter((name) => name.endsWith(".xml"))
    .sort();
  return names.flatMap((name) => {
    const read = parseXml(readFileSync(join(place, name), "utf8"));
    if (!read.ok || (focus === "guests" && !hasGuests(read.value))) return [];
    // Some digests depend on it, and the other side gets this one.
    read.value.set("crm_feature_set", DEBIAN_FEATURE_SET);
    if (read.value.get("execution-date") === undefined) read.value.set("execution-date", String(GENERATED_NOW_EPOCH_SECONDS));
    return [{ name, cib: read.value }];
  });
}

const FOCI: readonly Focus[] = ["all", "guests", "features", "values"];

/** Reads the arguments; undefined when they cannot be understood. */
export function readFuzzArguments(argv: readonly string[], say: (line: string) => void): FuzzOptions | undefined {
  const named = new Map<string, string>();
  for (let at = 0; at < argv.length; at += 2) {
    const value = argv[at + 1];
    if (
      !["--count", "--seed", "--keep", "--inputs", "--aspects", "--shrink", "--alone", "--focus", "--program"].includes(argv[at] ?? "") ||
      value === undefined
    )
      return undefined;
    named.set(argv[at] ?? "", value);
  }
  const focus = FOCI.find((one) => one === (named.get("--focus") ?? "all"));
  if (focus === undefined) return undefined;
  const program = named.get("--program");
  const wanted = (named.get("--aspects") ?? "decisions,actions").split(",");
  return {
    count: Number(named.get("--count") ?? 200),
    seed: Number(named.get("--seed") ?? 1),
    keep: named.get("--keep"),
    inputs: named.get("--inputs"),
    aspects: [...ASPECTS.keys()].filter((aspect) => wanted.includes(aspect)),
    focus,
    isAlone: named.get("--alone") === "true",
    maxShrinkTries: Number(named.get("--shrink") ?? 600),
    program: program === undefined ? DEBIAN_PROGRAM : { path: program, isOfThisVersion: true },
    say,
  };
}
