import fc from "fast-check";

/** The same inputs in each run, so that a failure is always the change's; KODOU_PROPERTY_SEED=N looks elsewhere. */
fc.configureGlobal({ seed: Number(process.env["KODOU_PROPERTY_SEED"] ?? 1) });
