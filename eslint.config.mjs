import tseslint from "typescript-eslint";

/** The arrows of the layout: which part imports which. A file that several of these match keeps to all that are listed. */
const noTest = { regex: "^(\\.\\./)*(\\./)?test(/|$)", message: "Nothing outside test/ imports test/." };
const noCommand = {
    regex: "^(\\.\\./)+(commands|policy)(/|$)",
    message: "Components import no command and no policy.",
};
/** The parts of the configuration go to components by their names; what is here is the whole of it. */
const noWholeConfig = {
    regex: "^\\.",
    importNames: ["ClusterConfig", "ClusterArguments", "clusterConfigSchema"],
    message: "The whole configuration goes no further than components/cluster.ts: take the parts that are used.",
};
/** No import out of components/config, for files that many directories below it. components/args is made of its schema. */
const noComponent = (depth) => ({
    regex: `^${"\\.\\./".repeat(depth + 1)}(?!(releases|args)(/|$))`,
    message: "components/config imports no component.",
});
const noOther = { regex: "^\\.\\./", message: "components/releases imports nothing but what lies in it." };
const arrows = (files, ...patterns) => ({ files, rules: { "no-restricted-imports": ["error", { patterns }] } });

export default tseslint.config(
    { ignores: ["node_modules/", "dist/", "eslint.config.mjs"] },
    ...tseslint.configs.recommendedTypeChecked,
    { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
    {
        rules: {
            // node:test's `test` and `describe` return promises that the runner itself awaits.
            "@typescript-eslint/no-floating-promises": [
                "error",
                {
                    allowForKnownSafeCalls: [
                        { from: "package", name: ["test", "describe", "it"], package: "node:test" },
                    ],
                },
            ],
            "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
        },
    },
    // Pulumi's analyzer takes a free form as `any`, and refuses `unknown`.
    { files: ["components/args/*.ts"], rules: { "@typescript-eslint/no-explicit-any": "off" } },
    {
        files: ["test/**/*.ts"],
        rules: {
            "no-restricted-syntax": [
                "error",
                {
                    selector: "CallExpression[callee.name='describe'] > ObjectExpression > Property[key.name='skip']",
                    message: "Node counts no skipped group as skipped: use groupThatNeeds of test/group.ts.",
                },
            ],
        },
    },
    { ignores: ["test/**"], ...arrows(["**/*.ts"], noTest) },
    arrows(["components/**/*.ts"], noTest, noCommand, noWholeConfig),
    arrows(["components/cluster.ts", "components/index.ts", "components/args/*.ts"], noTest, noCommand),
    ...[0, 1, 2].map((depth) =>
        arrows([`components/config/${"*/".repeat(depth)}*.ts`], noTest, noCommand, noComponent(depth)),
    ),
    arrows(["components/releases/*.ts"], noOther),
);
