import { parseArgs } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { clusterImages } from "./cluster-images";
import { saveImage } from "./save-image";
import { loadStackConfig } from "./stack";

const USAGE = "npm run images -- --stack NAME [--config-file FILE] [--save DIRECTORY]";

/** `npm run images`: prints what a stack's nodes pull, one image a line, or saves it as docker-archives. */
async function main(args: string[]): Promise<void> {
    const options = { stack: { type: "string" }, "config-file": { type: "string" }, save: { type: "string" } } as const;
    const { values } = parseArgs({ args, options, allowPositionals: false });
    if (values.stack === undefined) throw new pulumi.RunError(`which stack? ${USAGE}`);
    const config = loadStackConfig({ stack: values.stack, configFile: values["config-file"] });
    for (const image of clusterImages(config)) {
        if (values.save !== undefined) await saveImage(image, values.save, config.mirrors.registries);
        console.log(image);
    }
}

// Whoever reads only the first lines does not stop the work.
process.stdout.on("error", () => undefined);
main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
});
