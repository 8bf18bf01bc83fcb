import type { Interruption } from "../../scheduler/explain/interruptions.ts";
import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import { obstacleWords } from "./obstacle-text.ts";
import { distinct, NOTHING, type Phrase, phrase } from "./phrase.ts";
import type { ScoreSources } from "./score-sources.ts";
import { whyDecided } from "./verdict-text.ts";
import { whyDown } from "./why-down-text.ts";

/** Why a resource that runs is interrupted; nothing when that is not known, or told with it. */
export function interruptionCause(one: Interruption, account: PlacementAccount, sources: ScoreSources): Phrase {
  if (one.through !== undefined || one.isFencedAway || !account.isManaged) return NOTHING;
  if (account.nextNode === undefined || account.nextRole === "Stopped") return whyDown(account, sources);
  const blocked = account.obstacles.filter(({ task }) => task === "start" || task === "promote");
  const [words] = distinct(blocked.map((obstacle) => obstacleWords(obstacle, account, sources)));
  const [first] = blocked;
  if (first && words) return phrase`the ${first.task} that it is to have there is blocked: ${words}`;
  const [decision] = account.decisions;
  return decision ? whyDecided(decision, account, sources) : NOTHING;
}
