import { stonithAdmin } from "../tools/stonith-admin.ts";
import { toolMain } from "./run-tool.ts";

toolMain(stonithAdmin);
