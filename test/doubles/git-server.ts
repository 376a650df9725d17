import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createProxy, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { selfSigned } from "./api-server";

/**
 * A site with Git repositories, and the proxy by which clients on this machine find it under its name: Pulumi's engine asks
 * by https alone, and takes an address with a port for a file's.
 */
export class GitServer {
    readonly host = "git.example.org";
    private readonly directory = mkdtempSync(join(tmpdir(), "git-server-"));
    private readonly tls = selfSigned(this.host, [this.host]);
    private readonly site = createServer({ cert: this.tls.certificate, key: this.tls.key }, (from, to) =>
        this.answer(from, to),
    );
    private readonly proxy = createProxy();

    static async start(): Promise<GitServer> {
        const double = new GitServer();
        const { proxy, site, host, directory, tls } = double;
        writeFileSync(join(directory, "authority.pem"), tls.certificate);
        proxy.on("connect", (request, socket, head) => {
            const [name = "", port] = (request.url ?? "").split(":");
            socket.on("error", () => undefined);
            socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
            if (head.length > 0) socket.unshift(head);
            if (name === host) return void site.emit("connection", socket);
            // Everything else is as it would be without the proxy: npm's registry.
            const other = connect(Number(port), name).on("error", () => socket.destroy());
            socket.pipe(other).pipe(socket);
        });
        await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
        return double;
    }

    close(): void {
        this.site.closeAllConnections();
        this.proxy.closeAllConnections();
        this.proxy.close();
        rmSync(this.directory, { recursive: true, force: true });
    }

    /** Environment by which Pulumi's engine finds the site and trusts it. */
    get env(): NodeJS.ProcessEnv {
        const { port } = this.proxy.address() as AddressInfo;
        return {
            HTTPS_PROXY: `http://127.0.0.1:${port}`,
            NO_PROXY: "127.0.0.1,localhost",
            SSL_CERT_FILE: join(this.directory, "authority.pem"),
        };
    }

    /**
     * Serves the files of a repository as they lie there, as one commit with this tag.
     * @param name OWNER/NAME
     * @returns its address
     */
    offer(name: string, repository: string, tag: string): string {
        const copy = join(this.directory, `${name}.git`);
        const git = (args: string[], input?: string) => {
            const identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
            const maxBuffer = 1e8;
            return execFileSync("git", [...identity, ...args], { input, maxBuffer, stdio: ["pipe", "pipe", "ignore"] });
        };
        git(["init", "--bare", "--initial-branch=main", copy]);
        const work = [`--git-dir=${copy}`, `--work-tree=${repository}`];
        const listed = git(["-C", repository, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        // What is deleted and not yet committed is listed, too.
        const files = listed
            .toString()
            .split("\0")
            .filter((file) => file && existsSync(join(repository, file)));
        git([...work, "add", "--pathspec-from-file=-", "--pathspec-file-nul"], files.join("\0"));
        git([...work, "commit", "--message", tag]);
        git([...work, "tag", tag]);
        return `https://${this.host}/${name}`;
    }

    /** Git's own program for web servers, by the rules of CGI. */
    private answer(from: IncomingMessage, to: ServerResponse): void {
        const { pathname, search } = new URL(from.url ?? "/", `https://${this.host}`);
        const cgi = spawn("git", ["http-backend"], {
            env: {
                ...process.env,
                GIT_PROJECT_ROOT: this.directory,
                GIT_HTTP_EXPORT_ALL: "1",
                GIT_PROTOCOL: String(from.headers["git-protocol"] ?? ""),
                REQUEST_METHOD: from.method,
                PATH_INFO: decodeURIComponent(pathname),
                QUERY_STRING: search.slice(1),
                CONTENT_TYPE: from.headers["content-type"] ?? "",
                HTTP_CONTENT_ENCODING: from.headers["content-encoding"] ?? "",
            },
            stdio: ["pipe", "pipe", "inherit"],
        });
        from.pipe(cgi.stdin);
        const pieces: Buffer[] = [];
        cgi.stdout.on("data", (piece: Buffer) => pieces.push(piece));
        cgi.once("close", () => {
            const said = Buffer.concat(pieces);
            const end = said.indexOf("\r\n\r\n");
            const lines = said.subarray(0, end).toString().split("\r\n");
            const headers = Object.fromEntries(lines.map((line) => line.split(": ", 2))) as Record<string, string>;
            const { Status = "200", ...rest } = headers;
            to.writeHead(parseInt(Status), rest).end(said.subarray(end + 4));
        });
    }
}
