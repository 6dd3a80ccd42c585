// Builds the page: `node build.mjs OUTDIR` writes OUTDIR/page.js and OUTDIR/page.css, and nothing else.
//
// The types are checked first; a mistake stops the build. Both files are plain ASCII and can stand inside <script> and
// <style> as they are: what would end those elements is refused here. The same sources give the same bytes.
import {spawnSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));

function fail(message) {
  console.error(`build.mjs: ${message}`);
  process.exit(1);
}

function checkTypes() {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const run = spawnSync(process.execPath, [compiler, '--noEmit', '--project', join(here, 'tsconfig.json')], {
    stdio: 'inherit',
  });
  if (run.status !== 0) fail('the types do not fit');
}

async function bundled(entry, options) {
  const result = await build({
    entryPoints: [join(here, entry)],
    absWorkingDir: here,
    bundle: true,
    minify: true,
    write: false,
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
  });
  return result.outputFiles[0].text;
}

function refuse(name, text, pattern, why) {
  if (pattern.test(text)) fail(`${name} holds ${pattern}: ${why}`);
}

const outdir = process.argv[2];
if (!outdir || process.argv.length !== 3) fail('usage: node build.mjs OUTDIR');

checkTypes();
// MIT asks for its notice in every copy; page.js stands alone in each report.
const notice = 'Layout: dagre, Copyright (c) 2012-2014 Chris Pettitt, MIT License';
const script = await bundled('src/main.ts', {format: 'iife', target: ['es2022'], banner: {js: `/* ${notice} */`}});
const style = await bundled('page.css', {loader: {'.css': 'css'}});

refuse('page.js', script, /<\/script|<!--/i, 'it would end the script element');
refuse('page.js', script, /\beval\s*\(|new\s+Function\b/, "the page's content security policy forbids it");
refuse('page.css', style, /<\/style|@import|url\(\s*["']?(?!data:)/i, 'the style stands alone');
for (const [name, text] of [
  ['page.js', script],
  ['page.css', style],
])
  refuse(name, text, /[^\x00-\x7f]/, 'its bytes must not depend on an encoding');

mkdirSync(outdir, {recursive: true});
writeFileSync(join(outdir, 'page.js'), script);
writeFileSync(join(outdir, 'page.css'), style);
