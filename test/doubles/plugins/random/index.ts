import { version } from "@pulumi/random/package.json";
import { serve } from "../protocol/server";
import type { Resource } from "../protocol/provider";
import { randomBytes, randomId } from "./bytes";
import { randomPassword, randomString } from "./strings";
import { randomUuid } from "./uuid";

const resources: Record<string, Resource> = {
    "random:index/randomBytes:RandomBytes": randomBytes,
    "random:index/randomId:RandomId": randomId,
    "random:index/randomPassword:RandomPassword": randomPassword,
    "random:index/randomString:RandomString": randomString,
    "random:index/randomUuid:RandomUuid": randomUuid,
};

void serve(version, { resource: (type) => resources[type] });
