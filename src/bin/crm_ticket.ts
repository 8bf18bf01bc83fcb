import { crmTicket } from "../tools/ticket/crm-ticket.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmTicket);
