/** Says what is wrong with an AsyncAPI document, by the specification's own parser: node check-asyncapi.js FILE MODULES */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const [file, modules] = process.argv.slice(2);
const { Parser } = createRequire(`${resolve(modules)}/`)('@asyncapi/parser');
const { document, diagnostics } = await new Parser().parse(readFileSync(file, 'utf8'));
// Errors and warnings; what is less are suggestions.
const wrong = diagnostics.filter(({ severity }) => severity <= 1);
wrong.forEach(({ path, message }) => console.error(`${path.join('.')}: ${message}`));
if (!document || wrong.length > 0) {
  process.exit(1);
}
