/** What a script is run with: its arguments, what it reads, and what was done on its host before. */
export interface Situation {
    /** File name of the script. */
    script: string;
    /** Such as "a living node". */
    name: string;
    args?: string[];
    inputs?: Record<string, string>;
    /** The state that it starts from, by its name in `states`. */
    from: string;
    /** Run in the root before, by bash: what is particular about this situation. */
    setup?: string;
    /** Seconds after which the program ends the step. */
    limitSeconds: number;
    /** Once the script is gone from the host, the step is done. */
    ifPresent?: boolean;
    /** The command that stands for the script: receive.sh comes by standard input. */
    command?: string[];
    /** What it makes is named by the second: a run behind another one waits for the next. */
    bySecond?: boolean;
    /** Exit code of an undisturbed run. Default 0. */
    code?: number;
    /** What it takes away before it makes it anew: the place of a machine that another one takes. */
    makesAnew?: RegExp;
    /** A timer runs it again and again: what it could not do this time it need not tell of. */
    repeats?: boolean;
    /** What it may leave undone: nothing is wrong either way. */
    mayStay?: RegExp;
    /** Standard input that the checkout's own TypeScript makes of the inputs. */
    packed?: "precheck" | "receive";
    /** Cut in what comes by standard input alone: the scripts that it runs have situations of their own. */
    own?: boolean;
    /** Nothing is installed before. */
    bare?: boolean;
}

/** A host in a certain state: what was run on top of another state. */
export interface State {
    from?: string;
    run: Pick<Situation, "script" | "args" | "inputs">[];
    setup?: string;
}
/** What no run may leave anywhere but where an undisturbed run leaves it. */
export const secrets = {
    token: "canarytokensecre",
    certificateKey: "cafe00cafe11cafe22cafe33cafe44cafe55cafe66cafe77cafe88cafe99cafe",
    encryptionKey: "Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2E=",
    anotherKey: "b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVyb3Q=",
    proxyPassword: "canary-proxy-password",
    vipPassword: "canaryvi",
    transferKey: "canary-transfer-key",
};
