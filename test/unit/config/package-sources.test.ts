import assert from "node:assert/strict";
import { test } from "node:test";
import { checkStackValues, validateConfig } from "../../../components/config";
import { raw } from "./cluster";

const problems = (settings: Record<string, unknown>) => {
    const found = validateConfig({ ...raw(), ...settings }).problems ?? [];
    return found.map(({ path, message }) => `${path}: ${message}`);
};

test("a package mirror that is not https needs a key, or the word that no signature is wanted", () => {
    const kubernetes = { install: "packages" };
    const mirrors = { packages: "http://10.0.0.5/k8s" };
    const [problem, ...more] = problems({ kubernetes, mirrors });
    assert.match(problem ?? "", /^mirrors\.packages: http:\/\/10\.0\.0\.5\/k8s is not https, .*mirrors\.packagesKey$/);
    assert.deepEqual(more, []);
    const packagesKey = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n...";
    assert.deepEqual(problems({ kubernetes, mirrors: { ...mirrors, packagesKey } }), []);
    assert.deepEqual(problems({ kubernetes, mirrors: { ...mirrors, packagesUnsigned: true } }), []);
    // Nobody reads it where no host installs packages.
    assert.deepEqual(problems({ mirrors }), []);
    assert.match(
        problems({ mirrors: { packagesKey, packagesUnsigned: true } }).join(),
        /^mirrors\.packagesUnsigned: contradicts mirrors\.packagesKey/,
    );
});

test("one host alone may install from packages", () => {
    const nodes = raw().nodes.map((node, index) => (index === 1 ? { ...node, install: "packages" } : node));
    assert.match(problems({ nodes, mirrors: { packages: "http://mirror" } }).join(), /^mirrors\.packages: /);
});

test("a key that is not one is refused", () => {
    assert.match(
        problems({ mirrors: { packagesKey: "secret" } }).join(),
        /mirrors\.packagesKey: must be a public PGP key/,
    );
});

test("a proxy is host and port; a password in its address is refused with the place where it belongs", () => {
    assert.deepEqual(problems({ proxy: { http: "http://proxy:3128", https: "http://[fd00::1]:3128/" } }), []);
    assert.match(
        problems({ proxy: { http: "http://user:word@proxy:3128" } }).join(),
        /^proxy\.http: must be http:\/\/HOST:PORT; user and password belong in the secret proxyCredentials/,
    );
});

test("credentials without a proxy are told", () => {
    const values = { ...raw(), proxyCredentials: true };
    assert.throws(
        () => checkStackValues("kubeadm-cluster", values),
        /proxyCredentials: is set, but proxy names no proxy/,
    );
    checkStackValues("kubeadm-cluster", { ...values, proxy: { http: "http://proxy:3128" } });
});
