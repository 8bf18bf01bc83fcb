import { crmResource } from "../tools/crm-resource.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmResource);
