import { cibsecret } from "../tools/secret/cibsecret.ts";
import { toolMain } from "./run-tool.ts";

toolMain(cibsecret);
