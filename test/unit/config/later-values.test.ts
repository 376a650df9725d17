import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { LaterValues } from "../../../components/config/later-values";
import { hostKeyProblem } from "../../../components/config/host-key";

const resolved = (value: pulumi.Input<string>) =>
    new Promise<string>((resolve) => pulumi.output(value).apply((text) => resolve(text)));

test("what is known already stays as it is", () => {
    const later = new LaterValues();
    assert.equal(later.address("10.0.0.1"), "10.0.0.1");
    assert.equal(later.settle("10.0.0.1 250.0.0.0"), "10.0.0.1 250.0.0.0");
});

test("values of other resources take the places of what stands for them, each its own", async () => {
    const later = new LaterValues();
    const places = Array.from({ length: 300 }, (_, number) => later.address(pulumi.output(`machine-${number}`)));
    assert.equal(new Set(places).size, 300);
    // One is the beginning of another: 250.0.0.1 and 250.0.0.12.
    const text = `${places[1]} ${places[12]},${places[256]}:6443`;
    assert.equal(await resolved(later.settle(text)), "machine-1 machine-12,machine-256:6443");
});

test("a host key that comes later passes the check of host keys, and is replaced whole", async () => {
    const later = new LaterValues();
    later.address(pulumi.output("10.0.0.9"));
    const place = later.hostKey(pulumi.output("ssh-ed25519 AAAA the-host"));
    assert.equal(hostKeyProblem(place), undefined);
    assert.equal(await resolved(later.settle(place)), "ssh-ed25519 AAAA the-host");
});

test("a secret value makes the text secret", async () => {
    const later = new LaterValues();
    const place = later.address(pulumi.secret("10.0.0.9"));
    assert.equal(await pulumi.isSecret(pulumi.output(later.settle(`to ${place}`))), true);
});
