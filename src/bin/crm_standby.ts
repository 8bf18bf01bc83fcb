import { crmStandby } from "../tools/attributes/crm-standby.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmStandby);
