import { OPTION_LISTS } from "../../model/options/option-lists.ts";
import { optionListText, optionListXml } from "../../output/text/option-list.ts";
import type { Answer } from "../frame/answer.ts";
import { OPTIONS_VERSION } from "./daemon-metadata.ts";

/** The options of a kind; programs get all of them. */
export function optionListAnswer(kind: keyof typeof OPTION_LISTS, isComplete: boolean): Answer {
  const list = OPTION_LISTS[kind];
  return { text: optionListText(list, isComplete), parts: [optionListXml(list, OPTIONS_VERSION)] };
}
