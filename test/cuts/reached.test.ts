import assert from "node:assert/strict";
import { test } from "node:test";
import { functionsOf, unreached } from "./reached";

const script = `look() {
    # record "$A"
    if [ -e "$B" ]; then rm -f "$B"; fi
    kubectl "$ADMIN" certificate approve -- "$1" >/dev/null && say "then rm -f this"
    printf '%s' "$still" >"$REFUSED"
    must reset "it failed" \\
        kubeadm reset -f
    case $1 in
    a) record "$A" ;;
    esac
}
`;
const texts = new Map([["a.sh", script]]);
const all = [
    'a.sh:3 rm -f "$B"',
    'a.sh:4 kubectl "$ADMIN" certificate approve -- "$1" > /dev/null',
    'a.sh:5 printf \'%s\' "$still" > "$REFUSED"',
    'a.sh:6 must reset "it failed" kubeadm reset -f',
    'a.sh:9 record "$A"',
];

test("a line that changes something and that no run reaches is named, and no other", () => {
    assert.deepEqual(unreached(texts, all, []), []);
    for (const [index, number] of [3, 4, 5, 6, 9].entries()) {
        const [[name, problem] = [], ...others] = unreached(texts, all.toSpliced(index, 1), []);
        assert.equal(name, "a.sh");
        assert.match(problem ?? "", new RegExp(`^no situation reaches line ${number}: `));
        assert.deepEqual(others, []);
    }
});

test("a command before the one that changes something does not reach it", () => {
    assert.equal(unreached(texts, ['a.sh:3 [ -e "$B" ]', ...all.slice(1)], []).length, 1);
});

test("an exception stands for a line, and one that is not needed is named", () => {
    assert.deepEqual(unreached(texts, all.slice(1), [["a.sh", "rm -f", "why"]]), []);
    assert.match(unreached(texts, all, [["a.sh", "rm -f", "why"]])[0]?.[1] ?? "", /is not needed/);
});

test("functions of scripts are known", () => {
    assert.deepEqual([...functionsOf(texts)], ["look"]);
});
