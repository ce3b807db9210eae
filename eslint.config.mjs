import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

/** One direction of data: each room may import only what its entry here does not forbid. */
const rooms = [
  {
    files: ["config/**", "components/**", "services/**", "policies/**"],
    forbid: ["sandbox", "test", "bench", "scripts"],
  },
  { files: ["components/**"], forbid: ["services/(?!catalog)", "policies", "main"] },
  { files: ["services/**"], forbid: ["components/(?!service\\.js)", "policies", "config"] },
  { files: ["policies/**"], forbid: ["components", "services", "config", "index"] },
  { files: ["components/ecs/**"], forbid: ["components/eks", "eks"] },
  { files: ["components/eks/**"], forbid: ["components/ecs", "ecs"] },
];

export default tseslint.config(
  { ignores: ["**/node_modules/", "**/bin/", ".sandbox/"] },
  eslint.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["*.mjs", "*/*.mjs", "main/*.js"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "max-lines": ["error", { max: 260, skipBlankLines: true, skipComments: true }],
    },
  },
  ...rooms.map(({ files, forbid }) => ({
    files,
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: forbid.map((room) => ({
            regex: `^(\\.\\./)+${room}`,
            message: "This room may not import that one (docs/decisions/0001-one-direction.md).",
          })),
        },
      ],
    },
  })),
  {
    files: ["**/*.mjs", "**/*.cjs", "main/*.js"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        require: "readonly",
        module: "writable",
        URL: "readonly",
        setTimeout: "readonly",
        setImmediate: "readonly",
        exports: "writable",
      },
    },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-floating-promises": "error", "max-lines": "off" },
  },
);
