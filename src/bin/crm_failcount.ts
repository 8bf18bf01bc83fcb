import { crmFailcount } from "../tools/attributes/crm-failcount.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmFailcount);
