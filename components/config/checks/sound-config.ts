import type { ClusterConfig } from "../schema";
import type { Sound } from "../sound-parts";

/** A configuration as the checks get it: what is missing was refused by the schema, and is no check's business. */
export type SoundConfig = Sound<ClusterConfig>;
/** One host of it. */
export type SoundNode = NonNullable<NonNullable<SoundConfig["nodes"]>[number]>;
