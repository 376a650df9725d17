import assert from "node:assert/strict";
import { test } from "node:test";
import { proxySettings } from "../../../components/hosts/proxy";
import { cluster, nodeOf } from "../config/cluster";

const proxy = { http: "http://proxy:3128", https: "http://proxy:3129", noProxy: ["mirror.internal"] };

test("without a proxy nothing is said, not even what to reach directly", () => {
    const config = cluster();
    assert.deepEqual(proxySettings(config, nodeOf(config, "worker-1")), { http: "", https: "", noProxy: [] });
});

test("a host reaches itself, the control plane, the cluster's subnets and names, and what the user names, directly", () => {
    const config = cluster({ proxy });
    const { noProxy } = proxySettings(config, nodeOf(config, "worker-1"));
    assert.deepEqual(noProxy, [
        ...["localhost", "127.0.0.1", "::1", "10.244.0.0/16", "10.96.0.0/12", ".svc", ".cluster.local"],
        ...["api.kubernetes.internal", "192.168.33.10", "192.168.33.11", "worker-1", "mirror.internal"],
    ]);
});

test("another worker changes nothing on the hosts that are there", () => {
    const config = cluster({ proxy });
    const fewer = { ...config, nodes: config.nodes.filter(({ name }) => name !== "worker-2") };
    const worker = nodeOf(config, "worker-1");
    assert.deepEqual(proxySettings(config, worker), proxySettings(fewer, worker));
});

test("user and password are put into the addresses, safe for every reader of one", () => {
    const config = cluster({ proxy });
    const { http, https } = proxySettings(config, nodeOf(config, "master"), 'me:p@ss:"$word\n');
    assert.equal(http, "http://me:p%40ss%3A%22%24word@proxy:3128");
    assert.equal(https, "http://me:p%40ss%3A%22%24word@proxy:3129");
});
