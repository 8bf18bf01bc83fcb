import { crmShadow } from "../tools/cib/crm-shadow.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmShadow);
