// Writes the Python SDK of a schema, as `pulumi package gen-sdk --language python` does.
// usage: python-sdk SCHEMA.json DIRECTORY
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// The schema refers to no type of another package; the engine's loader would start their plug-ins.
type nothingElse struct{ schema.ReferenceLoader }

func main() {
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func generate(file, directory string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return err
	}
	// Python's package of each would be asked for its name; the program needs none of them, the plug-in has its own.
	spec.Dependencies = nil
	options := schema.ValidationOptions{AllowDanglingReferences: true}
	bound, problems, err := schema.BindSpec(spec, nothingElse{}, options)
	if err != nil {
		return err
	}
	if problems.HasErrors() {
		return problems
	}
	files, err := python.GeneratePackage("python-sdk", bound, nil, nothingElse{})
	if err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(directory, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
