import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { validateConfig } from "../../../components/config";
import { initConfiguration } from "../../../components/control-plane/kubeadm-config";
import { cacheDir } from "../../lab/paths";
import { cluster, nodeOf, raw } from "./cluster";

const DIRECTORY = join(__dirname, "kubeadm", "published");
const names = readdirSync(DIRECTORY).map((name) => name.replace(/\.yaml$/, ""));
const read = (name: string) => readFileSync(join(DIRECTORY, `${name}.yaml`), "utf8");

const problems = (file: string) => validateConfig({ ...raw(), kubernetes: { kubeadm: { file } } }).problems ?? [];

/** What a file's head says must be reported: lines of #! PATH: PART OF THE MESSAGE. */
function expected(name: string): { path: string; part: string }[] {
    const lines = [...read(name).matchAll(/^#! (\S+): (.*)$/gm)];
    return lines.map(([, path = "", part = ""]) => ({ path, part }));
}

function withFile<T>(text: string, use: (file: string) => T): T {
    const directory = mkdtempSync(join(tmpdir(), "published-"));
    try {
        const file = join(directory, "kubeadm.yaml");
        writeFileSync(file, text);
        return use(file);
    } finally {
        rmSync(directory, { recursive: true });
    }
}

/** The forms of today in the messages of a file, as a kubeadm.yaml. */
function printedForms(file: string): string {
    const forms = problems(file).flatMap(({ message }) => {
        const [, form] = /; as v1beta4 it is\n([^]*)/.exec(message) ?? [];
        return form === undefined ? [] : [form.split(/\n {6}left out: /)[0]?.replace(/^ {6}/gm, "") ?? ""];
    });
    return `${forms.join("\n---\n")}\n`;
}

const JOIN = "kind: JoinConfiguration\n";
/** What the program adds to a worker's document, and no form may show. */
const DISCOVERY =
    "discovery: {bootstrapToken: {token: abcdef.0123456789abcdef, apiServerEndpoint: 'a:1', unsafeSkipCAVerification: true}}\n";

const kubeadm = cacheDir("site", "v1.32.0", "bin/linux/amd64/kubeadm");
const skip = !existsSync(kubeadm) && "the lab has built no kubeadm yet: npm run lab:artefacts";

describe("kubeadm.yaml files as people publish them: accepted, or refused for the reason", () => {
    for (const name of names) {
        const check = () => {
            const found = problems(join(DIRECTORY, `${name}.yaml`));
            const wanted = expected(name);
            const told = found.map(({ path, message }) => `${path}: ${message}`).join("\n");
            assert.deepEqual(found.map(({ path }) => path).sort(), wanted.map(({ path }) => path).sort(), told);
            for (const { path, part } of wanted)
                assert.ok(
                    found.some((one) => one.path === path && one.message.includes(part)),
                    `${part}\n${told}`,
                );
            assert.doesNotMatch(told, /9a8b7c|e6a2eb85/, "a secret of the file is shown");
        };
        const [, number] = /^# Case (\d+): /.exec(read(name)) ?? [];
        if (number === undefined) test(name, check);
        else test(`case ${number}: ${name}`, check);
    }

    test("are at least twelve", () => assert.ok(names.length >= 12));
});

describe("the form of today that a message prints", () => {
    for (const name of names.filter((each) => printedForms(join(DIRECTORY, `${each}.yaml`)).trim() !== "")) {
        test(`of ${name}: accepted but for what is wrong beside the form`, () => {
            const file = join(DIRECTORY, `${name}.yaml`);
            const form = printedForms(file);
            // Documents of the same file that are of today already are in no form.
            const isInForm = ({ path }: { path: string }) =>
                form.includes(`kind: ${/file:(\w+)/.exec(path)?.[1] ?? ""}\n`);
            const others = problems(file)
                .filter(isInForm)
                .filter(({ message }) => !/as v1beta4 it is|program's to decide|is too old: its kubeadm/.test(message));
            withFile(form, (printed) => assert.deepEqual(problems(printed), others));
        });

        test(`of ${name}: kubeadm reads it`, { skip }, () =>
            withFile(printedForms(join(DIRECTORY, `${name}.yaml`)).replace(JOIN, JOIN + DISCOVERY), (printed) => {
                const { status, stderr } = spawnSync(kubeadm, ["config", "validate", "--config", printed], {
                    encoding: "utf8",
                });
                assert.equal(status, 0, stderr);
            }),
        );
    }
});

test("case 7: what kubeadm's defaults say that the program says, too, does not reach its documents", () => {
    const config = cluster({ kubernetes: { kubeadm: { file: join(DIRECTORY, "init-defaults.yaml") } } });
    const master = nodeOf(config, "master");
    const own = parse(initConfiguration(master)) as Record<string, Record<string, unknown>>;
    const made = parse(initConfiguration(master, config.kubernetes.kubeadm.initConfiguration)) as typeof own;
    assert.deepEqual(made.bootstrapTokens, own.bootstrapTokens);
    assert.deepEqual(made.localAPIEndpoint, own.localAPIEndpoint);
    assert.deepEqual(made.nodeRegistration, {
        ...own.nodeRegistration,
        imagePullPolicy: "IfNotPresent",
        imagePullSerial: true,
    });
    assert.equal(made.timeouts?.discovery, "5m0s");
});

test("case 7: the defaults of kubeadm itself, with those of the kubelet and kube-proxy", { skip }, () => {
    const print = (command: string, ...args: string[]) =>
        spawnSync(kubeadm, ["config", "print", command, ...args], { encoding: "utf8" }).stdout;
    const components = ["--component-configs", "KubeletConfiguration,KubeProxyConfiguration"];
    const all = `${print("init-defaults", ...components)}---\n${print("join-defaults")}`;
    assert.match(all, /kind: KubeProxyConfiguration/);
    const filled = all.replace("advertiseAddress: 1.2.3.4", "advertiseAddress: 192.168.33.10");
    // kubeadm fills in the name of the machine that it runs on.
    const named = filled.replace(/(kind: JoinConfiguration\nnodeRegistration:\n[^]*?  name: ).*/, "$1node");
    withFile(named, (file) => assert.deepEqual(problems(file), []));
});
