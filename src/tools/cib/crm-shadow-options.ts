import type { ToolDescription } from "../frame/option-table.ts";

const TOOL = "crm_shadow";
const QUERIES = "Queries";
const COMMANDS = "Commands";
const ADDITIONAL = "Additional Options";

const EXAMPLES = `Examples:\n
${example("Create a blank shadow configuration", "--create-empty myShadow")}
${example("Create a shadow configuration from the running cluster", "--create myShadow", "")}
${example("Display the current shadow configuration", "--display")}
${example("Discard the current shadow configuration (named myShadow)", "--delete myShadow --force")}
${example("Upload current shadow configuration (named myShadow) to running cluster", "--commit myShadow")}\n`;

function example(purpose: string, options: string, colon = ":"): string {
  return `${purpose}${colon}\n\n\t# ${TOOL} ${options}\n`;
}

/** What `crm_shadow` understands. Source: crm_shadow(8) of Pacemaker 3.0.2. */
export const shadowDescription: ToolDescription = {
  tool: TOOL,
  summary:
    "perform Pacemaker configuration changes in a sandbox\n\n" +
    "This command sets up an environment in which configuration tools (cibadmin,\n" +
    "crm_resource, etc.) work offline instead of against a live cluster, allowing\n" +
    "changes to be previewed and tested for side effects.",
  parameters: "<query>|<command>",
  epilogue: EXAMPLES,
  groupHelp: { [QUERIES]: "Show query help", [COMMANDS]: "Show command help" },
  options: [
    { name: "which", short: "w", group: QUERIES, help: "Indicate the active shadow copy" },
    { name: "display", short: "p", group: QUERIES, help: "Display the contents of the active shadow copy" },
    { name: "diff", short: "d", group: QUERIES, help: "Display the changes in the active shadow copy" },
    { name: "file", short: "F", group: QUERIES, help: "Display the location of the active shadow copy file" },
    {
      name: "create",
      short: "c",
      argument: "name",
      group: COMMANDS,
      help: "Create the named shadow copy of the active cluster configuration",
    },
    {
      name: "create-empty",
      short: "e",
      argument: "name",
      group: COMMANDS,
      help: "Create the named shadow copy with an empty cluster configuration. Optional: --validate-with",
    },
    { name: "commit", short: "C", argument: "name", group: COMMANDS, help: "Upload the contents of the named shadow copy to the cluster" },
    { name: "delete", short: "D", argument: "name", group: COMMANDS, help: "Delete the contents of the named shadow copy" },
    { name: "edit", short: "E", group: COMMANDS, help: "Edit the contents of the active shadow copy with your favorite $EDITOR" },
    {
      name: "reset",
      short: "r",
      argument: "name. Required: --force.",
      group: COMMANDS,
      help: "Recreate named shadow copy from the active cluster configuration",
    },
    { name: "switch", short: "s", argument: "name", group: COMMANDS, help: "(Advanced) Switch to the named shadow copy" },
    { name: "force", short: "f", group: ADDITIONAL, help: "(Advanced) Force the action to be performed" },
    { name: "batch", short: "b", group: ADDITIONAL, help: "(Advanced) Don't spawn a new shell" },
    { name: "all", short: "a", group: ADDITIONAL, help: "(Advanced) Upload entire CIB, including status, with --commit" },
    { name: "validate-with", short: "v", argument: "SCHEMA", group: ADDITIONAL, help: "(Advanced) Create an older configuration version" },
  ],
};
