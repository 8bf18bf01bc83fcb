import { crmShadow } from "../tools/crm-shadow.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmShadow);
