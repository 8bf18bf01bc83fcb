import { clStatus } from "../tools/cluster/cl-status.ts";
import { toolMain } from "./run-tool.ts";

toolMain(clStatus);
