import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, it } from "vitest";

const SOURCE = join(import.meta.dirname, "..", "src");

/** Layers from bottom to top; a folder imports from its own layer only where `siblings` allows it. */
const LAYERS: readonly { readonly folders: readonly string[]; readonly siblings: boolean }[] = [
  { folders: ["base"], siblings: false },
  { folders: ["time", "score"], siblings: true },
  { folders: ["ports", "xml"], siblings: false },
  { folders: ["model"], siblings: false },
  { folders: ["cib", "wire"], siblings: false },
  {
    folders: ["heartbeat", "membership", "election", "replication", "scheduler", "transition", "executor", "fencing", "attributes"],
    siblings: false,
  },
  { folders: ["node"], siblings: false },
  { folders: ["output", "drivers", "sim"], siblings: false },
  { folders: ["tools"], siblings: false },
  { folders: ["web", "daemons", "lab"], siblings: true },
  { folders: ["bin"], siblings: true },
];

/**
 * Rooms of a folder from bottom to top; what stands in the folder itself is on top of them. A room imports from those below
 * it only, never from one of its own layer.
 */
const ROOMS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  node: [["status"], ["interface"], ["dc", "views"], ["member"], ["clients"]],
  scheduler: [["cluster"], ["unpack"], ["constrain"], ["assign", "plan"], ["act"], ["order", "fence"], ["graph"], ["report"], ["explain"]],
  "scheduler/unpack": [["configuration"], ["history"]],
  output: [["text"], ["problems", "status"], ["explanation", "log"]],
  tools: [
    ["frame"],
    ["cib"],
    ["cluster", "fencing", "rules", "simulate", "ticket"],
    ["resource"],
    ["attributes", "documentation", "explain", "monitor", "secret"],
    ["report"],
  ],
};

/** Folders that may touch the operating system. */
const OUTSIDE = new Set(["drivers", "daemons", "web", "lab", "bin"]);

/** Packages a pure folder may use all the same, with the reason. */
const ALLOWED_PACKAGES: Readonly<Record<string, readonly string[]>> = {};

const BANNED_GLOBALS: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  { pattern: /\bDate\.now\(|\bnew Date\(\)/, instead: "take nowMs or nowEpochSeconds as an argument" },
  { pattern: /\bMath\.random\(/, instead: "take a SeededRandom" },
  { pattern: /\b(setTimeout|setInterval|setImmediate)\(/, instead: "return an effect; the driver owns timers" },
  { pattern: /\bconsole\./, instead: "return a log effect or text" },
  { pattern: /\bprocess\.(env|argv|exit|stdout|stderr|hrtime|on|kill|pid)\b/, instead: "take it as an argument" },
];

interface Import {
  readonly file: string;
  readonly line: number;
  readonly target: string;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

const files = sources(SOURCE).map((path) => ({ path: relative(SOURCE, path), text: readFileSync(path, "utf8") }));

function importsOf(file: { path: string; text: string }): Import[] {
  return file.text.split("\n").flatMap((text, index) => {
    const match = /(?:^|\s)from\s+"([^"]+)"|^\s*import\s+"([^"]+)"|import\("([^"]+)"\)|require\("([^"]+)"\)/.exec(text);
    const target = match?.[1] ?? match?.[2] ?? match?.[3] ?? match?.[4];
    return target === undefined || /^\s*(\*|\/\/)/.test(text) ? [] : [{ file: file.path, line: index + 1, target }];
  });
}

const folderOf = (path: string): string => path.split("/")[0] ?? "";
const layerOf = (folder: string): number => LAYERS.findIndex((layer) => layer.folders.includes(folder));
const resolved = (found: Import): string => normalize(join(dirname(found.file), found.target));

/** A file as it stands in one of the folders with rooms. */
interface Place {
  /** Name of the room; empty when the file stands in the folder itself. */
  readonly room: string;
  /** Layer of the room; -1 when it is not known. */
  readonly layer: number;
}

/** Where a file stands in a folder with rooms; undefined when it is elsewhere. */
function placeIn(house: string, path: string): Place | undefined {
  if (!path.startsWith(`${house}/`)) return undefined;
  const layers = ROOMS[house] ?? [];
  const room =
    path
      .slice(house.length + 1)
      .split("/")
      .slice(0, -1)[0] ?? "";
  return { room, layer: room === "" ? layers.length : layers.findIndex((layer) => layer.includes(room)) };
}

describe("architecture", () => {
  it("knows every folder of src", () => {
    const unknown = [...new Set(files.map((file) => folderOf(file.path)))].filter((folder) => layerOf(folder) < 0);
    expect(unknown, "give the folder a layer in this test, and in docs/architecture.md").toEqual([]);
  });

  it("imports point down", () => {
    const wrong = files.flatMap(importsOf).flatMap((found) => {
      if (!found.target.startsWith(".")) return [];
      const from = folderOf(found.file);
      const to = folderOf(resolved(found));
      if (from === to) return [];
      const fromLayer = layerOf(from);
      const toLayer = layerOf(to);
      const isAllowed = toLayer < fromLayer || (toLayer === fromLayer && LAYERS[fromLayer]?.siblings === true);
      return isAllowed ? [] : [`src/${found.file}:${found.line} imports ${to}: move what both need into a lower folder, or pass it in`];
    });
    expect(wrong).toEqual([]);
  });

  it("knows every room", () => {
    const unknown = Object.keys(ROOMS).flatMap((house) =>
      files.filter((file) => placeIn(house, file.path)?.layer === -1).map((file) => dirname(file.path)),
    );
    expect([...new Set(unknown)], "give the room a layer in this test, and in docs/architecture.md").toEqual([]);
  });

  it("imports between rooms point down", () => {
    const all = files.flatMap(importsOf).filter((found) => found.target.startsWith("."));
    const wrong = Object.keys(ROOMS).flatMap((house) =>
      all.flatMap((found) => {
        const [from, to] = [placeIn(house, found.file), placeIn(house, resolved(found))];
        if (!from || !to || from.room === to.room || to.layer < from.layer) return [];
        const room = dirname(resolved(found));
        return [`src/${found.file}:${found.line} imports ${room}: move what both need into a lower room, or pass it in`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it("has no import cycles", () => {
    const graph = new Map(
      files.map((file) => [
        file.path,
        importsOf(file)
          .filter((i) => i.target.startsWith("."))
          .map(resolved),
      ]),
    );
    const state = new Map<string, "open" | "done">();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (state.get(path) === "done" || !graph.has(path)) return;
      if (state.get(path) === "open") {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
        return;
      }
      state.set(path, "open");
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
      state.set(path, "done");
    };
    for (const path of graph.keys()) visit(path, []);
    expect(cycles, "break the circle: let the upper file pass what the lower one needs").toEqual([]);
  });

  it("keeps the operating system and packages out of pure folders", () => {
    const wrong = files.flatMap(importsOf).flatMap((found) => {
      const folder = folderOf(found.file);
      if (OUTSIDE.has(folder) || found.target.startsWith(".")) return [];
      if (ALLOWED_PACKAGES[folder]?.includes(found.target)) return [];
      return [`src/${found.file}:${found.line} imports ${found.target}: name a type in ports/ and implement it in drivers/`];
    });
    expect(wrong).toEqual([]);
  });

  it("keeps clocks, chance, timers and output out of pure folders", () => {
    const wrong = files
      .filter((file) => !OUTSIDE.has(folderOf(file.path)))
      .flatMap((file) =>
        file.text.split("\n").flatMap((text, index) => {
          if (/^\s*(\*|\/\/|\/\*)/.test(text)) return [];
          return BANNED_GLOBALS.filter((banned) => banned.pattern.test(text)).map(
            (banned) => `src/${file.path}:${index + 1} ${text.trim()}: ${banned.instead}`,
          );
        }),
      );
    expect(wrong).toEqual([]);
  });
});
