import { crmAttribute } from "../tools/crm-attribute.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmAttribute);
