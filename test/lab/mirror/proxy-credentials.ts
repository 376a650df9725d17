import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { writeWhole } from "../files";
import { stateDir } from "../paths";

/** The file with USER:PASSWORD for the lab's proxy; made on the first call, readable by root alone. */
export function proxyCredentialsFile(): string {
    const file = stateDir("mirror", "proxy-credentials");
    // A character that addresses cannot hold as it is.
    if (!existsSync(file)) writeWhole(file, `lab:${randomBytes(12).toString("hex")}@`, 0o600);
    return file;
}

/** USER:PASSWORD for the lab's proxy. */
export const proxyCredentials = () => readFileSync(proxyCredentialsFile(), "utf8");
