// Prints what AWS's template checker finds in each of the given templates, as one JSON object by path. A process of its own: within a
// busy test worker the checker's WebAssembly takes twenty times as long.
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';

const engine = new RegoEngine();
const found = process.argv.slice(2).map((path) => [path, engine.validateStandard(new TemplateFile(path)).diagnostics]);
process.stdout.write(JSON.stringify(Object.fromEntries(found)));
