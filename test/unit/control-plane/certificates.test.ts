import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { expiryDates, renewalsDue } from "../../../components/control-plane/certificates";

const DAY = 24 * 60 * 60 * 1000;
const MADE = Date.parse("2026-01-01T00:00:00Z");
const FIRST = {
    ca: "2036-01-01T00:00:00Z",
    "etcd/ca": "2026-02-01T00:00:00Z",
    apiserver: "2027-01-01T00:00:00Z",
    "admin.conf": "2027-06-01T00:00:00Z",
};

test("dates are read from the comments behind a kubeconfig; an older one has none", () => {
    const kubeconfig =
        "apiVersion: v1\n# expires? yes\n# expires apiserver 2027-01-01T00:00:00Z\n# expires etcd/ca 2036-01-01T00:00:00Z\n";
    assert.deepEqual(expiryDates(kubeconfig), { apiserver: "2027-01-01T00:00:00Z", "etcd/ca": "2036-01-01T00:00:00Z" });
    assert.deepEqual(expiryDates("apiVersion: v1\n"), {});
});

describe("renewalsDue", () => {
    const due = (days: number, renewBefore = 30) => renewalsDue(FIRST, renewBefore, MADE + days * DAY);

    test("none before the first certificate that kubeadm can renew is near its end", () => {
        assert.deepEqual([due(0), due(334)], [0, 0]);
        assert.equal(due(335), 1);
    });
    test("the count stays between renewals, and no certificate that is renewed in time ever expires", () => {
        assert.deepEqual([due(336), due(669)], [1, 1]);
        // Renewed on day 335 they end on day 700: the second renewal is due 30 days before that.
        assert.equal(due(670), 2);
    });
    test("never where it is switched off or nothing is known", () => {
        assert.equal(due(9999, 0), 0);
        assert.equal(renewalsDue({}, 30, MADE), 0);
    });

    test("certificateValidityPeriod: shorter ones are due more often, and never late", () => {
        const ends = { apiserver: new Date(MADE + 90 * DAY).toISOString() };
        const count = (days: number) => renewalsDue(ends, 30, MADE + days * DAY, 90 * DAY);
        assert.deepEqual([count(59), count(61), count(119), count(121), count(181)], [0, 1, 1, 2, 3]);
    });
});
