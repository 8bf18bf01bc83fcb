import { daemonTool } from "../tools/cluster/daemon-metadata.ts";
import { toolMain } from "./run-tool.ts";

toolMain(daemonTool("pacemaker-schedulerd"));
