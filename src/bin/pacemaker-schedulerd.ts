import { daemonTool } from "../tools/daemon-metadata.ts";
import { toolMain } from "./run-tool.ts";

toolMain(daemonTool("pacemaker-schedulerd"));
