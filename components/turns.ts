/**
 * Array.map with a turn of the event loop behind each item. Resources that are made in one go reach the engine when the last
 * of them is made: with 100 workers it stood idle for the first 3 s of 15.
 */
export async function mapInTurns<Item, Made>(items: Item[], make: (item: Item) => Made): Promise<Made[]> {
    const made: Made[] = [];
    for (const item of items) {
        made.push(make(item));
        await new Promise((resolve) => setImmediate(resolve));
    }
    return made;
}
