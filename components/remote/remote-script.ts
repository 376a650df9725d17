import * as pulumi from "@pulumi/pulumi";
import * as command from "@pulumi/command";
import { readAnswer } from "./answer";
import { connectionArgs, HostConnection, needsSudo } from "./connection";
import { HOST_SCRIPT_DIRECTORY, withScripts } from "./script-bundle";
import { encodeInputOutputs } from "./script-inputs";
import { type AnswerForm, type InputsOf, type PlainInputsOf, type RequiredOf, type ScriptName } from "./scripts";
import { askAgain } from "./stack-state";
import { answerForm } from "./script-calls";

/** One call of a script that Machine left on the host. */
export interface ScriptCall<Name extends ScriptName = ScriptName> {
    /** File name of the script, such as "init.sh". */
    script: Name;
    /** Words behind it; letters, digits and ._:/- only, so that none needs quoting. Never secret. */
    args?: readonly string[];
    /** Seconds after which the host itself ends the script: a running command cannot be cancelled from outside. */
    timeoutSeconds: number;
    /** True = a host without the script has nothing to undo or to change. Not for create. Default false. */
    ifPresent?: boolean;
}

/** What a RemoteScript does in each part of its life; a part that is not given does not dial the host. */
export interface RemoteScriptCalls<Name extends ScriptName> {
    /** The host and how it is reached. */
    connection: HostConnection;
    /** Runs once. Must converge: a create that failed half-way is run again from the start. */
    create?: ScriptCall<Name> | Installer;
    /** Runs when an input has changed, the connection's included. */
    update?: ScriptCall<Name> | Installer;
    /** Runs when the resource goes, with the text and the connection of the last up. */
    delete?: ScriptCall<Name>;
    /** Scripts for the installer, as packScripts makes them. */
    packed?: string;
    /** Why the script is to look at everything again, if it knows REPAIR; undefined = nobody asks. Default: nobody. */
    repair?: Promise<string | undefined>;
    /** True when standard output holds a secret. Default false. */
    secretOutput?: boolean;
    /** True for the first step on a host, which waits for a machine that may still be booting. Default false. */
    waitForHost?: boolean;
}

/** Inputs of the scripts, by standard input, as they are declared. */
export type RemoteScriptInputs<Name extends ScriptName> = [RequiredOf<Name>] extends [never]
    ? { inputs?: InputsOf<Name> | pulumi.Output<PlainInputsOf<Name>> }
    : { inputs: InputsOf<Name> | pulumi.Output<PlainInputsOf<Name>> };

/** Arguments of RemoteScript. */
export type RemoteScriptArgs<Name extends ScriptName> = RemoteScriptCalls<Name> & RemoteScriptInputs<Name>;

/** The call that reads scripts from standard input, puts them on the host and runs prepare.sh. */
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
    if (isInstaller(call) || !call.ifPresent) return line;
    // The inputs are read in any case: where a command ends before its input came, sshd now and then closes the session
    // without its exit status.
    return `${prefix}test ! -e ${words[0]} && cat >/dev/null || ${line}`;
}

/** What a call gives to read, and the script that gives it. */
function answering(call: ScriptCall | Installer | undefined): { script: string; form: AnswerForm } | undefined {
    if (!call) return undefined;
    const [script, args] = isInstaller(call) ? ["prepare.sh", undefined] : [call.script, call.args];
    const form = answerForm(script, args);
    return form && { script, form };
}

/** A script run on a host over SSH: the only maker of command.remote.Command in the program. */
export class RemoteScript<Name extends ScriptName = ScriptName> extends command.remote.Command {
    /** The lines of its answer; none where it has not run, or its host is gone. */
    public readonly answer: pulumi.Output<string[]>;

    constructor(name: string, args: RemoteScriptArgs<Name>, opts?: pulumi.CustomResourceOptions) {
        const { connection, packed, secretOutput = false } = args;
        const sudo = needsSudo(connection);
        // Without a command no part of its life dials, and giving them up is a change of the state alone.
        const line = (call?: ScriptCall | Installer) =>
            call && !connection.gone ? commandLine(call, sudo) : undefined;
        const given = answering(args.update ?? args.create);
        const mayBeEmpty = args.create === undefined;
        const encoded = encodeInputOutputs(args.inputs, {
            STACK_IDENTITY: connection.stackIdentity,
            REPAIR: connection.gone ? undefined : args.repair,
            ASK_AGAIN: given && !connection.gone ? askAgain(name, given.form, mayBeEmpty) : undefined,
        });
        const { settle } = connection;
        const inputs: pulumi.Input<string> = settle
            ? pulumi.output(encoded).apply((text) => pulumi.output(settle(text)))
            : encoded;
        super(
            name,
            {
                connection: connectionArgs(connection, args.waitForHost ?? false),
                create: line(args.create),
                update: line(args.update),
                delete: line(args.delete),
                stdin: packed === undefined ? inputs : pulumi.output(inputs).apply((text) => withScripts(packed, text)),
                logging: secretOutput ? command.remote.Logging.None : command.remote.Logging.Stderr,
                addPreviousOutputInEnv: false,
            },
            {
                ...opts,
                additionalSecretOutputs: secretOutput ? ["stdout", "stderr"] : [],
            },
        );
        // The plug-in may leave out what a step that has not run yet has printed.
        this.answer = this.stdout.apply((stdout: string | undefined = "") => {
            if (!given || connection.gone || (mayBeEmpty && stdout === "")) return [];
            return readAnswer(stdout, given.form, {
                name,
                script: given.script,
                // A text that only a resource knows is not put together for a message.
                host: settle && settle(connection.host) !== connection.host ? "its host" : connection.host,
                secret: secretOutput,
            });
        });
    }
}
