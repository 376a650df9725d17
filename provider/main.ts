import * as pulumi from "@pulumi/pulumi";
import { KubeadmClusterProvider } from "./provider";

/**
 * Serves the component to the engine whose address is the program's first argument.
 * @param version the package's
 */
export function serve(version: string): void {
    void pulumi.provider.main(new KubeadmClusterProvider(version), process.argv.slice(2));
}
