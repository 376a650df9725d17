import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { newestMinorWithTypes, typesOf } from "../../../components/releases";
import { GoTypeReader } from "../../../scripts/go-types";
import { missingModules, releaseTypes } from "../../../scripts/release-types";

const GO = `package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Color is what it is painted in.
type Color string

const (
	// ColorRed is the first.
	ColorRed Color = "red"
	ColorBlue Color = "blue"
)

type House struct {
	metav1.TypeMeta \`json:",inline"\`
	Base \`json:",inline"\`

	// Doors has a comment: Secret struct {
	Doors []Door \`json:"doors,omitempty"\`
	Color Color \`json:"color"\`
	Age *metav1.Duration \`json:"age,omitempty"\`
	Rooms map[string]bool \`json:"rooms,omitempty" protobuf:"bytes,1"\`
	hidden int
}

type Base struct {
	Name string \`json:"name"\`
}

type Door struct {
	Width *int32 \`json:"width"\`
	Inner []Door \`json:"inner"\`
}
`;

test("types of Go are read with what they are made of", () => {
    const directory = mkdtempSync(join(tmpdir(), "go-types-"));
    try {
        writeFileSync(join(directory, "types.go"), GO);
        const reader = new GoTypeReader({ "example.com/house/v1": { short: "house", directory } });
        assert.equal(reader.add("example.com/house/v1", "House"), "house.House");
        assert.deepEqual(reader.result(), {
            types: {
                "house.Base": { name: "string" },
                "house.Door": { width: "int32", inner: "[]house.Door" },
                "house.House": {
                    name: "string",
                    doors: "[]house.Door",
                    color: "house.Color",
                    age: "duration",
                    rooms: "map[string]bool",
                },
            },
            words: { "house.Color": ["red", "blue"] },
        });
        assert.throws(() => reader.add("example.com/house/v1", "Garage"), /has no type Garage/);
    } finally {
        rmSync(directory, { recursive: true });
    }
});

for (let minor = newestMinorWithTypes(); typesOf(minor); minor--) {
    const recorded = typesOf(minor);
    const version = recorded?.version ?? "";
    const missing = missingModules(version);
    const skip = missing.length > 0 && `the Go modules are not here: go mod download ${missing.join(" ")}`;
    test(
        `the recorded types are those of the sources of ${version}; after a change: npm run types -- ${version}`,
        { skip },
        () => assert.deepEqual(recorded, releaseTypes(version)),
    );
}
