import { marginOver, type PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import type { ScoreSources } from "./score-sources.ts";

/** The least score by which a preference moves a resource, an instance, or the promoted role, seen by scheduling with it. */
export interface Preference {
  /** What has to prefer the node. */
  readonly resource: string;
  readonly node: string;
  /** Undefined when no finite score does. */
  readonly score: number | undefined;
  /** Colocations that make it count otherwise than the margin tells. */
  readonly followers: readonly string[];
  /** It belongs there then, but something keeps it from coming up there. */
  readonly isBlocked: boolean;
}

/** What preference moves the resource; how it counts is said when the margin would make one expect something else. */
export function preferenceText(account: PlacementAccount, preference: Preference | undefined, sources: ScoreSources): string {
  if (!preference) return "";
  const { resource, obstacles, nodes } = account;
  const { score, followers, node, isBlocked } = preference;
  const other = nodes.find((one) => one.node.name === node);
  const margin = (other && marginOver(account, other)) ?? 0;
  const who = preference.resource === resource.id ? "" : ` of ${preference.resource}`;
  if (score === undefined) return ` No finite preference${who} for ${node} moves it there.`;
  const through = followers.map((source) => (source.startsWith("#") ? "the members of its group" : sources.constraintText(source).text));
  const why = through.length === 0 || Math.abs(score - margin) <= 1 ? "" : `, because it counts also through ${through.join(", ")}`;
  const beginning = ` A preference${who} for ${node} with score ${score}`;
  if (isBlocked)
    return `${beginning} is enough to let it belong there${why}, but it is blocked there${obstacles.length > 0 ? " too" : ""}.`;
  return `${beginning} is enough ${who === "" ? "to move it there" : "to have this instance there instead"}${why}.`;
}

/** The same for the promoted role. */
export function rolePreferenceText(preference: Preference | undefined): string {
  if (!preference) return "";
  const { resource, node, score, isBlocked } = preference;
  if (score === undefined)
    return ` No finite preference of ${resource} for ${node} in the promoted role has the instance there promoted instead.`;
  const wish = ` A preference of ${resource} for ${node} in the promoted role with score ${score} is enough`;
  return isBlocked ? `${wish} to choose the instance there, but that is blocked.` : `${wish} to promote the instance there instead.`;
}
