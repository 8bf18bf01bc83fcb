import type { ToolDescription, ToolOption } from "../frame/option-table.ts";

/** Values that a running cluster or this machine knows; `kodou complete KIND` prints them. */
export const VALUE_KINDS = ["resource", "node", "agent", "standard", "ticket", "tag", "shadow", "attribute", "device"] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];

/** What may stand for an argument: known words, names that are asked for, a file, or anything. */
export type ArgumentValues =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "names"; readonly of: ValueKind }
  | { readonly kind: "file" }
  | { readonly kind: "anything" };

const words = (text: string): ArgumentValues => ({ kind: "words", words: text.split(" ") });
const names = (of: ValueKind): ArgumentValues => ({ kind: "names", of });
const FILE: ArgumentValues = { kind: "file" };
const ANYTHING: ArgumentValues = { kind: "anything" };

const SECTIONS = "configuration nodes resources constraints crm_config rsc_defaults op_defaults acls fencing-topology tags alerts status";
const DISPLAY =
  "all none default attributes bans counts dc failcounts failures fencing fencing-failed fencing-pending fencing-succeeded maint-mode nodes operations options resources stack summary tickets times";

/** By option: `TOOL --NAME`, or `--NAME` for every tool that has it. */
const BY_OPTION: Readonly<Record<string, ArgumentValues>> = {
  "--node": names("node"),
  "--nodes": names("node"),
  "crmadmin --nodes": words("all cluster guest remote"),
  "crm_node --remove": names("node"),
  "crmadmin --status": names("node"),
  "--resource": names("resource"),
  "--promotion": names("resource"),
  "--rsc": names("resource"),
  "--ticket": names("ticket"),
  "--tag": names("tag"),
  "kodou lab --tag": ANYTHING,
  "--scope": words(SECTIONS),
  "--include": words(DISPLAY),
  "--exclude": words(DISPLAY),
  "--fence-history": words("0 1 2 3"),
  "--show-access": words("auto color text namespace"),
  "--lifetime": words("forever reboot"),
  "crm_resource --lifetime": ANYTHING,
  "--wait": words("no local cluster"),
  "crm_attribute --type": words("crm_config rsc_defaults op_defaults tickets nodes status"),
  "crm_attribute --list-options": words("cluster"),
  "crm_resource --list-options": words("primitive fencing"),
  "crm_attribute --name": names("attribute"),
  "attrd_updater --name": names("attribute"),
  "--agent": names("agent"),
  "crm_resource --class": names("standard"),
  "crm_resource --list-agents": names("standard"),
  "crm_resource --resource-type": words("primitive group clone bundle"),
  "crm_simulate --quorum": words("true false"),
  "kodou what-if --quorum": words("true false"),
  "kodou what-if --node-down": names("node"),
  "crm_simulate --watchdog": FILE,
  "crm_standby --update": words("on off true false"),
  "kodou plan --shadow": names("shadow"),
  "--external-agent": FILE,
};

/** By the word that stands for the argument in the help. */
const BY_ARGUMENT: Readonly<Record<string, ArgumentValues>> = {
  FILE: FILE,
  DIR: FILE,
  DEST: FILE,
  NODE: names("node"),
  HOST: names("node"),
  TARGET: names("node"),
  RESOURCE: names("resource"),
  RSC: names("resource"),
  TICKET: names("ticket"),
  DEVICE: names("device"),
  SPEC: names("agent"),
  AGENT: names("agent"),
};

const SHADOW_OPTIONS = ["commit", "delete", "switch", "reset"];

/** What may stand for the argument of an option. */
export function optionValues(description: ToolDescription, option: ToolOption): ArgumentValues {
  const { tool } = description;
  if (option.name === "output-as") return { kind: "words", words: description.formats ?? ["text", "xml", "json", "none"] };
  if (tool === "crm_shadow" && SHADOW_OPTIONS.includes(option.name)) return names("shadow");
  return BY_OPTION[`${tool} --${option.name}`] ?? BY_OPTION[`--${option.name}`] ?? BY_ARGUMENT[option.argument ?? ""] ?? ANYTHING;
}

/** Words after a tool's name, in order; the last one stands for all that follow. */
const WORDS: Readonly<Record<string, readonly ArgumentValues[]>> = {
  cibsecret: [words("set get check delete stash unstash sync"), names("resource"), ANYTHING],
  cl_status: [
    words("hbstatus listnodes nodestatus nodetype nodeweight nodesite listhblinks hblinkstatus clientstatus rscstatus hbparameter"),
    names("node"),
    ANYTHING,
  ],
  crm_report: [FILE],
  "kodou explain": [names("resource")],
  "kodou lab": [words("up status exec spawn kill boot freeze thaw cut heal fence watch down help"), ANYTHING],
};

/** What may stand for the words that are no options. */
export function wordValues(tool: string): readonly ArgumentValues[] {
  return WORDS[tool] ?? (/^pacemaker-/.test(tool) ? [words("metadata version")] : []);
}
