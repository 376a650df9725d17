import { createInterface } from "node:readline";
import { hostWords } from "./host-words";

// Standard input to standard output, line by line, as a terminal and a CI log may show it.
createInterface({ input: process.stdin, crlfDelay: Infinity }).on("line", (line) =>
    process.stdout.write(`${hostWords(line)}\n`),
);
