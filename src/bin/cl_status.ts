import { clStatus } from "../tools/cl-status.ts";
import { toolMain } from "./run-tool.ts";

toolMain(clStatus);
