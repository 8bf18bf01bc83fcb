import { clusterOption } from "../../cib/document.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { LoadLevel } from "../interface/messages.ts";

const DEFAULT_THRESHOLD_PERCENT = 80;
/** How many times the wanted load begins a level. */
const LEVELS: readonly (readonly [number, LoadLevel])[] = [
  [2, "high"],
  [1.6, "medium"],
  [1.2, "low"],
];
/** What a machine with one processor bears: there a load of 1 is too much already. */
const SINGLE_PROCESSOR = 0.6;

/**
 * The level of a load average (of one minute) on a machine with so many processors. Source: Pacemaker Explained,
 * load-threshold; the factors are those of Pacemaker 3.0.2's controller. 0 % or less switches it off.
 */
export function loadLevel(loadAverage: number, processors: number, cib: XmlElement): LoadLevel {
  const percent = Number.parseFloat(clusterOption(cib, "load-threshold") ?? `${DEFAULT_THRESHOLD_PERCENT}`);
  if (!(percent > 0)) return "negligible";
  const wanted = (percent / 100) * (processors === 1 ? SINGLE_PROCESSOR : processors);
  return LEVELS.find(([factor]) => loadAverage > wanted * factor)?.[1] ?? "negligible";
}
