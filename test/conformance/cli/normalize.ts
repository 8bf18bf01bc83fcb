type Replacement = readonly [RegExp, string];

/** What differs between two runs of the same command, line by line, in this order. Source: tools-behaviour 7.4. */
const REPLACEMENTS: readonly Replacement[] = [
  [/Created new pacemaker-[^ ]* configuration/, "Created new configuration"],
  [/Device not configured/g, "No such device or address"],
  [/^Entity: line \d+: /, ""],
  [/(Injecting attribute last-failure-ping#monitor_10000=)\d*/, "$1"],
  [/(Last change:|Last updated:|Migration will take effect until:).*/, "$1"],
  [/(Possible values.*: .*)\(default: [^)]*\)/, "$1(default: )"],
  [/-X '.*'/, "-X '...'"],
  [/ api-version="[^"]*"/, ' api-version="X"'],
  [/\((apply_upgrade|invert_action|pcmk__\w+|crm_time_parse_\w+|parse_date|parse_hms)@[^)]*\)/, "$1"],
  [/^.*\((unpack_\w+)@[^)]*\)/, "$1"],
  [/(change-attr name="crm_feature_set" .* value=")[^"]*/, "$1"],
  [/(change-attr name="validate-with" .* value=")[^"]*/, "$1pacemaker-X"],
  [/(<cib.*) cib-last-written="[^"]*"/, "$1"],
  [/crm_feature_set="[^"]*" */g, ""],
  [/@crm_feature_set=[^,]*, /g, ""],
  [/ default="[^"]*"/g, ' default=""'],
  [/ end="[^"]*"/g, ' end=""'],
  [/ start="[^"]*"/g, ' start=""'],
  [/ version="[^"]*"/g, ' version=""'],
  [/(last_change time=").*"/, '$1"'],
  [/(last_update time=").*"/, '$1"'],
  [/ last-rc-change=['"][^'"]*['"],?/g, ""],
  [/^.*Relax-NG validity error : /, ""],
  [/(request=")[^"]*?((?:cibadmin|crm_\w+|iso8601)\b)/, "$1$2"],
  [/[^ "'=]*\/shadow\.cts-cli\b/g, "/tmp/cts-cli.shadow/shadow.cts-cli"],
  [/ validate-with="[^"]*"/g, ""],
  [/@validate-with=[^,]*,/g, "@validate-with=X,"],
  [/\(version .*\)/, "(version)"],
];

/** Output without what differs from run to run: one string per line, white space inside lines reduced to single blanks. */
export function normalizedLines(text: string, dataDirectory: string): string[] {
  const lines = text.replace(/\n$/, "").split("\n");
  const kept = lines.filter((line) => !line.startsWith("Warning: cibadmin is being run as user"));
  const shown = kept.map((line) => {
    let out = line.replaceAll(dataDirectory, "CTS_CLI_DATA");
    for (const [pattern, replacement] of REPLACEMENTS) out = out.replace(pattern, replacement);
    return out.replace(/\s+/g, " ").trim();
  });
  return shown.length === 1 && shown[0] === "" ? [] : shown;
}
