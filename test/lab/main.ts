import { ensureArtefacts } from "./artefacts/artefacts";
import { removeScratch } from "./artefacts/steps";
import { withLock } from "./engine/lock";
import { cleanCommand, downCommand } from "./down";
import { hostsCommand } from "./hosts-command";
import { artefactVersions, type UpOptions, upOptions } from "./options";
import { hostCommand } from "./power";
import { stateDir } from "./paths";
import { ensureRequirements, unmetRequirement } from "./requirements";
import { LabError } from "./run";
import { sshTerminal } from "./ssh";
import { upCommand } from "./up";

const usage = "Commands: up, hosts, host stop|start|kill NAME, ssh NAME [COMMAND], artefacts VERSION..., down, clean.";

const say = (line: string) => console.log(line);

/** Commands that change the lab run one at a time; whether such a command can work here at all is said first. */
async function alone(command: () => Promise<void>): Promise<void> {
    const problem = await unmetRequirement();
    if (problem) throw new LabError(problem);
    await withLock(`${stateDir()}.lock`, command, () => say("another lab command is at work: waiting for it to end"));
}

/** `--source` holds for all that the command does, also where it starts Pulumi. */
function forceSource(options: UpOptions): UpOptions {
    if (options.source !== undefined) process.env["LAB_SOURCE"] = options.source;
    return options;
}

/** A command without options says so instead of ignoring what it is told. */
function nothingMore(args: string[]): void {
    if (args.length > 0) throw new LabError(`Not understood: ${args.join(" ")}. This command takes no options.`);
}

async function main([command, ...args]: string[]): Promise<void> {
    switch (command) {
        case "up": {
            const options = forceSource(upOptions(args));
            return alone(() => upCommand(options, say));
        }
        case "hosts": {
            const options = forceSource(upOptions(args));
            return alone(() => hostsCommand(options, say));
        }
        case "host":
            // Pulling a plug while `up` is at work is what one may want to try; booting a host meanwhile is not.
            return args[0] === "start" ? alone(() => hostCommand(args, say)) : hostCommand(args, say);
        case "ssh": {
            const [name, ...words] = args;
            if (!name) throw new LabError("Say which host: npm run lab:ssh -- NAME [COMMAND].");
            process.exitCode = await sshTerminal(name, words);
            return;
        }
        case "artefacts": {
            const wanted = artefactVersions(args);
            return alone(async () => {
                await ensureRequirements(say);
                await ensureArtefacts({ versions: wanted, images: [], tests: true }, say);
            });
        }
        case "down":
            nothingMore(args);
            return alone(() => downCommand(say));
        case "clean":
            nothingMore(args);
            return alone(() => cleanCommand(say));
        default:
            throw new LabError(`Unknown command ${command ?? "(none)"}. ${usage}`);
    }
}

// Whoever reads only the first lines does not stop the work.
process.stdout.on("error", () => undefined);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
        // Half a build is worth nothing, and Go's caches are large.
        removeScratch();
        process.exit(130);
    });
}

main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
});
