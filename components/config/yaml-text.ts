import { Document, isScalar, Scalar, visit } from "yaml";

/** A text that every reader takes for a text, quoted or not: letters first, and nothing that YAML knows as a value. */
const PLAIN = /^[A-Za-z][A-Za-z0-9_./-]*$/;

/** Words that some reader takes for true, false or nothing, in any case. */
const VALUES = /^(y|n|yes|no|on|off|true|false|null|nan|inf|e[\d_.]*)$/i;

/** Characters that are line ends to version 1.1, or that it does not allow; they stand in quoted texts alone. */
const BREAKS = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

/**
 * YAML for kubeadm, kubelet, kubectl and the API server, which read version 1.1: yes, no, 1_000, 0b11, 12:30:45 and dates are
 * no texts there. So every text that is not plainly one stands in quotes. Nothing else in the program writes YAML for them.
 */
export function yamlText(value: unknown): string {
    const document = new Document(value, { aliasDuplicateObjects: false });
    visit(document, {
        Scalar(_, node) {
            if (!isScalar(node) || typeof node.value !== "string") return;
            if (!PLAIN.test(node.value) || VALUES.test(node.value)) node.type = Scalar.QUOTE_DOUBLE;
        },
    });
    const text = document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: 1e9 });
    return text.replace(BREAKS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
