import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { cacheDir, projectDir } from "../lab/paths";
import { unmetRequirement } from "../lab/requirements";
import { CASES } from "./cases";
import { type CaseFile, caseFiles, casePattern } from "./named-tests";
import { runTests } from "./run-tests";
import { isSound, type Result, table } from "./table";

const USAGE = `Run the tests of field cases, those whose names begin with "case NUMBER:", and print a table of all cases.
usage: npm run test:field -- [options]
  --minutes M     how long it may take (default 25)
  --case N,...    these cases alone
  --without-lab   leave out what needs hosts of the lab
`;

/** Why tests on the lab are not run; undefined where they are. */
async function withoutLab(wanted: boolean): Promise<string | undefined> {
    if (!wanted) return "needs the lab: npm run test:field without --without-lab";
    const unmet = await unmetRequirement();
    if (unmet !== undefined) return `needs the lab: ${unmet}`;
    // To fill the cache takes longer than all tests.
    if (existsSync(cacheDir("rootfs")) && existsSync(cacheDir("site"))) return undefined;
    return "needs the lab, whose cache is empty: npm run lab && npm run lab:down, then npm run test:field";
}

const notRun = ({ file, cases }: CaseFile, why: string) =>
    cases.map((number): Result => ({ number, file, name: "", outcome: "not run", why }));

async function main(): Promise<number> {
    const { values } = parseArgs({
        options: {
            minutes: { type: "string", default: "25" },
            case: { type: "string" },
            "without-lab": { type: "boolean", default: false },
            help: { type: "boolean", default: false },
        },
    });
    if (values.help) {
        process.stdout.write(USAGE);
        return 0;
    }
    const chosen = values.case?.split(",").map(Number);
    const stranger = chosen?.find((number) => !Object.hasOwn(CASES, number));
    if (stranger !== undefined) throw new Error(`--case ${values.case}: known are ${Object.keys(CASES).join(", ")}`);
    const minutes = Number(values.minutes);
    if (!(minutes > 0)) throw new Error(`--minutes ${values.minutes}: it is a number of minutes`);

    const files = caseFiles(projectDir).filter(
        ({ cases, others }) => others || (chosen?.some((one) => cases.includes(one)) ?? true),
    );
    const ofLab = files.filter(({ needsLab }) => needsLab);
    const why = await withoutLab(!values["without-lab"]);
    const signal = AbortSignal.timeout(minutes * 60_000);
    const pattern = casePattern(chosen);
    const say = ({ name, file, outcome }: Result) => process.stdout.write(`${outcome}: ${name} (${file})\n`);

    const here = await runTests(
        projectDir,
        files.filter(({ needsLab }) => !needsLab),
        2,
        signal,
        pattern,
        say,
    );
    // Its tests share one lab.
    const there =
        why === undefined
            ? await runTests(projectDir, ofLab, 1, signal, pattern, say)
            : { results: ofLab.flatMap((file) => notRun(file, why)), failures: [] };

    const results = [...here.results, ...there.results].filter(({ number }) => chosen?.includes(number) ?? true);
    const failures = [...here.failures, ...there.failures];
    if (failures.length > 0) process.stdout.write(`\n${failures.join("\n")}\n`);
    process.stdout.write(`\n${table(results, chosen)}`);
    return failures.length === 0 && isSound(results) ? 0 : 1;
}

main().then(
    (code) => process.exit(code),
    (error: Error) => {
        process.stderr.write(`${error.message}\n`);
        process.exit(1);
    },
);
