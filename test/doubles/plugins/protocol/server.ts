import { connect } from "node:net";
import * as grpc from "@grpc/grpc-js";
import * as service from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { logTo } from "./engine-log";
import { differenceMessage, failureMessages, notReady } from "./messages";
import type { Provider, Resource } from "./provider";
import { nameOf, typeOf, type Properties } from "./values";

/*
 * `main()` of @pulumi/pulumi/provider hands on neither the provider's own settings, nor `customTimeouts`, nor the old
 * inputs, and reports no detailed differences: this serves the same protocol from the SDK's message classes.
 */

const POLL_MILLISECONDS = 1000;

type Handler<I, O> = (request: I) => Promise<O>;

/** What the plug-in does not offer; the engine then does without. */
class UnimplementedError extends Error {}

function failed(error: unknown): Partial<grpc.StatusObject> {
    const code = error instanceof UnimplementedError ? grpc.status.UNIMPLEMENTED : grpc.status.UNKNOWN;
    return notReady(error) ?? { code, details: error instanceof Error ? error.message : String(error) };
}

function unary<I, O>(handler: Handler<I, O>): grpc.handleUnaryCall<I, O> {
    return (call, callback) => {
        handler(call.request).then(
            (response) => callback(null, response),
            (error: unknown) => callback(failed(error)),
        );
    };
}

const properties = (struct: Struct | undefined): Properties => struct?.toJavaScript() ?? {};

const struct = (values: Properties): Struct => Struct.fromJavaScript(values);

interface Addressed {
    getUrn(): string;
}

const subject = (request: Addressed) => {
    const urn = request.getUrn();
    return { urn, name: nameOf(urn), type: typeOf(urn) };
};

/**
 * An engine that is killed has no time to end its plug-ins; each looks after itself. A plug-in that has another parent
 * than it started with, or none to begin with, is alone unless the engine still answers.
 */
function endWithEngine(address: string): void {
    const parent = process.ppid;
    const port = Number(address.split(":").pop());
    const host = address.slice(0, address.lastIndexOf(":")).replace(/^\[|\]$/g, "");
    setInterval(() => {
        if (process.ppid === parent && parent !== 1) return;
        const probe = connect(port, host, () => probe.destroy());
        probe.on("error", () => process.exit(1));
    }, POLL_MILLISECONDS).unref();
}

/** Serves a provider to the engine that started this process, until the engine ends it. */
export async function serve(version: string, provider: Provider): Promise<void> {
    const address = process.argv.slice(2).find((argument) => /^[\w.[\]:-]+:\d+$/.test(argument));
    if (address !== undefined) {
        logTo(address);
        endWithEngine(address);
    }

    const find = (request: Addressed): Resource => {
        const { type } = subject(request);
        const resource = provider.resource(type);
        if (resource === undefined) throw new Error(`this plug-in has no resource type ${type}`);
        return resource;
    };

    const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    server.addService(service.ResourceProviderService, {
        getPluginInfo: unary(() => Promise.resolve(new PluginInfo().setVersion(version))),
        getSchema: unary(() => Promise.resolve(new messages.GetSchemaResponse().setSchema("{}"))),
        attach: unary((request: { getAddress(): string }) => {
            logTo(request.getAddress());
            return Promise.resolve(new Empty());
        }),
        cancel: unary(() => {
            provider.cancel?.();
            return Promise.resolve(new Empty());
        }),
        checkConfig: unary((request: messages.CheckRequest) =>
            Promise.resolve(new messages.CheckResponse().setInputs(request.getNews())),
        ),
        diffConfig: unary(async (request: messages.DiffRequest) => {
            if (provider.diffConfig === undefined) throw new UnimplementedError("DiffConfig");
            const olds = properties(request.getOldInputs());
            return differenceMessage(await provider.diffConfig(olds, properties(request.getNews())));
        }),
        configure: unary(async (request: messages.ConfigureRequest) => {
            await provider.configure?.(properties(request.getArgs()));
            return new messages.ConfigureResponse().setAcceptsecrets(true);
        }),
        check: unary(async (request: messages.CheckRequest) => {
            const olds = properties(request.getOlds());
            const news = properties(request.getNews());
            const checked = await find(request).check({ ...subject(request), olds, news });
            return new messages.CheckResponse()
                .setInputs(struct(checked.inputs))
                .setFailuresList(failureMessages(checked.failures ?? []));
        }),
        diff: unary(async (request: messages.DiffRequest) =>
            differenceMessage(
                await find(request).diff({
                    ...subject(request),
                    id: request.getId(),
                    olds: properties(request.getOlds()),
                    oldInputs: properties(request.getOldInputs()),
                    news: properties(request.getNews()),
                }),
            ),
        ),
        create: unary(async (request: messages.CreateRequest) => {
            const inputs = properties(request.getProperties());
            const timeout = request.getTimeout();
            const created = await find(request).create({ ...subject(request), inputs, timeout });
            return new messages.CreateResponse().setId(created.id).setProperties(struct(created.outputs));
        }),
        update: unary(async (request: messages.UpdateRequest) => {
            const outputs = await find(request).update({
                ...subject(request),
                id: request.getId(),
                olds: properties(request.getOlds()),
                oldInputs: properties(request.getOldInputs()),
                news: properties(request.getNews()),
                timeout: request.getTimeout(),
            });
            return new messages.UpdateResponse().setProperties(struct(outputs));
        }),
        delete: unary(async (request: messages.DeleteRequest) => {
            await find(request).delete({
                ...subject(request),
                id: request.getId(),
                olds: properties(request.getProperties()),
                oldInputs: properties(request.getOldInputs()),
                timeout: request.getTimeout(),
            });
            return new Empty();
        }),
        read: unary(async (request: messages.ReadRequest) => {
            const resource = find(request);
            const state = {
                ...subject(request),
                id: request.getId(),
                olds: properties(request.getProperties()),
                oldInputs: properties(request.getInputs()),
            };
            const found = resource.read
                ? await resource.read(state)
                : { id: state.id, outputs: state.olds, inputs: state.oldInputs };
            // An empty id says that the resource is gone.
            if (found === undefined) return new messages.ReadResponse();
            return new messages.ReadResponse()
                .setId(found.id)
                .setProperties(struct(found.outputs))
                .setInputs(struct(found.inputs));
        }),
    });

    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
            error ? reject(error) : resolve(bound),
        );
    });
    // The first line of output is how the engine learns where to call.
    process.stdout.write(`${port}\n`);
}
