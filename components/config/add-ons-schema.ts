import { z } from "zod";

/** What `kubectl top` and autoscalers read. */
export const metrics = z.strictObject({
    addOn: z
        .enum(["none", "metrics-server"])
        .default("none")
        .describe("metrics-server needs kubernetes.servingCertificates."),
    replicas: z
        .int()
        .min(1)
        .max(5)
        .default(2)
        .describe("Number of its Pods, on different nodes where there are as many."),
});

/** A web interface. */
export const dashboard = z.strictObject({
    addOn: z.enum(["none", "headlamp"]).default("none").describe("headlamp, read-only unless a token may do more."),
});
