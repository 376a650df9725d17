/** What `read` gives; undefined where a preview cannot know it yet, on which the rest of a rule would not run either. */
export function ifKnown<T>(read: () => T): T | undefined {
    try {
        return read();
    } catch (error) {
        // Its class is no part of the package's public face.
        if (error instanceof Error && error.constructor.name === "UnknownValueError") return undefined;
        throw error;
    }
}
