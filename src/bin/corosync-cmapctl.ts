import { corosyncCmapctl } from "../tools/corosync-answers.ts";
import { toolMain } from "./run-tool.ts";

toolMain(corosyncCmapctl);
