import { crmStandby } from "../tools/crm-standby.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmStandby);
