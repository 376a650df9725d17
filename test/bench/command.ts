import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runLab } from "../lab/api";
import type { Result } from "../lab/engine";
import { load } from "./machine";
import { configFile, projectDir } from "../lab/paths";
import { LabError, outcome } from "../lab/run";
import { labWorkspace } from "../lab/stack";
import { labHosts } from "../lab/topology";
import { keepNodes, plainInputs, saveImages, warmImages } from "./inputs";
import { plot } from "./plot";
import { report, type Times, withReport } from "./report";

const DOCUMENT = join(projectDir, "docs", "benchmark.md");
const PLOT = join(projectDir, "docs", "benchmark.svg");
const ROUNDS = 3;
/** The worker that is added to a cluster of the others. */
const LATER = "worker-3";
const HOSTS = labHosts(3);
const AT_FIRST = HOSTS.map(({ name }) => name).filter((name) => name !== LATER);
/** Longest time of one run, in seconds. */
const LIMIT_SECONDS = 300;

const say = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

async function lab(...args: string[]): Promise<void> {
    const { code, stdout, stderr } = await runLab(args);
    if (code !== 0) throw new LabError(`lab ${args.join(" ")} failed:\n${stdout}${stderr}`);
}

async function seconds(what: string, work: () => Promise<Result>): Promise<number> {
    const began = Date.now();
    const { code, stdout, stderr } = await work();
    const took = (Date.now() - began) / 1000;
    if (code !== 0) throw new LabError(`${what} failed with ${code}:\n${stdout.slice(-3000)}${stderr.slice(-3000)}`);
    say(`${what}: ${took.toFixed(1)} s`);
    return took;
}

/** The hosts' images and the inputs of the shell script, taken from a cluster that is made and destroyed for it. */
async function warmUp(whole: string): Promise<string> {
    const workspace = labWorkspace();
    await workspace.init();
    await seconds("warming up", () => workspace.up());
    const directory = await plainInputs(HOSTS, LATER);
    await Promise.all(HOSTS.map(({ name }) => saveImages(name)));
    await seconds("and away", () => workspace.destroy());
    keepNodes(whole, AT_FIRST);
    return directory;
}

async function shellRound(directory: string): Promise<Partial<Times>> {
    const shell = (...args: string[]) =>
        outcome(join(__dirname, "plain-ssh.sh"), args, { timeout: LIMIT_SECONDS * 1000 });
    return {
        up: await seconds("shell up", () => shell("up", directory)),
        add: await seconds("shell add", () => shell("add", directory, LATER)),
        destroy: await seconds("shell down", () => shell("down", directory)),
    };
}

async function pulumiRound(whole: string): Promise<Times> {
    const workspace = labWorkspace();
    const limit = { timeout: LIMIT_SECONDS };
    const times = {
        up: await seconds("pulumi up", () => workspace.up([], limit)),
        unchanged: await seconds("pulumi up without changes", () => workspace.up([], limit)),
        preview: await seconds("pulumi preview", () => workspace.preview([], limit)),
    };
    keepNodes(whole, [...AT_FIRST, LATER]);
    const add = await seconds("pulumi up with one worker more", () => workspace.up([], limit));
    const destroy = await seconds("pulumi destroy", () => workspace.destroy([], limit));
    keepNodes(whole, AT_FIRST);
    return { ...times, add, destroy };
}

/** `npm run bench`: hosts, rounds, docs/benchmark.md; no lab is left. */
async function main(): Promise<void> {
    await lab("down");
    try {
        await lab("hosts", "--workers", String(HOSTS.length - 1));
        const whole = readFileSync(configFile(), "utf8");
        const directory = await warmUp(whole);
        const shell: Partial<Times>[] = [];
        const pulumi: Times[] = [];
        const loads: string[] = [];
        for (let round = 1; round <= ROUNDS; round++) {
            say(`round ${round} of ${ROUNDS}`);
            await Promise.all(HOSTS.map(({ name }) => warmImages(name)));
            shell.push(await shellRound(directory));
            await Promise.all(HOSTS.map(({ name }) => warmImages(name)));
            pulumi.push(await pulumiRound(whole));
            loads.push(load());
        }
        const text = report(shell, pulumi, loads);
        console.log(`\n${text}`);
        writeFileSync(DOCUMENT, withReport(readFileSync(DOCUMENT, "utf8"), text));
        writeFileSync(PLOT, await plot(shell, pulumi));
    } finally {
        await lab("down");
    }
}

main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
});
