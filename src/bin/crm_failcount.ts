import { crmFailcount } from "../tools/crm-failcount.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmFailcount);
