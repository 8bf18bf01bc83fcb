import { corosyncCfgtool } from "../tools/corosync-answers.ts";
import { toolMain } from "./run-tool.ts";

toolMain(corosyncCfgtool);
