// Compiles the tools beforehand: reading and compiling one of them takes as long as Node.js itself takes to start.
//
// Each of TOOLS becomes three files: dist/code/NAME.js, the bundle as a function, without white space; dist/code/NAME.cache,
// what V8 compiled of it while the tool did what it is mostly asked for; dist/NAME.cjs, which puts the two together. Another
// version of Node.js than the one that built them does not accept the cache and compiles as ever.
//
// As a program (code-cache.mjs DIST) it is the process in which the tools run once, all on the same small cluster.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { transform } from "esbuild";
import { plainPrivateNames } from "./plain-private-names.mjs";

const SAMPLE = join(import.meta.dirname, "code-cache-sample.xml");
/** A history in it that stands for the many that a large cluster has: only of many that are alike the reader of documents notices it. */
const QUIET_HISTORY =
  /<lrm_resource id="mail"[^>]*>\s*<lrm_rsc_op id="mail_last_0" operation_key="mail_monitor_0"[^>]*>\s*<\/lrm_resource>/g;
const HISTORY_COUNT = 50;
/** Time in which a tool is through with the sample. */
const RUN_MS = 20;

/** What each tool does to be compiled; FOLDER is the place of the sample and for what it writes. */
const TOOLS = {
  attrd_updater: [["-n", "speed", "-Q"]],
  cibadmin: [["-Q"], ["-Q", "-o", "resources"], ["-Q", "--xpath", "//nvpair[@name='fencing-enabled']"]],
  crm_attribute: [["-n", "fencing-enabled", "-G"]],
  crm_failcount: [["-G", "-r", "address", "-N", "n1"]],
  crm_mon: [["-1"], ["-1", "--output-as=xml"]],
  crm_node: [["-l"]],
  crm_resource: [["--locate", "-r", "address"], ["--list"]],
  crm_simulate: [["-x", "FOLDER/sample.xml", "-R", "-Q", "-G", "FOLDER/graph.xml"], ["-x", "FOLDER/sample.xml", "-S", "-s"], ["-L"]],
  crm_standby: [["-G", "-N", "n1"]],
  crm_verify: [["-x", "FOLDER/sample.xml"], ["-L"]],
  stonith_admin: [["-L"]],
};

/**
 * Tools that compute for long. Half of the processor time of one plan went into optimising code that then ran for a few
 * milliseconds: here code is optimised when it has run many times as much as V8 waits for by default, and young garbage is collected
 * by one thread, since sharing it out costs more. Only for programs that end after one answer (docs/scheduler-speed.md). Set when
 * the bundle is loaded: code compiled beforehand is accepted under unchanged options only.
 */
const COMPUTING = ["crm_simulate", "crm_verify"];
const V8_OPTIONS = `require("node:v8").setFlagsFromString(parseInt(process.versions.v8, 10) < 12
  ? "--interrupt-budget=3000000 --no-parallel-scavenge"
  : "--invocation-count-for-maglev=4000 --invocation-count-for-turbofan=300000 --no-parallel-scavenge");
`;

const loader = (name) => `#!/usr/bin/env node
"use strict";
const { readFileSync } = require("node:fs");
const { Script } = require("node:vm");
const filename = __dirname + "/code/${name}.js";
let cachedData;
try {
  cachedData = readFileSync(__dirname + "/code/${name}.cache");
} catch {}
// The bundle is ASCII: read so it needs no decoding.
const script = new Script(readFileSync(filename, "latin1"), { filename, cachedData });
${COMPUTING.includes(name) ? V8_OPTIONS : ""}script.runInThisContext()(exports, require, module, __filename, __dirname);
`;

/** Modules of Node.js that take long to load and are used for the daemon and for other programs only, not for files. */
const SLOW_IMPORT = /^var (import_\w+) = require\("(node:(?:child_process|crypto|dns|http|net|os|readline|tls|worker_threads))"\);$/gm;

/** The same, each loaded when something of it is used for the first time. */
const lazily = (bundle) => bundle.replace(SLOW_IMPORT, 'var $1 = new Proxy({}, { get: (_target, key) => require("$2")[key] });');

/** Node.js shows the whole line in which an error was thrown. */
const LINE_LENGTH = 160;

/** The same without what only readers need, names excepted: traces of errors tell where they were. Less is to be read, and to be compiled. */
async function compact(bundle) {
  const { code } = await transform(bundle, {
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: LINE_LENGTH,
    target: "node20",
    charset: "ascii",
  });
  return code;
}

/** Splits the bundles of TOOLS into a function and its loader, and compiles them; false when that went wrong. */
export async function compileBundles(dist) {
  mkdirSync(join(dist, "code"), { recursive: true });
  for (const name of Object.keys(TOOLS)) {
    const text = readFileSync(join(dist, `${name}.cjs`), "latin1").replace(/^#!.*\n/, "");
    const code = lazily(text);
    const compacted = await compact(COMPUTING.includes(name) ? plainPrivateNames(code) : code);
    const body = `(function (exports, require, module, __filename, __dirname) {${compacted}\n})`;
    writeFileSync(join(dist, "code", `${name}.js`), body, "latin1");
    writeFileSync(join(dist, `${name}.cjs`), loader(name));
    chmodSync(join(dist, `${name}.cjs`), 0o755);
  }
  return spawnSync(process.execPath, [fileURLToPath(import.meta.url), dist], { stdio: "ignore" }).status === 0;
}

async function compileAll(dist) {
  const folder = mkdtempSync(join(tmpdir(), "kodou-code-cache-"));
  const require = createRequire(join(dist, "any.cjs"));
  const cib = join(folder, "cib.xml");
  const sample = readFileSync(SAMPLE, "utf8").replace(QUIET_HISTORY, (history) => history.repeat(HISTORY_COUNT));
  writeFileSync(join(folder, "sample.xml"), sample);
  // Nothing that runs here can have an effect on a cluster.
  Object.assign(process.env, { CIB_file: cib, KODOU_ROOT: folder });
  // They would end this process, which has others to run and the results to write.
  const exit = process.exit.bind(process);
  process.exit = () => {};
  for (const [name, calls] of Object.entries(TOOLS)) {
    const filename = join(dist, "code", `${name}.js`);
    const script = new Script(readFileSync(filename, "latin1"), { filename });
    for (const call of calls) {
      writeFileSync(cib, sample);
      process.argv = [process.execPath, join(dist, `${name}.cjs`), ...call.map((word) => word.replace("FOLDER", folder))];
      const module = { exports: {} };
      script.runInThisContext()(module.exports, require, module, process.argv[1], dist);
      await new Promise((resolve) => setTimeout(resolve, RUN_MS));
    }
    const target = join(dist, "code", `${name}.cache`);
    writeFileSync(`${target}.new`, script.createCachedData());
    renameSync(`${target}.new`, target);
  }
  rmSync(folder, { recursive: true });
  exit(0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compileAll(process.argv[2]);
