import { CLUSTER_OPTIONS } from "./cluster-options.ts";
import { FENCING_OPTIONS } from "./fencing-options.ts";
import { PRIMITIVE_OPTIONS } from "./primitive-options.ts";

/** One option people may set. */
export interface OptionDescription {
  readonly name: string;
  /** Old name that still works. */
  readonly alias: string | undefined;
  readonly type: string;
  /** The words it takes, for a selection. */
  readonly values: readonly string[];
  readonly defaultValue: string | undefined;
  readonly isAdvanced: boolean;
  readonly isGenerated: boolean;
  readonly isDeprecated: boolean;
  /** The part of Pacemaker that reads it: `based`, `controld`, `schedulerd` or `fenced`. */
  readonly reader: string;
  readonly short: string;
  readonly long: string | undefined;
}

/** A list of options under a title. */
export interface OptionList {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly options: readonly OptionDescription[];
}

function read(table: string): OptionDescription[] {
  return table
    .trim()
    .split("\n\n")
    .map((entry) => {
      const [fields = "", short = "", long = "-"] = entry.split("\n");
      const [name = "", alias = "", type = "", values = "", defaultValue = "", flags = "", reader = ""] = fields.split("|");
      return {
        name,
        alias: alias === "" ? undefined : alias,
        type,
        values: values === "" ? [] : values.split(","),
        defaultValue: defaultValue === "-" ? undefined : defaultValue,
        isAdvanced: flags.includes("advanced"),
        isGenerated: flags.includes("generated"),
        isDeprecated: flags.includes("deprecated"),
        reader,
        short,
        long: long === "-" ? undefined : long,
      };
    });
}

/** What can be set for each action of a fencing device. */
function fencingActions(): OptionDescription[] {
  const common = { alias: undefined, values: [], isAdvanced: true, isGenerated: false, isDeprecated: false, reader: "fenced" };
  return ["reboot", "off", "on", "list", "monitor", "status"].flatMap((action) => [
    {
      ...common,
      name: `pcmk_${action}_action`,
      type: "string",
      defaultValue: action,
      short: `An alternate command to run instead of '${action}'`,
      long: `Some devices do not support the standard commands or may provide additional ones. Use this to specify an alternate, device-specific, command that implements the '${action}' action.`,
    },
    {
      ...common,
      name: `pcmk_${action}_timeout`,
      type: "timeout",
      defaultValue: "60s",
      short: `Specify an alternate timeout to use for '${action}' actions instead of fencing-timeout`,
      long: `Some devices need much more/less time to complete than normal. Use this to specify an alternate, device-specific, timeout for '${action}' actions.`,
    },
    {
      ...common,
      name: `pcmk_${action}_retries`,
      type: "integer",
      defaultValue: "2",
      short: `The maximum number of times to try the '${action}' command within the timeout period`,
      long: `Some devices do not support multiple connections. Operations may "fail" if the device is busy with another task. In that case, Pacemaker will automatically retry the operation if there is time remaining. Use this option to alter the number of times Pacemaker tries a '${action}' action before giving up.`,
    },
  ]);
}

const fencing = [...read(FENCING_OPTIONS), ...fencingActions()];
const cluster = read(CLUSTER_OPTIONS);

/** The lists tools show. Source: Pacemaker 3.0.2. */
export const OPTION_LISTS: Readonly<Record<"cluster" | "primitive" | "fencing", OptionList>> = {
  cluster: {
    name: "cluster-options",
    title: "Pacemaker cluster options",
    about:
      "Also known as properties, these are options that affect behavior across the entire cluster. They are configured within cluster_property_set elements inside the crm_config subsection of the CIB configuration section.",
    options: cluster,
  },
  primitive: {
    name: "primitive-meta",
    title: "Primitive meta-attributes",
    about: "Meta-attributes applicable to primitive resources",
    options: read(PRIMITIVE_OPTIONS),
  },
  fencing: {
    name: "fence-attributes",
    title: "Fencing resource common parameters",
    about:
      "Special parameters that are available for all fencing resources, regardless of type. They are processed by Pacemaker, rather than by the fence agent or the fencing library.",
    options: fencing,
  },
};

const ofReader = (reader: string): OptionDescription[] => cluster.filter((option) => option.reader === reader);

/** What Pacemaker's daemons say they can be told. */
export const DAEMON_OPTIONS: readonly OptionList[] = [
  {
    name: "pacemaker-based",
    title: "Cluster Information Base manager options",
    about: "Cluster options used by Pacemaker's Cluster Information Base manager",
    options: ofReader("based"),
  },
  {
    name: "pacemaker-controld",
    title: "Pacemaker controller options",
    about: "Cluster options used by Pacemaker's controller",
    options: ofReader("controld"),
  },
  {
    name: "pacemaker-fenced",
    title: 'Instance attributes available for all "stonith"-class resources',
    about: 'Instance attributes available for all "stonith"-class resources and used by Pacemaker\'s fence daemon',
    options: fencing,
  },
  {
    name: "pacemaker-schedulerd",
    title: "Pacemaker scheduler options",
    about: "Cluster options used by Pacemaker's scheduler",
    options: ofReader("schedulerd"),
  },
];
