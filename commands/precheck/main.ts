import { parseArgs } from "node:util";
import { CommandError, readOptions, runMain, STACK_OPTIONS, stackSource } from "../command-line";
import { loadStackConfig, loadStackIdentity, loadStackSecrets } from "../stack";
import { checkHosts } from "./check-hosts";
import { table } from "./table";

const USAGE =
    "usage: npm run precheck -- --stack NAME [--json] [--config-file FILE] [--host NAME]...\n" +
    "Looks whether the hosts of a stack can become its cluster; changes nothing. Exit code 1: there are errors.";

async function main(): Promise<number> {
    const { source, json, host } = readOptions(USAGE, () => {
        const own = { json: { type: "boolean", default: false }, host: { type: "string", multiple: true } } as const;
        const { values } = parseArgs({ options: { ...STACK_OPTIONS, ...own } });
        return { ...values, source: stackSource(values) };
    });
    const config = loadStackConfig(source);
    const unknown = (host ?? []).filter((name) => !config.nodes.some((node) => node.name === name));
    if (unknown.length > 0) {
        const known = config.nodes.map(({ name }) => name).join(", ");
        throw new CommandError(`there is no node ${unknown.join(", ")} in the configuration; it has ${known}`);
    }
    const nodes = config.nodes.filter(({ name }) => host?.includes(name) ?? true);
    const secrets = await loadStackSecrets(source);
    const identity = await loadStackIdentity(source, config);
    const began = Date.now();
    const findings = await checkHosts(config, secrets, nodes, identity);
    const seconds = (Date.now() - began) / 1000;
    const errors = findings.filter(({ severity }) => severity === "error").length;
    if (json) {
        const hosts = nodes.map(({ name }) => name);
        console.log(
            JSON.stringify(
                { stack: source.stack, hosts, errors, warnings: findings.length - errors, findings },
                null,
                2,
            ),
        );
    } else {
        if (findings.length > 0) console.log(`${table(findings)}\n`);
        const counts = `${errors} errors, ${findings.length - errors} warnings`;
        console.log(`${nodes.length} hosts looked at in ${seconds.toFixed(1)} s, nothing changed on them: ${counts}`);
    }
    return errors > 0 ? 1 : 0;
}

runMain(main);
