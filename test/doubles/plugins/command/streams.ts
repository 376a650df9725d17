import { StringDecoder } from "node:string_decoder";
import { log } from "../protocol/engine-log";
import { shows } from "./command";

/** Gathers what a command writes, and shows it line by line as far as `logging` allows. */
export class Streams {
    private readonly text = { stdout: "", stderr: "" };
    private both = "";
    private line = "";
    private readonly decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
    private readonly shown: Promise<void>[] = [];

    constructor(
        private readonly urn: string,
        private readonly logging: unknown,
    ) {}

    write(stream: "stdout" | "stderr", chunk: Buffer): void {
        const text = this.decoders[stream].write(chunk);
        this.text[stream] += text;
        this.both += text;
        if (!shows(this.logging, stream)) return;
        const lines = (this.line + text).split("\n");
        this.line = lines.pop() ?? "";
        for (const line of lines) this.show(line);
    }

    /** Both streams as they came, and each alone without its last newline, once everything has been shown. */
    async end(): Promise<{ stdout: string; stderr: string; both: string }> {
        if (this.line !== "") this.show(this.line);
        await Promise.all(this.shown);
        const trim = (text: string) => text.replace(/\n$/, "");
        return { stdout: trim(this.text.stdout), stderr: trim(this.text.stderr), both: this.both };
    }

    private show(line: string): void {
        this.shown.push(log(this.urn, "info", line, true));
    }
}
