import { crmadmin } from "../tools/crmadmin.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmadmin);
