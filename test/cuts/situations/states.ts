import {
    admit,
    anotherKey,
    documents,
    encrypting,
    init,
    join,
    joinMaster,
    otherDisk,
    patched,
    patches,
    prepare,
    rhelPrepare,
    withAll,
} from "./inputs";
import {
    elsewhere,
    localStore,
    managers,
    network,
    otherMember,
    ownFiles,
    rhel,
    secret,
    storage,
    workers,
} from "./objects";
import { type State } from "./situation";

/** The states that situations start from. */
export const states: Record<string, State> = {
    bare: { run: [] },
    prepared: { from: "bare", run: [{ script: "prepare.sh", inputs: prepare }] },
    "prepared with all": { from: "bare", run: [{ script: "prepare.sh", inputs: withAll }] },
    admitted: { from: "prepared", run: [], setup: elsewhere },
    worker: { from: "admitted", run: [{ script: "join.sh", inputs: join }], setup: network },
    master: { from: "prepared with all", run: [{ script: "init.sh", inputs: init }], setup: workers },
    "encrypted master": {
        from: "prepared with all",
        run: [{ script: "init.sh", inputs: { ...init, ...documents(encrypting) } }],
        setup: workers + secret,
    },
    "a key that is wanted": {
        from: "encrypted master",
        run: [{ script: "init.sh", args: ["verify"], inputs: { ...init, ...documents(encrypting), ...anotherKey } }],
    },
    managed: { from: "bare", run: [], setup: managers },
    "prepared beside managers": { from: "managed", run: [{ script: "prepare.sh", inputs: prepare }] },
    "with files of its own": { from: "bare", run: [], setup: ownFiles },
    "prepared by packages": {
        from: "with files of its own",
        run: [{ script: "prepare.sh", inputs: { ...prepare, INSTALL: "packages" } }],
    },
    "patched master": {
        from: "prepared",
        run: [{ script: "init.sh", inputs: { ...init, ...patched(patches(42)) } }],
        setup: workers.replaceAll(localStore, `${otherDisk}/member/store`),
    },
    "patched worker": {
        from: "admitted",
        run: [{ script: "join.sh", inputs: { ...join, PATCHES: patches(42) } }],
    },
    rhel: { from: "bare", run: [], setup: rhel },
    "rhel prepared": { from: "rhel", run: [{ script: "prepare.sh", inputs: rhelPrepare }] },
    "rhel admitted": { from: "rhel prepared", run: [], setup: elsewhere },
    "rhel worker": {
        from: "rhel admitted",
        run: [{ script: "join.sh", inputs: join }],
        setup: network,
    },
    admitting: { from: "master", run: [{ script: "admit.sh", args: ["worker-3"], inputs: admit }] },
    storage: { from: "master", run: [], setup: storage },
    "beside a master": { from: "admitted", run: [], setup: otherMember },
    "second master": { from: "beside a master", run: [{ script: "init.sh", args: ["join"], inputs: joinMaster }] },
};
