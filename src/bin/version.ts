declare const __KODOU_VERSION__: string | undefined;

/** Version of this build; `dev` when the sources run unbuilt. */
export const kodouVersion: string = typeof __KODOU_VERSION__ === "undefined" ? "dev" : __KODOU_VERSION__;
