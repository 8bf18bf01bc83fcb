import { crmAttribute } from "../tools/attributes/crm-attribute.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmAttribute);
