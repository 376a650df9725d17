import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { LaterValues } from "../../../components/config/later-values";
import { hostKeyProblem } from "../../../components/config/host-key";

const resolved = (value: pulumi.Input<string>) =>
    new Promise<string>((resolve) => pulumi.output(value).apply((text) => resolve(text)));

/** A value that a preview does not know. */
const unknown = () => pulumi.output(pulumi.unknown as unknown as string);

function withAddresses(values: pulumi.Input<string>[], args: unknown = {}) {
    const later = new LaterValues(args);
    return { later, places: values.map((value, index) => String(later.address(`nodes[${index}].address`, value))) };
}

test("what is known already stays as it is, and so does what is no text at all", () => {
    const later = new LaterValues({});
    for (const value of ["10.0.0.1", undefined, null, 5, ["10.0.0.1"]])
        assert.equal(later.address("nodes[0].address", value), value);
    assert.equal(later.settle("10.0.0.1 250.0.0.0"), "10.0.0.1 250.0.0.0");
});

test("values of other resources take the places of what stands for them, each its own", async () => {
    const outputs = Array.from({ length: 300 }, (_, number) => pulumi.output(`machine-${number}`));
    const { later, places } = withAddresses(outputs);
    assert.equal(new Set(places).size, 300);
    // One is the beginning of another: 250.0.0.1 and 250.0.0.12.
    const text = `${places[1]} ${places[12]},${places[256]}:6443`;
    assert.equal(await resolved(later.settle(text)), "machine-1 machine-12,machine-256:6443");
});

test("a text of the arguments is no placeholder, whatever it looks like", async () => {
    const args = { kubernetes: { podSubnet: "250.0.0.0/16", kubelet: { note: ["to 250.0.0.1"] } } };
    const { later, places } = withAddresses([Promise.resolve("10.0.0.9")], args);
    assert.equal(
        await resolved(later.settle(`250.0.0.0/16 250.0.0.1 ${places[0]}`)),
        "250.0.0.0/16 250.0.0.1 10.0.0.9",
    );
});

test("a text waits for the values that it holds alone", async () => {
    const { later, places } = withAddresses([unknown(), pulumi.output("10.0.0.9")]);
    void later.checkedBy(() => undefined);
    assert.equal(await resolved(later.settle(`to ${places[1]}`)), "to 10.0.0.9");
});

test("a host key that comes later passes the check of host keys, and is replaced whole", async () => {
    const later = new LaterValues({});
    later.address("nodes[0].address", pulumi.output("10.0.0.9"));
    const place = String(later.hostKey("nodes[0].hostKey", pulumi.output("ssh-ed25519 AAAA the-host")));
    assert.equal(hostKeyProblem(place), undefined);
    assert.equal(await resolved(later.settle(place)), "ssh-ed25519 AAAA the-host");
});

test("a secret value makes the text secret", async () => {
    const { later, places } = withAddresses([pulumi.secret("10.0.0.9")]);
    assert.equal(await pulumi.isSecret(pulumi.output(later.settle(`to ${places[0]}`))), true);
});

test("the check gets what is known by now, with its path", async () => {
    const { later } = withAddresses([pulumi.output("10.0.0.1"), unknown(), pulumi.secret("10.0.0.3")]);
    const wrong = new Error("wrong");
    const checked = later.checkedBy((arrived) => {
        assert.deepEqual(
            [...arrived.values()],
            [
                { path: "nodes[0].address", value: "10.0.0.1", secret: false },
                { path: "nodes[2].address", value: "10.0.0.3", secret: true },
            ],
        );
        throw wrong;
    });
    await assert.rejects(checked, wrong);
});
