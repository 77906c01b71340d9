// Linter rules. The compiler holds the walls between the rooms (tsconfig references); these rules
// hold the habits inside them: no forgotten promise, exhaustive switches, and in firmware/core and
// firmware/app nothing that allocates per sample, differs between engines or knows a platform.
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const platformGlobals = [
  'Buffer',
  'clearInterval',
  'clearTimeout',
  'console',
  'crypto',
  'globalThis',
  'performance',
  'process',
  'queueMicrotask',
  'require',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'TextDecoder',
  'TextEncoder',
].map((name) => ({ name, message: 'The core knows no platform: ask a port.' }));

const languageGlobals = [
  { name: 'BigInt', message: 'Integers are int32 (firmware/decisions).' },
  { name: 'Date', message: 'Time arrives as an argument or from the clock port.' },
  { name: 'Intl', message: 'Missing on the device.' },
  { name: 'Map', message: 'Costs 340 bytes an entry on the device: use typed arrays.' },
  { name: 'Promise', message: 'Jobs are started and polled: see ports.ts.' },
  { name: 'Set', message: 'Allocates on the device: use typed arrays.' },
  { name: 'WeakMap', message: 'Allocates on the device: use typed arrays.' },
  { name: 'WeakSet', message: 'Allocates on the device: use typed arrays.' },
];

const inexactMath =
  'acos acosh asin asinh atan atan2 atanh cbrt cos cosh exp expm1 hypot log log10 log1p log2 pow sin sinh tan tanh'
    .split(' ')
    .map((property) => ({
      object: 'Math',
      property,
      message: 'Engines differ in its last bits: keep to integer arithmetic.',
    }));

const deviceSyntax = [
  { selector: ':function[async=true]', message: 'The core never waits: start a job and poll it.' },
  { selector: 'AwaitExpression', message: 'The core never waits: start a job and poll it.' },
  { selector: ':function[generator=true]', message: 'A generator allocates at every call.' },
  { selector: 'ImportExpression', message: 'Modules are linked when the firmware is built.' },
  { selector: 'TSEnumDeclaration', message: 'Use a frozen object with `as const`.' },
  { selector: 'Literal[bigint]', message: 'Integers are int32 (firmware/decisions).' },
  { selector: "BinaryExpression[operator='**']", message: 'Same as Math.pow: engines differ.' },
  { selector: "AssignmentExpression[operator='**=']", message: 'Same as Math.pow.' },
  { selector: 'Literal[regex.flags=/[gy]/]', message: 'Writes lastIndex, which is in ROM.' },
  {
    selector: "Program > VariableDeclaration[kind!='const']",
    message: 'Module-level state is in ROM on the device: put it into a struct of the caller.',
  },
  {
    selector: "Program > ExportNamedDeclaration > VariableDeclaration[kind!='const']",
    message: 'Module-level state is in ROM on the device: put it into a struct of the caller.',
  },
  { selector: "MethodDefinition[key.name='async']", message: 'The device cannot parse this name.' },
  { selector: "Property[key.name='async']", message: 'The device cannot parse this name.' },
];

export default tseslint.config(
  { ignores: ['node_modules/', 'build/', 'out/', 'coverage/', '.xs/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      curly: ['error', 'multi-line'],
      eqeqeq: 'error',
      'no-self-compare': 'error',
      'no-throw-literal': 'off', // the typed rule below replaces it
      'no-constant-condition': ['error', { checkLoops: false }],
      'prefer-const': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off', // typed arrays under noUncheckedIndexedAccess
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['firmware/core/**/*.ts', 'firmware/app/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...platformGlobals, ...languageGlobals],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness comes from the entropy port.' },
        ...inexactMath,
      ],
      'no-restricted-syntax': ['error', ...deviceSyntax],
      'no-var': 'error',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/require-await': 'off', // a test may be async for its signature alone
      '@typescript-eslint/no-unused-expressions': 'error',
    },
  },
  {
    files: ['**/*.cjs', '**/*.mjs'],
    languageOptions: {
      globals: {
        __dirname: 'readonly',
        console: 'readonly',
        exports: 'readonly',
        module: 'writable',
        process: 'readonly',
        require: 'readonly',
      },
    },
  },
);
