/** What is known not to hold, is to be mended, and does no harm meanwhile: counted apart and printed with its reason. */
const KNOWN = [
    {
        script: "init.sh",
        problem: /^run again, \/var\/lib\/kubeadm-cluster\/encryption\/loaded is missing$/,
        reason: "where a full disk loses this mark of a join, the next change of settings restarts the API server once; no key is lost",
    },
];

/** Why these problems of a script are known, all of them; undefined = one of them is not. */
export function knownReason(script: string, problems: string[]): string | undefined {
    const reasons = problems.map(
        (text) => KNOWN.find((one) => one.script === script && one.problem.test(text))?.reason,
    );
    return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
}
