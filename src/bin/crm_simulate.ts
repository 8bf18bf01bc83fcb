import { crmSimulate } from "../tools/crm-simulate.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmSimulate);
