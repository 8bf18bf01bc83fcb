import { corosyncCfgtool } from "../tools/cluster/corosync-answers.ts";
import { toolMain } from "./run-tool.ts";

toolMain(corosyncCfgtool);
