import { pacemakerd } from "../tools/cluster/pacemakerd.ts";
import { toolMain } from "./run-tool.ts";

toolMain(pacemakerd);
