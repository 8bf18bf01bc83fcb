import { patchsetChanges, patchsetVersions } from "../../cib/patchset.ts";
import { formatCibVersion } from "../../cib/version.ts";
import type { XmlElement } from "../../xml/element.ts";
import { writePretty } from "../../xml/write.ts";

/** A patchset for people: `++` comes, `--` goes, `+ ` changes, `+~` moves. Source: crm_shadow of Pacemaker 3.0.2. */
export function patchsetLines(patchset: XmlElement): string[] {
  return [...header(patchset), ...patchsetChanges(patchset).flatMap(changeLines)];
}

function header(patchset: XmlElement): string[] {
  const versions = patchsetVersions(patchset);
  if (!versions) return [];
  const [source, target] = [formatCibVersion(versions.source), formatCibVersion(versions.target)];
  if (source === target) return target === "0.0.0" ? [] : [`Local-only Change: ${target}`];
  return [
    `Diff: --- ${source} ${patchset.get("format") ?? "(no format)"}`,
    `Diff: +++ ${target} ${patchset.get("digest") ?? "(no digest)"}`,
  ];
}

function changeLines(change: XmlElement): string[] {
  const path = change.get("path") ?? "";
  const position = change.get("position");
  switch (change.get("operation")) {
    case "create": {
      const start = `++ ${path}: `;
      const rest = `++${" ".repeat(start.length - 2)}`;
      const lines = change.children.flatMap((node) => writePretty(node).trimEnd().split("\n"));
      return lines.map((line, index) => `${index === 0 ? start : rest} ${line}`);
    }
    case "move":
      return [`+~ ${path} moved to offset ${position ?? ""}`];
    case "delete":
      return [position === undefined ? `-- ${path}` : `-- ${path} (${position})`];
    case "modify": {
      const list = change.child("change-list")?.children ?? [];
      const set = list.filter((one) => one.get("operation") === "set").map((one) => `@${one.get("name")}=${one.get("value")}`);
      const unset = list.filter((one) => one.get("operation") === "unset").map((one) => `@${one.get("name")}`);
      return [
        ...(set.length === 0 ? [] : [`+  ${path}:  ${set.join(", ")}`]),
        ...(unset.length === 0 ? [] : [`-- ${path}:  ${unset.join(", ")}`]),
      ];
    }
    default:
      return [];
  }
}
