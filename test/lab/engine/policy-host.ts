import { join, resolve } from "node:path";
import { projectDir } from "../paths";

/** Stands for policy/ where the language host cannot run policy packs: the last one published as a Go module cannot. */
export const policyHost = join(__dirname, "policy-host");

/**
 * Arguments for the CLI that name the policy pack of this project where an engine with that language host finds it.
 * @param directory the one that the CLI is started in, which a relative path starts from
 */
export function withPolicyHost(args: string[], directory: string): string[] {
    const pack = join(projectDir, "policy");
    return args.map((arg, index) => {
        const [, flag = "", inline] = /^(--policy-pack=)(.*)$/.exec(arg) ?? [];
        if (inline === undefined && args[index - 1] !== "--policy-pack") return arg;
        return resolve(directory, inline ?? arg) === pack ? flag + policyHost : arg;
    });
}
