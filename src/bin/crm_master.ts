import { crmMaster } from "../tools/attributes/crm-master.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmMaster);
