import assert from "node:assert/strict";
import { test } from "node:test";
import { hostLine, hostWords } from "../../../commands/host-words";

test("escape sequences and control characters of a host reach no terminal", () => {
    for (const [said, shown] of [
        ["\x1b[2J\x1b[1;31mred\x1b[0m", "red"],
        ["\x1b]0;title\x07text", "text"],
        ["\x1b]8;;http://bad\x1b\\link\x1b]8;;\x1b\\", "link"],
        ["\x9b31mred", "red"],
        ["a\x00b\x08c\x7fd\u202ee", "abcde"],
        ["\x1bPdata\x1b\\text", "text"],
        ["kept\ttab\nline", "kept\ttab\nline"],
        ["first\rsecond", "first\nsecond"],
        ["\x1b", ""],
        ["Grüße, 你好", "Grüße, 你好"],
    ]) {
        assert.equal(hostWords(said ?? ""), shown, JSON.stringify(said));
    }
});

test("no line of a host is a command of the CI system that shows it", () => {
    for (const said of [
        "::set-env name=PATH::/tmp",
        "  ::add-mask::x",
        "a\n::error::b",
        "a\r::error::b",
        "\x1b[0m::error::b",
        "\u200e::error::b",
        "##[group]x",
        "##vso[task.setvariable]x",
    ]) {
        assert.doesNotMatch(hostWords(said), /^\s*(::|##(vso)?\[)/m, said);
    }
    assert.equal(hostWords("fe80::1 is std::string"), "fe80::1 is std::string");
});

test("one line of several", () => {
    assert.equal(hostLine(" a\r\n\x1b[1m b\tc\n"), "a b c");
});
