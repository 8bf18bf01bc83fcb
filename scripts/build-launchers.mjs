// Makes dist/bin/NAME for every command-line tool: the launcher (launcher/launcher.c) where there is a C compiler, else a
// link to the program itself. The launcher is an optional shortcut: both answer alike.
import { spawnSync } from "node:child_process";
import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const FLAGS = ["-O2", "-Wall", "-Wextra"];

/** `names`: the tools. Returns the compiler that was used, undefined when there is none. */
export function buildLaunchers(root, names) {
  const folder = join(root, "dist", "bin");
  mkdirSync(folder, { recursive: true });
  const compiled = join(root, "dist", "launcher");
  const compiler = compile(join(root, "launcher", "launcher.c"), compiled);
  for (const name of names) {
    const target = join(folder, name);
    const made = `${target}.new`;
    rmSync(made, { force: true });
    // A hard link: the launcher knows by its own name which tool it is.
    if (compiler) linkSync(compiled, made);
    else symlinkSync(join("..", `${name}.cjs`), made);
    renameSync(made, target);
  }
  rmSync(compiled, { force: true });
  return compiler;
}

function compile(source, target) {
  const node = `-DNODE="${process.execPath}"`;
  for (const compiler of [process.env.CC, "cc", "gcc", "clang"]) {
    if (!compiler) continue;
    // Linked statically it starts in half the time; not every system has what that takes.
    for (const linking of [["-static"], []]) {
      const run = spawnSync(compiler, [...FLAGS, ...linking, node, "-o", target, source], { encoding: "utf8" });
      if (run.status === 0) return compiler;
    }
  }
  return undefined;
}
