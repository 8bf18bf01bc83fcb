import { pacemakerd } from "../tools/pacemakerd.ts";
import { toolMain } from "./run-tool.ts";

toolMain(pacemakerd);
