import { attrdUpdater } from "../tools/attrd-updater.ts";
import { toolMain } from "./run-tool.ts";

toolMain(attrdUpdater);
