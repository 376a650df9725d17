import assert from "node:assert/strict";
import { test } from "node:test";
import { validateConfig } from "../../../components/config";
import { raw } from "./cluster";

const refused = (kubernetes: object) =>
    (validateConfig({ ...raw(), kubernetes }).problems ?? []).map(({ path, message }) => `${path}: ${message}`);
const ofApiServer = (extraArgs: Record<string, string>) =>
    refused({ apiServer: { extraArgs } }).map((text) => text.replace("kubernetes.apiServer.extraArgs.", ""));

test("a flag's value has the flag's type", () => {
    const wrong: Record<string, [value: string, message: string]> = {
        "allow-privileged": ["yes", 'must be true or false; found "yes"'],
        "audit-log-maxage": ["7d", 'must be a whole number; found "7d"'],
        "goaway-chance": ["never", 'must be a number; found "never"'],
        "event-ttl": ["60", 'must be a duration, such as 40s; found "60"'],
        "bind-address": ["0.0.0", 'must be an IP address; found "0.0.0"'],
        "service-node-port-range": ["all", 'must be a range of ports, such as 30000-32767; found "all"'],
        "feature-gates": [
            "APIServerIdentity",
            'must be NAME=true or NAME=false, with commas between; found "APIServerIdentity"',
        ],
    };
    for (const [flag, [value, message]] of Object.entries(wrong))
        assert.deepEqual(ofApiServer({ [flag]: value }), [`${flag}: ${message}`]);
});

test("a value of the type passes", () => {
    const right = {
        "allow-privileged": "T",
        "audit-log-maxage": "7",
        "goaway-chance": ".001",
        "event-ttl": "1h30m",
        "bind-address": "::",
        "service-node-port-range": "30000-32767",
        "oidc-required-claim": "a=b,c=d",
        "max-requests-inflight": "0",
        v: "4",
    };
    assert.deepEqual(ofApiServer(right), []);
});

test("words that a flag does not know are refused, with what is near", () => {
    assert.deepEqual(ofApiServer({ "enable-admission-plugins": "NodeRestriction,PodSecurityPolicy" }), [
        "enable-admission-plugins: PodSecurityPolicy is not known to this flag; did you mean PodSecurity?",
    ]);
    assert.match(
        ofApiServer({ "authorization-mode": "Node,RBACs" })[0] ?? "",
        /RBACs is not known .*; did you mean RBAC\?/,
    );
    assert.match(ofApiServer({ "tls-min-version": "1.2" })[0] ?? "", /known are VersionTLS10, VersionTLS11/);
    assert.deepEqual(ofApiServer({ "enable-admission-plugins": "NodeRestriction,AlwaysPullImages" }), []);
});

test("runtime-config names APIs that the version has", () => {
    assert.deepEqual(ofApiServer({ "runtime-config": "policy/v1beta2=true" }), [
        "runtime-config: policy/v1beta2: kube-apiserver 1.32 has policy in v1, v1beta1 alone",
    ]);
    assert.deepEqual(ofApiServer({ "runtime-config": "batch.k8s.io/v1=true" }), [
        "runtime-config: batch.k8s.io/v1: kube-apiserver 1.32 has no API group batch.k8s.io; did you mean batch?",
    ]);
    assert.match(ofApiServer({ "runtime-config": "api/all=yes" })[0] ?? "", /api\/all=yes must end in =true or =false/);
    for (const value of ["api/all=true", "apps/v1=true,batch/v1/jobs=false", "v1=true", "resource.k8s.io/v1beta1=true"])
        assert.deepEqual(ofApiServer({ "runtime-config": value }), []);
});
