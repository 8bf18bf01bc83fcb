import { crmStandby } from "../tools/crm-attribute.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmStandby);
