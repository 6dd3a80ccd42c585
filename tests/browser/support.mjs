// What the tests in a browser share: reports of the built plowline, and Chromium with an ear for everything a report must
// not do.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {after} from 'node:test';
import {fileURLToPath, pathToFileURL} from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const work = process.env.PLOWLINE_BROWSER_WORK;
export const shop = join(root, 'samples', 'snowplow_shop');

// The packages lie in the build folder, not beside these files.
export const packages = createRequire(join(work, 'package.json'));
const {chromium} = packages('playwright-core');

const reports = join(work, 'reports');
mkdirSync(reports, {recursive: true});

// What `plowline ARGUMENTS` prints, run in `folder`.
export function plowline(folder, ...words) {
  const ran = spawnSync(process.env.PLOWLINE, words, {cwd: folder, encoding: 'utf8', maxBuffer: 1 << 30});
  assert.equal(ran.status, 0, ran.stderr);
  return ran.stdout;
}

// A dbt project of one manifest. Returns its folder.
export function projectOf(name, manifest) {
  const folder = join(work, 'projects', name);
  rmSync(folder, {recursive: true, force: true});
  mkdirSync(join(folder, 'target'), {recursive: true});
  writeFileSync(join(folder, 'dbt_project.yml'), `name: ${manifest.metadata.project_name}\n`);
  writeFileSync(join(folder, 'target', 'manifest.json'), JSON.stringify(manifest));
  return folder;
}

// The HTML report of a selection: its file, and its JSON document.
export function reportOf(name, folder, ...words) {
  const file = join(reports, `${name}.html`);
  const json = JSON.parse(plowline(folder, 'report', ...words, '--format', 'json'));
  plowline(folder, 'report', ...words, '--format', 'html', '-o', file);
  return {file, json, url: pathToFileURL(file).href, hasPage: !readFileSync(file, 'utf8').includes('id="page-missing"')};
}

// The report that most tests look at.
let sample;
export function sampleReport() {
  sample ??= reportOf('sample', shop, '+my_new_model+', '--state', 'production');
  return sample;
}

// Whether plowline was built with the page. A test of the page that cannot run says so.
export function needsPage(test, report) {
  if (!report.hasPage) test.skip('plowline was built without the page of its HTML report');
  return report.hasPage;
}

let browser;
export async function theBrowser() {
  browser ??= await chromium.launch({executablePath: process.env.CHROMIUM, args: ['--no-sandbox']});
  return browser;
}
after(async () => browser?.close());

// Opens `url` offline in a new window and hands its page to `look`. Afterwards nothing may have happened that a report
// must never do: a message on the console, an error, a dialog, a violation of the policy, a request, another window.
// options: {javaScriptEnabled, colorScheme, permissions, viewport, init (a function run before the page's own scripts)}
export async function withPage(url, options, look) {
  const {init, permissions = [], ...context_options} = options;
  const context = await (await theBrowser()).newContext({viewport: {width: 1280, height: 800}, ...context_options});
  const complaints = [];
  try {
    await context.setOffline(true);
    if (permissions.length > 0) await context.grantPermissions(permissions);
    if (init) await context.addInitScript(init);
    await context.addInitScript(() => {
      window.violations = [];
      document.addEventListener('securitypolicyviolation', event => {
        window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
      });
    });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on('console', message => complaints.push(`console: ${message.type()}: ${message.text()}`));
    page.on('pageerror', error => complaints.push(`error: ${error.stack}`));
    page.on('dialog', dialog => {
      complaints.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    const document_url = url.split('#')[0];
    page.on('request', request => {
      if (request.url().split('#')[0] !== document_url) complaints.push(`request: ${request.url().slice(0, 200)}`);
    });
    context.on('page', other => other !== page && complaints.push(`window: ${other.url()}`));
    await page.goto(url);
    if (options.javaScriptEnabled !== false) await page.waitForFunction(ready, null, {timeout: 60_000});
    await look(page, context);
    if (options.javaScriptEnabled !== false && page.url().split('#')[0] === document_url) {
      complaints.push(...(await page.evaluate(() => window.violations)).map(text => `policy: ${text}`));
    }
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

// The page's script sets it when everything is drawn. Without the script the document is all there is.
function ready() {
  return document.documentElement.dataset.ready === 'true' || document.getElementById('page-missing') !== null;
}

// The places of all nodes that `place` leads to in a document, upstream (or downstream), without itself.
export function reachable(document, place, direction) {
  const next = new Map();
  for (const {parent, child} of document.edges) {
    const [from, to] = direction === 'upstream' ? [child, parent] : [parent, child];
    next.set(from, [...(next.get(from) ?? []), to]);
  }
  const found = new Set();
  const open = [place];
  while (open.length > 0) {
    for (const other of next.get(open.pop()) ?? []) {
      if (!found.has(other)) {
        found.add(other);
        open.push(other);
      }
    }
  }
  return found;
}

export function isTest(node) {
  return node.resource_type === 'test' || node.resource_type === 'unit_test';
}
