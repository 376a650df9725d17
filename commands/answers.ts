import { markedLines } from "../components/remote";
import { hostWords } from "./host-words";

/** The lines that a host's script has answered, as a terminal may show them. */
export function answers(stdout: string): string[] {
    return markedLines(stdout).map(hostWords);
}
