import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { validateConfig } from "../../../components/config";
import { warnings } from "../../../components/config/checks";
import { COMPONENTS, FLAG_LIFECYCLES } from "../../../components/config/flags/lifecycle";
import { releaseOf } from "../../../components/releases";
import { cluster, raw } from "./cluster";

const text = ({ path, message }: { path: string; message: string }) => `${path}: ${message}`;
const warned = (kubernetes: object) => warnings(cluster({ kubernetes })).map(text);
const refused = (kubernetes: object) => (validateConfig({ ...raw(), kubernetes }).problems ?? []).map(text);
const apiServer = (extraArgs: object, more: object = {}) => ({ ...more, apiServer: { extraArgs } });
const controllerManager = (extraArgs: object, more: object = {}) => ({ ...more, controllerManager: { extraArgs } });

test("the article's flags but the removed one give nothing to say", () => {
    const kubernetes = {
        ...apiServer({ "runtime-config": "api/all=true" }),
        ...controllerManager({ "horizontal-pod-autoscaler-sync-period": "10s", "node-monitor-grace-period": "10s" }),
    };
    assert.deepEqual(refused(kubernetes), []);
    assert.deepEqual(warned(kubernetes), []);
});

test("each flag is in the table once, and is not removed before it is deprecated", () => {
    const names = FLAG_LIFECYCLES.map(({ component, flag }) => `${component} ${flag}`);
    assert.equal(new Set(names).size, names.length);
    for (const { flag, deprecatedIn = 0, removedIn = 99 } of FLAG_LIFECYCLES) assert.ok(deprecatedIn < removedIn, flag);
});

test("a flag on record that no help shows is in the table: npm run flags asks for the table's flags alone", () => {
    const hidden = COMPONENTS.flatMap((component) =>
        (releaseOf(32)?.hidden[component] ?? "").split(" ").map((flag) => `${component} ${flag}`),
    ).filter((name) => !name.endsWith(" "));
    assert.ok(hidden.includes("kube-apiserver enable-logs-handler"));
    const listed = FLAG_LIFECYCLES.map(({ component, flag }) => `${component} ${flag}`);
    assert.deepEqual(
        hidden.filter((name) => !listed.includes(name)),
        [],
    );
});

describe("unknown flags", () => {
    test("are refused where the version's flags are on record, with what is near", () => {
        assert.deepEqual(refused(controllerManager({ "node-monitor-grace-perod": "40s" })), [
            "kubernetes.controllerManager.extraArgs.node-monitor-grace-perod: kube-controller-manager 1.32 has no such flag and would not start; did you mean node-monitor-grace-period?",
        ]);
        assert.deepEqual(refused(apiServer({ frobnicate: "1" })), [
            "kubernetes.apiServer.extraArgs.frobnicate: kube-apiserver 1.32 has no such flag and would not start",
        ]);
        assert.equal(refused(apiServer({ __proto__x: "1", constructor: "1" })).length, 2);
    });

    test("are warned of in a version whose flags are not on record", () => {
        const kubernetes = apiServer({ "audit-log-pat": "/x" }, { version: "1.99.0" });
        assert.deepEqual(refused(kubernetes), []);
        assert.deepEqual(warned(kubernetes), [
            "kubernetes.apiServer.extraArgs.audit-log-pat: kube-apiserver 1.32 has no such flag, and those of 1.99 are not on record; did you mean audit-log-path?",
        ]);
    });
});

test("deprecated flags are warned of, with the version in which they go", () => {
    assert.deepEqual(warned(apiServer({ "cloud-provider": "external" })), [
        "kubernetes.apiServer.extraArgs.cloud-provider: is deprecated and goes in 1.33; run the cloud's own controller manager",
    ]);
    assert.equal(refused(apiServer({ "cloud-provider": "external" }, { version: "1.33.4" })).length, 1);
});

describe("values", () => {
    /** What is configured, and the beginning of the one warning it must give. */
    const risky: Record<string, [object, RegExp]> = {
        "controllers without those that joining needs": [
            controllerManager({ controllers: "*,tokencleaner" }),
            /extraArgs\.controllers: leaves out bootstrapsigner, .* add bootstrapsigner$/,
        ],
        "a lease longer than the grace period": [
            controllerManager({ "node-monitor-grace-period": "10s" }, { kubelet: { nodeLeaseDurationSeconds: 40 } }),
            /node-monitor-grace-period: 10s is no longer than the kubelets' nodeLeaseDurationSeconds, 40/,
        ],
        "no anonymous requests": [
            apiServer({ "anonymous-auth": "false" }),
            /anonymous-auth: false: workers cannot join/,
        ],
        "everything allowed": [apiServer({ "authorization-mode": "AlwaysAllow" }), /AlwaysAllow lets everybody/],
        "an authorizer left out": [apiServer({ "authorization-mode": "RBAC" }), /lacks Node/],
        profiles: [apiServer({ profiling: "true" }), /profiling: serves profiles/],
        "a feature gate that is fixed": [
            apiServer({ "feature-gates": "AppArmor=true,APIServerIdentity=true" }),
            /feature-gates: AppArmor is fixed or on its way out in kube-apiserver 1\.32/,
        ],
        "a kubelet that lets everybody in": [
            { kubelet: { authentication: { anonymous: { enabled: true } } } },
            /kubelet\.authentication\.anonymous\.enabled: lets everybody/,
        ],
        "a kubelet's open port": [{ kubelet: { readOnlyPort: 10255 } }, /readOnlyPort: shows the node's Pods/],
    };
    for (const [what, [kubernetes, message]] of Object.entries(risky)) {
        test(what, () => {
            assert.deepEqual(refused(kubernetes), []);
            const said = warned(kubernetes);
            assert.equal(said.length, 1, said.join("\n"));
            assert.match(said[0] ?? "", message);
        });
    }

    test("that cannot work are refused", () => {
        const wrong: [object, RegExp][] = [
            [controllerManager({ "node-monitor-grace-period": "10" }), /must be a duration, such as 40s; found "10"/],
            [controllerManager({ "cluster-cidr": "10.1.0.0/16" }), /is not kubernetes\.podSubnet 10\.244\.0\.0\/16/],
            [apiServer({ "service-cluster-ip-range": "10.1.0.0/16" }), /is not kubernetes\.serviceSubnet/],
            [controllerManager({ "leader-elect-resource-lock": "endpoints" }), /"endpoints" is gone/],
            [
                apiServer({ "feature-gates": "DynamicKubeletConfig=true" }),
                /kube-apiserver 1\.32 knows no feature gate DynamicKubeletConfig and would not start/,
            ],
            [
                { kubelet: { featureGates: { NodeSwapp: true } } },
                /kubelet\.featureGates: kubelet 1\.32 knows no .*; did you mean NodeSwap\?/,
            ],
        ];
        for (const [kubernetes, message] of wrong) {
            const said = refused(kubernetes);
            assert.equal(said.length, 1, said.join("\n"));
            assert.match(said[0] ?? "", message);
        }
    });
});
