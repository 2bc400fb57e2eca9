/** Bundles the command line into a folder, `dist/cli` if none is given. */
export function buildCli(outdir?: string): Promise<void>;
