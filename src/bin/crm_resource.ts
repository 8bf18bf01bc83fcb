import { crmResource } from "../tools/resource/crm-resource.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmResource);
