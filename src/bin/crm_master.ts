import { crmMaster } from "../tools/crm-master.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmMaster);
