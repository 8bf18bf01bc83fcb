import { crmSimulate } from "../tools/simulate/crm-simulate.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmSimulate);
