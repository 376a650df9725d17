import type { ClusterConfig } from "../../components/config";
import type { StackSource } from "../stack";
import type { Difference } from "./differences";

/** What no step of the program can mend, and what does. */
const BY_HAND: [form: (difference: Difference) => boolean, what: string][] = [
    [({ what }) => what === "host", "bring these hosts back, or set hostKey where one was installed anew: "],
    [
        ({ what }) => /^certificate (etcd\/|front-proxy-)?ca\.crt$/.test(what),
        'the cluster\'s authority has expired; see docs/troubleshooting.md, "The authority has expired": ',
    ],
];

/** What mends these differences, one line for each kind: where the program can, one command for all hosts. */
export function mending(config: ClusterConfig, differences: Difference[], source: StackSource): string[] {
    const lines: string[] = [];
    const namesOf = (some: Difference[]) => [...new Set(some.map(({ node }) => node))];
    let left = differences;
    for (const [form, what] of BY_HAND) {
        const these = namesOf(left.filter(form));
        if (these.length > 0) lines.push(what + these.join(", "));
        // Whatever else is wrong there comes of it, or cannot be seen.
        left = left.filter(({ node }) => !these.includes(node));
    }
    const leaving = left.filter(({ what, wanted }) => what === "Node" && wanted === "gone");
    const rest = namesOf(left.filter((one) => !leaving.includes(one)));
    const options = [`--stack ${source.stack}`, ...(source.configFile ? [`--config-file ${source.configFile}`] : [])];
    const up = ["pulumi up", ...options].join(" ");
    if (rest.length > 0) {
        const values = config.nodes.flatMap(({ name, repair = 0 }, index) =>
            rest.includes(name) ? [`--plaintext 'kubeadm-cluster:nodes[${index}].repair=${repair + 1}'`] : [],
        );
        lines.push(`to mend: ${["pulumi config set-all", ...options, "--path", ...values].join(" ")} && ${up}`);
    } else if (leaving.length > 0) lines.push(`to mend: ${up}`);
    return lines;
}
