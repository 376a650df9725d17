import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";

// The last Node.js host in Go's registry, 3.60, knows no plug-ins. This one does what today's does with them, and no more:
// `npm install` in the clone, then Pulumi's own run-plugin out of the clone's packages.

// Made for JavaScript; they have no types that fit.
/* eslint-disable @typescript-eslint/no-require-imports */
const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb") as {
    LanguageRuntimeService: grpc.ServiceDefinition;
};
const messages = require("@pulumi/pulumi/proto/language_pb") as Record<string, new () => Answer>;
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb") as { PluginInfo: new () => object };
/* eslint-enable */

interface Answer {
    setStdout(bytes: Buffer): void;
    setStderr(bytes: Buffer): void;
    setExitcode(code: number): void;
}
interface Request {
    getInfo(): { getProgramDirectory(): string };
    getPwd(): string;
    getArgsList(): string[];
    getEnvList(): string[];
}
type Call = grpc.ServerWritableStream<Request, Answer>;

function make(name: string): Answer {
    const Message = messages[name];
    if (Message === undefined) throw new Error(`@pulumi/pulumi has no message ${name}`);
    return new Message();
}

/** Passes on what a program prints, by messages of this name. */
function pass(call: Call, child: ChildProcess, name: string): void {
    const send = (fill: (answer: Answer) => void) => {
        const answer = make(name);
        fill(answer);
        call.write(answer);
    };
    child.stdout?.on("data", (bytes: Buffer) => send((answer) => answer.setStdout(bytes)));
    child.stderr?.on("data", (bytes: Buffer) => send((answer) => answer.setStderr(bytes)));
    call.once("cancelled", () => child.kill());
    process.once("exit", () => child.kill());
}

const handlers = {
    handshake: (_: unknown, answer: grpc.sendUnaryData<object>) => answer(null, make("LanguageHandshakeResponse")),
    getPluginInfo: (_: unknown, answer: grpc.sendUnaryData<object>) => answer(null, new PluginInfo()),
    installDependencies(call: Call): void {
        const directory = call.request.getInfo().getProgramDirectory();
        const child = spawn("npm", ["install", "--loglevel=error", "--prefer-offline"], { cwd: directory });
        pass(call, child, "InstallDependenciesResponse");
        child.once("close", (code) =>
            code === 0 ? call.end() : call.destroy(new Error(`npm install ended with ${code}`)),
        );
    },
    runPlugin(call: Call): void {
        const directory = call.request.getInfo().getProgramDirectory();
        const program = createRequire(join(directory, "package.json")).resolve("@pulumi/pulumi/cmd/run-plugin");
        const env = Object.fromEntries(
            call.request.getEnvList().map((line) => line.split(/=([^]*)/, 2) as [string, string]),
        );
        const child = spawn(process.execPath, [program, directory, ...call.request.getArgsList()], {
            cwd: call.request.getPwd(),
            env: { ...process.env, ...env },
        });
        pass(call, child, "RunPluginResponse");
        child.once("close", (code) => {
            const last = make("RunPluginResponse");
            last.setExitcode(code ?? 1);
            call.end(last);
        });
    },
};

const server = new grpc.Server();
server.addService(LanguageRuntimeService, handlers);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
});
process.once("SIGINT", () => process.exit(0));
process.once("SIGTERM", () => process.exit(0));
