import * as pulumi from "@pulumi/pulumi";
import * as command from "@pulumi/command";
import { connectionArgs, HostConnection, needsSudo } from "./connection";
import { HOST_SCRIPT_DIRECTORY } from "./script-bundle";
import { encodeInputOutputs, ScriptInputs } from "./script-inputs";

/** One call of a script that Machine left on the host. */
export interface ScriptCall {
    /** File name of the script, such as "init.sh". */
    script: string;
    /** Words behind it; letters, digits and ._:/- only, so that none needs quoting. Never secret. */
    args?: string[];
    /** Seconds after which the host itself ends the script: a running command cannot be cancelled from outside. */
    timeoutSeconds: number;
    /** True = a host without the script has nothing to undo or to change. Not for create. Default false. */
    ifPresent?: boolean;
}

/** What a RemoteScript does in each part of its life; a part that is not given does not dial the host. */
export interface RemoteScriptArgs {
    /** The host and how it is reached. */
    connection: HostConnection;
    /** Runs once. Must converge: a create that failed half-way is run again from the start. */
    create?: ScriptCall | Installer;
    /** Runs when an input has changed, the connection's included. */
    update?: ScriptCall | Installer;
    /** Runs when the resource goes, with the text and the connection of the last up. */
    delete?: ScriptCall;
    /** Inputs of the scripts, by standard input. May be secret. */
    inputs?: ScriptInputs;
    /** Standard input as it is, for the installer. */
    stdin?: pulumi.Input<string>;
    /** True when standard output holds a secret. Default false. */
    secretOutput?: boolean;
    /** True for the first step on a host, which waits for a machine that may still be booting. Default false. */
    waitForHost?: boolean;
}

/** The call that reads scripts from standard input, puts them on the host and runs the first. */
export interface Installer {
    installer: true;
    /** True = a host that was given the very same before is left as it is. Only for update. Default false. */
    unlessDone?: boolean;
    /** Seconds after which the host itself ends it. */
    timeoutSeconds: number;
}

function isInstaller(call: ScriptCall | Installer): call is Installer {
    return "installer" in call;
}

/** The one short line that a host is given: it stands in error messages and in plain text in the state. */
export function commandLine(call: ScriptCall | Installer, sudo: boolean): string {
    const words = isInstaller(call)
        ? ["bash", "-s", ...(call.unlessDone ? ["unless-done"] : [])]
        : [`${HOST_SCRIPT_DIRECTORY}/${call.script}`, ...(call.args ?? [])];
    for (const word of words) {
        if (!/^[A-Za-z0-9._:/-]+$/.test(word)) throw new Error(`"${word}" cannot be a word of a remote command`);
    }
    const prefix = sudo ? "sudo -n " : "";
    // The script is told its limit too: it ends with a reason before it is ended without one.
    const limit = `timeout -k 10 ${call.timeoutSeconds} env STEP_SECONDS=${call.timeoutSeconds}`;
    const line = `${prefix}${limit} ${words.join(" ")}`;
    return !isInstaller(call) && call.ifPresent ? `${prefix}test ! -e ${words[0]} || ${line}` : line;
}

/** A step's inputs with the stack's identity: a host of another stack refuses it. */
export function withIdentity(connection: HostConnection, inputs: ScriptInputs = {}): ScriptInputs {
    const { stackIdentity } = connection;
    return stackIdentity === undefined ? inputs : { ...inputs, STACK_IDENTITY: stackIdentity };
}

/** A script run on a host over SSH: the only maker of command.remote.Command in the program. */
export class RemoteScript extends command.remote.Command {
    constructor(name: string, args: RemoteScriptArgs, opts?: pulumi.CustomResourceOptions) {
        const sudo = needsSudo(args.connection);
        // Without a command no part of its life dials, and giving them up is a change of the state alone.
        const line = (call?: ScriptCall | Installer) =>
            call && !args.connection.gone ? commandLine(call, sudo) : undefined;
        super(
            name,
            {
                connection: connectionArgs(args.connection, args.waitForHost ?? false),
                create: line(args.create),
                update: line(args.update),
                delete: line(args.delete),
                stdin: args.stdin ?? encodeInputOutputs(withIdentity(args.connection, args.inputs)),
                logging: args.secretOutput ? command.remote.Logging.None : command.remote.Logging.Stderr,
                addPreviousOutputInEnv: false,
            },
            {
                ...opts,
                additionalSecretOutputs: args.secretOutput ? ["stdout", "stderr"] : [],
            },
        );
    }
}
