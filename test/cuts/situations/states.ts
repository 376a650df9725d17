import { admit, init, join, joinMaster, prepare, withAll } from "./inputs";
import { elsewhere, network, storage, workers } from "./objects";
import { type State } from "./situation";

/** The states that situations start from. */
export const states: Record<string, State> = {
    bare: { run: [] },
    prepared: { from: "bare", run: [{ script: "prepare.sh", inputs: prepare }] },
    "prepared with all": { from: "bare", run: [{ script: "prepare.sh", inputs: withAll }] },
    admitted: { from: "prepared", run: [], setup: elsewhere },
    worker: { from: "admitted", run: [{ script: "join.sh", inputs: join }], setup: network },
    master: { from: "prepared with all", run: [{ script: "init.sh", inputs: init }], setup: workers },
    admitting: { from: "master", run: [{ script: "admit.sh", args: ["worker-3"], inputs: admit }] },
    storage: { from: "master", run: [], setup: storage },
    "second master": { from: "admitted", run: [{ script: "init.sh", args: ["join"], inputs: joinMaster }] },
};
