// Bundles every src/bin/NAME.ts into one file, dist/NAME.cjs. Tools are in dist/bin by their names; those that answer for
// corosync's are in a folder of their own, so that a real corosync's are hidden by nobody who did not ask for it.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildLaunchers } from "./build-launchers.mjs";
import { compileBundles } from "./code-cache.mjs";

const root = join(fileURLToPath(import.meta.url), "..", "..");
/** Programs that are no command-line tools of a cluster. */
const OTHERS = /^(kodou.*|corosync-.*|bench.*|conformance.*|properties|explain-check|fuzz-.*)$/;
const isQuiet = process.argv.includes("--quiet");
const version = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;
const entries = readdirSync(join(root, "src/bin"))
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !["version.ts", "run-tool.ts", "sim-command.ts"].includes(name))
  .map((name) => name.slice(0, -3));

rmSync(join(root, "dist"), { recursive: true, force: true });
mkdirSync(join(root, "dist"), { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: Object.fromEntries(entries.map((name) => [name, `src/bin/${name}.ts`])),
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  // A native module: it finds its prebuilt binary beside its own files.
  external: ["serialport"],
  banner: { js: "#!/usr/bin/env node" },
  define: { __KODOU_VERSION__: JSON.stringify(version), "import.meta.url": '"bundle"' },
  logLevel: "warning",
});
for (const name of entries) chmodSync(join(root, "dist", `${name}.cjs`), 0o755);
if (!(await compileBundles(join(root, "dist")))) console.error("the tools could not be compiled beforehand; they will start more slowly");
// The date of the last commit, or of a released tree: the same sources make the same pages.
const date = process.env.SOURCE_DATE_EPOCH
  ? new Date(Number(process.env.SOURCE_DATE_EPOCH) * 1000).toISOString().slice(0, 10)
  : (spawnSync("git", ["log", "-1", "--format=%cs"], { cwd: root, encoding: "utf8" }).stdout ?? "").trim() ||
    statSync(join(root, "package.json")).mtime.toISOString().slice(0, 10);
execFileSync(process.execPath, [join(root, "dist", "kodou-documentation.cjs"), join(root, "dist"), date], { stdio: "inherit" });
const compiler = buildLaunchers(
  root,
  entries.filter((name) => !OTHERS.test(name)),
);
mkdirSync(join(root, "dist/corosync-answers"));
for (const name of entries.filter((entry) => entry.startsWith("corosync-")))
  symlinkSync(join("..", `${name}.cjs`), join(root, "dist/corosync-answers", name));
if (!isQuiet && !compiler) console.log("no C compiler: dist/bin has links to the programs, without the launcher");
cpSync(join(root, "share"), join(root, "dist/share"), { recursive: true });
if (!isQuiet) console.log(`built ${entries.length} programs into dist/`);
