// Loads ts-node for mocha without type checks: `npm test` has run `tsc -b` before, which checks
// more (walls between the rooms included) and a second check would only cost time.
'use strict';
process.env.TS_NODE_TRANSPILE_ONLY ??= '1';
require('ts-node/register');
