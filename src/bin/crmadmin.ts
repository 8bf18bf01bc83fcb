import { crmadmin } from "../tools/cluster/crmadmin.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmadmin);
