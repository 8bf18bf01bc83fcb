/** What 3.0.2 says in other words than 2.1.5, or says where that said nothing, whatever the document is. */
interface KnownLine {
  readonly aspects: readonly string[];
  readonly line: RegExp;
}

const KNOWN_LINES: readonly KnownLine[] = [
  // 2.1.5 passes all attributes of the node on to its fencing.
  {
    aspects: ["attributes"],
    line: /^(?:crm|pseudo)_event stonith .*: CRM_meta_(?!on_node|stonith_action|digests|priority)\S+: expected .*, got nothing$/,
  },
  // 2.1.5 knows how a failed deletion is answered, and does not pass it on.
  { aspects: ["attributes"], line: /^crm_event lrm_delete .*: CRM_meta_on_fail: expected .*, got ignore$/ },
  // An answer that a failed operation cannot have is dropped since 2.1.7.
  {
    aspects: ["attributes"],
    line: /^(rsc_op|pseudo_event) (stop|monitor|start|demote) .*: CRM_meta_on_fail: expected (standby|demote|stop), got nothing$/,
  },
  { aspects: ["reasons"], line: /^[-+] Fence \(\w+\) \S+ '(termination|fencing) was requested'$/ },
  // Why a resource moves for the sake of another that cannot migrate.
  { aspects: ["reasons"], line: /^[-+] Move \S+ .* due to (unrunnable|unmigrateable) \S+ stop$/ },
  // What runs on a node in maintenance is in maintenance since 2.1.6, before it was unmanaged.
  { aspects: ["status", "revised"], line: /^[-+] \*?.*\((.*,)?(unmanaged|maintenance)(,.*)?\)(\[.*\]|:)?$/ },
  // An instance that is nowhere has a promotion score of its own in words, not a node named none.
  { aspects: ["scores"], line: /^- \S+ promotion score on none: \S+$/ },
  { aspects: ["scores"], line: /^\+ \S+ promotion score \(inactive\): \S+$/ },
];

/** The lines of a difference in one aspect that have to be explained. */
export function unknownLines(aspect: string, lines: readonly string[]): readonly string[] {
  const rest = lines.filter((line) => !KNOWN_LINES.some((known) => known.aspects.includes(aspect) && known.line.test(line)));
  if (aspect !== "status" && aspect !== "revised") return rest;
  // Texts of exit codes begin with a capital now.
  const isOnOtherSide = (line: string): boolean =>
    rest.some((other) => other[0] !== line[0] && other.slice(1).toLowerCase() === line.slice(1).toLowerCase());
  return rest.filter((line) => !isOnOtherSide(line));
}
