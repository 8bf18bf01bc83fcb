declare module "xml2js" {
  export function parseStringPromise(text: string, options: object): Promise<{ $?: Record<string, string>; $$?: unknown[] }>;
}
