import { crmReport } from "../tools/report/crm-report.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmReport);
