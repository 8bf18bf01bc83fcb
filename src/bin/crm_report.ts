import { crmReport } from "../tools/crm-report.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmReport);
