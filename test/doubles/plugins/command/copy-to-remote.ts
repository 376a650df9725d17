import { randomBytes } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import type { Client, SFTPWrapper, Stats } from "ssh2";
import { changes } from "../protocol/difference";
import type { Resource } from "../protocol/provider";
import { SIGNATURE, equal, isObject, isUnknown, reveal, revealAll, type Properties } from "../protocol/values";
import { unknownFields } from "./command";
import { checkConnection, type Connection } from "./connection";
import { dial } from "./dial";

/** SFTP's status "no such file". */
const NO_SUCH_FILE = 2;

const openSftp = (client: Client): Promise<SFTPWrapper> =>
    new Promise((resolve, reject) => {
        client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)));
    });

const remoteStat = (sftp: SFTPWrapper, path: string): Promise<Stats | undefined> =>
    new Promise((resolve, reject) => {
        sftp.stat(path, (error, stats) => {
            if (error === undefined || error === null) resolve(stats);
            else if ((error as unknown as { code: number }).code === NO_SUCH_FILE) resolve(undefined);
            else reject(new Error(`failed to stat remote path ${path}: ${error.message}`));
        });
    });

async function makeDirectory(sftp: SFTPWrapper, path: string): Promise<void> {
    const found = await remoteStat(sftp, path);
    if (found === undefined) await promisify<string, void>(sftp.mkdir.bind(sftp))(path);
    else if (!found.isDirectory()) throw new Error(`remote path ${path} exists but is not a directory`);
}

async function copyFile(sftp: SFTPWrapper, source: string, target: string): Promise<void> {
    await promisify<string, string, void>(sftp.fastPut.bind(sftp))(source, target).catch((error: Error) => {
        throw new Error(`failed to copy file ${source} to remote path ${target}: ${error.message}`);
    });
}

async function copyDirectory(sftp: SFTPWrapper, source: string, target: string): Promise<void> {
    await makeDirectory(sftp, target);
    for (const entry of await readdir(source, { withFileTypes: true })) {
        const copy = entry.isDirectory() ? copyDirectory : copyFile;
        await copy(sftp, join(source, entry.name), `${target}/${entry.name}`);
    }
}

async function copyPath(sftp: SFTPWrapper, source: string, target: string): Promise<void> {
    const local = await stat(source);
    if (local.isDirectory()) {
        // Like rsync: only a trailing slash copies the content without the directory itself.
        await makeDirectory(sftp, target);
        await copyDirectory(sftp, source, source.endsWith("/") ? target : `${target}/${basename(source)}`);
        return;
    }
    const found = await remoteStat(sftp, target);
    await copyFile(sftp, source, found?.isDirectory() ? `${target}/${basename(source)}` : target);
}

async function copy(urn: string, inputs: Properties): Promise<void> {
    const plain = revealAll(inputs);
    const source = plain.source as { path?: string; text?: string };
    const target = plain.remotePath as string;
    const { client, close } = await dial(urn, plain.connection as unknown as Connection);
    try {
        const sftp = await openSftp(client);
        if (source.path !== undefined) await copyPath(sftp, source.path, target);
        else if ((await remoteStat(sftp, target))?.isDirectory()) {
            throw new Error(`remote path ${target} is a directory; a text asset needs the path of a file`);
        } else await promisify<string, string, void>(sftp.writeFile.bind(sftp))(target, source.text ?? "");
    } finally {
        close();
    }
}

/** Puts a file, a directory or a text onto a host. Nothing is removed there when the resource goes. */
export const copyToRemote: Resource = {
    check({ news }) {
        const { connection, failures } = checkConnection(news.connection);
        failures.push(...unknownFields(news, ["connection", "source", "remotePath", "triggers"]));
        const source = reveal(news.source);
        const usable =
            isObject(source) && source[SIGNATURE] !== undefined && (source.path ?? source.text) !== undefined;
        if (!usable && !isUnknown(source)) {
            failures.push({ property: "source", reason: "must be a FileAsset, StringAsset or FileArchive" });
        }
        return Promise.resolve({ inputs: { ...news, connection }, failures });
    },
    diff({ oldInputs, news }) {
        const all = changes(oldInputs, news).map((change) => ({
            ...change,
            replaces: /^triggers\b/.test(change.path),
        }));
        return Promise.resolve({ changes: all });
    },
    async create({ urn, inputs }) {
        await copy(urn, inputs);
        return { id: randomBytes(4).toString("hex"), outputs: inputs };
    },
    async update({ urn, oldInputs, news }) {
        const same = equal(oldInputs.source, news.source) && equal(oldInputs.remotePath, news.remotePath);
        if (!same) await copy(urn, news);
        return news;
    },
    delete: () => Promise.resolve(),
};
