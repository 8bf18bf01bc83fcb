import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ALL_COMMANDS, PROGRAMS } from "../tools/all-commands.ts";
import { bashCompletion } from "../tools/documentation/bash-completion.ts";
import { fishCompletion } from "../tools/documentation/fish-completion.ts";
import { jsonSchema } from "../tools/documentation/json-schema.ts";
import { kodouPage, manualPage } from "../tools/documentation/manual-page.ts";
import { relaxNg } from "../tools/documentation/relax-ng.ts";
import type { ResultModel } from "../tools/documentation/result-model.ts";
import { zshCompletion } from "../tools/documentation/zsh-completion.ts";
import { KODOU_COMMANDS } from "../tools/kodou-commands.ts";
import { kodouVersion } from "./version.ts";

/** Writes manual pages, completion scripts and schemas into a folder: `kodou-documentation FOLDER DATE`. */
const [folder = ".", date = ""] = process.argv.slice(2);
const edition = { version: kodouVersion, date };

function put(path: string, text: string): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const names = PROGRAMS.map((program) => program.tool);
for (const program of PROGRAMS) {
  const others = ["kodou", ...names.filter((name) => name !== program.tool && !name.startsWith("pacemaker"))].sort();
  put(`man8/${program.tool}.8`, manualPage(program, edition, others));
}
put("man8/kodou.8", kodouPage(KODOU_COMMANDS, edition, names.filter((name) => !name.startsWith("pacemaker")).sort()));
put("completion/bash/kodou", bashCompletion(ALL_COMMANDS));
put("completion/zsh/_kodou", zshCompletion(ALL_COMMANDS));
put("completion/fish/kodou.fish", fishCompletion(ALL_COMMANDS));

const model = JSON.parse(readFileSync(join(__dirname, "..", "share", "schemas", "model.json"), "utf8")) as ResultModel;
for (const tool of Object.keys(model.tools)) {
  const name = tool.replaceAll(" ", "-");
  put(`schemas/${name}.rng`, relaxNg(model, tool));
  put(`schemas/json/${name}-${model.version}.schema.json`, jsonSchema(model, tool));
}
