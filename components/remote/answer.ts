import { failure } from "../config/problem";
import { loginProblem } from "./login-words";
import type { AnswerForm } from "./scripts";

/** The mark before each line of an answer, see `answer` in inputs.sh: a greeting of the shell lacks it. */
export const ANSWER_MARK = "kubeadm-cluster> ";

/** The lines of an answer among all that a host has written; the provider takes the last line end away. */
export function markedLines(stdout: string): string[] {
    return stdout
        .split("\n")
        .filter((line) => line.startsWith(ANSWER_MARK))
        .map((line) => line.slice(ANSWER_MARK.length));
}

const FITS: Record<AnswerForm["count"], (lines: number) => boolean> = {
    one: (lines) => lines === 1,
    optional: (lines) => lines <= 1,
    some: (lines) => lines >= 1,
    any: () => true,
};

/** The lines of an answer in its declared form; undefined = it is not in this form. */
export function answerIn(stdout: string, form: AnswerForm): string[] | undefined {
    const lines = markedLines(stdout);
    return FITS[form.count](lines.length) && lines.every((line) => form.line.test(line)) ? lines : undefined;
}

/** As much of what a host has written as a message can bear, without control characters. */
function excerpt(stdout: string): string {
    if (stdout === "") return "nothing";
    return JSON.stringify(stdout.length > 200 ? `${stdout.slice(0, 200)}...` : stdout);
}

/**
 * The lines of a step's answer.
 * @param secret true = what was found is not shown
 * @throws pulumi.RunError naming step and host where it is not in its declared form
 */
export function readAnswer(
    stdout: string,
    form: AnswerForm,
    step: { name: string; script: string; host: string; secret: boolean },
): string[] {
    const lines = answerIn(stdout, form);
    if (lines) return lines;
    // A shell that says something else and ends well has not run the script.
    const login = loginProblem(stdout, "the login user");
    if (login && !step.secret)
        throw failure(
            `${step.name}: ${step.host} did not run ${step.script}, and said ${excerpt(stdout)}; wanted: ${login.wanted}. ${login.fix}, then run pulumi up again`,
        );
    const found = step.secret ? `${stdout.length} characters in another form` : excerpt(stdout);
    throw failure(
        `${step.name}: ${step.script} on ${step.host} ended well, but its answer is not in the expected form; found ${found}; ` +
            "run pulumi up again, which asks again; if the same is found, see what that script prints when it is run on the host",
    );
}
