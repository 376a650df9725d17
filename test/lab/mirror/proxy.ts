import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { connect } from "node:net";

/**
 * A forward proxy that asks for a password and writes a line for each request: usage `proxy.ts ADDRESS PORT FILE`,
 * where the file holds USER:PASSWORD. Lines are CLIENT METHOD TARGET, on standard output.
 */
const SECONDS_OF_PATIENCE = 120;

function serve(address: string, port: number, credentials: string): void {
    const expected = `Basic ${Buffer.from(credentials).toString("base64")}`;
    const count = (client: string | undefined, method: string | undefined, target: string | undefined) =>
        console.log(`${client?.replace("::ffff:", "")} ${method} ${target}`);

    const server = createServer((from, to) => {
        // Somebody who looks whether it is up, not a proxy's client.
        if (from.url?.startsWith("/")) {
            to.writeHead(400).end("this is a proxy\n");
            return;
        }
        if (from.headers["proxy-authorization"] !== expected) {
            to.writeHead(407, { "proxy-authenticate": 'Basic realm="lab"' }).end();
            return;
        }
        count(from.socket.remoteAddress, from.method, from.url);
        const headers = { ...from.headers };
        delete headers["proxy-authorization"];
        delete headers["proxy-connection"];
        const onward = request(from.url ?? "", { method: from.method, headers }, (answer) => {
            to.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(to);
        });
        onward.setTimeout(SECONDS_OF_PATIENCE * 1000, () => onward.destroy());
        onward.on("error", () => (to.headersSent ? to.destroy() : to.writeHead(502).end()));
        to.on("close", () => onward.destroy());
        from.pipe(onward);
    });
    server.on("connect", (from, socket, head: Buffer) => {
        const refuse = (status: string) => socket.end(`HTTP/1.1 ${status}\r\n\r\n`);
        socket.on("error", () => undefined);
        if (from.headers["proxy-authorization"] !== expected) return refuse("407 Proxy Authentication Required");
        count(from.socket.remoteAddress, "CONNECT", from.url);
        const [, host = "", targetPort = "443"] = /^\[?(.*?)\]?:(\d+)$/.exec(from.url ?? "") ?? [];
        const onward = connect(Number(targetPort), host, () => {
            socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
            onward.write(head);
            socket.pipe(onward).pipe(socket);
        });
        onward.on("error", () => refuse("502 Bad Gateway"));
        socket.on("close", () => onward.destroy());
    });
    server.listen(port, address);
}

if (require.main === module) {
    const [address = "", port = "", file = ""] = process.argv.slice(2);
    serve(address, Number(port), readFileSync(file, "utf8").trim());
}
