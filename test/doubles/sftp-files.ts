import { closeSync, mkdirSync, openSync, statSync, writeSync, type Stats } from "node:fs";
import { utils, type Attributes, type SFTPWrapper } from "ssh2";

const { STATUS_CODE } = utils.sftp;

const attributes = ({ mode, uid, gid, size, atimeMs, mtimeMs }: Stats): Attributes => ({
    mode,
    uid,
    gid,
    size,
    atime: Math.floor(atimeMs / 1000),
    mtime: Math.floor(mtimeMs / 1000),
});

/** As much of an SFTP server as it takes to write files: paths are those of this machine. */
export function serveFiles(sftp: SFTPWrapper): void {
    const answer = (id: number, work: () => void) => {
        try {
            work();
        } catch (error) {
            const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
            sftp.status(id, missing ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE, (error as Error).message);
        }
    };
    const ok = (id: number) => sftp.status(id, STATUS_CODE.OK);
    const fileOf = (handle: Buffer) => handle.readUInt32BE(0);

    sftp.on("OPEN", (id, path) =>
        answer(id, () => {
            const handle = Buffer.alloc(4);
            handle.writeUInt32BE(openSync(path, "w"));
            sftp.handle(id, handle);
        }),
    );
    sftp.on("WRITE", (id, handle, offset, data) =>
        answer(id, () => {
            writeSync(fileOf(handle), data, 0, data.length, offset);
            ok(id);
        }),
    );
    sftp.on("CLOSE", (id, handle) =>
        answer(id, () => {
            closeSync(fileOf(handle));
            ok(id);
        }),
    );
    const stat = (id: number, path: string) => answer(id, () => sftp.attrs(id, attributes(statSync(path))));
    sftp.on("STAT", stat);
    sftp.on("LSTAT", stat);
    sftp.on("FSETSTAT", ok);
    sftp.on("SETSTAT", ok);
    sftp.on("MKDIR", (id, path) =>
        answer(id, () => {
            mkdirSync(path);
            ok(id);
        }),
    );
}
