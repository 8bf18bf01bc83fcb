import { crmTicket } from "../tools/crm-ticket.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmTicket);
