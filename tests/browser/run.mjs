// The tests in a real browser: node run.mjs --plowline FILE --work FOLDER [--required]
//
// Installs what package-lock.json names in FOLDER (none of the packages' own scripts is run), finds Debian's Chromium,
// and runs every test of all.mjs, which prints TAP. Where Chromium is not there it says "SKIPPED: …" and is content;
// so it is where npm gets no packages, unless --required.
import {spawnSync} from 'node:child_process';
import {copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {delimiter, dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));

const {values: flags} = parseArgs({
  options: {
    plowline: {type: 'string'},
    work: {type: 'string'},
    npm: {type: 'string', default: 'npm'},
    required: {type: 'boolean', default: false},
    script: {type: 'string', default: 'all.mjs'},
  },
});

export function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
      if (folder && existsSync(join(folder, name))) return join(folder, name);
    }
  }
  return '';
}

// Installs the packages where they are not those of the lock file. True: they are there.
function install(work) {
  mkdirSync(work, {recursive: true});
  const lock = readFileSync(join(here, 'package-lock.json'), 'utf8');
  const installed = join(work, 'node_modules', '.installed');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === lock) return true;
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(here, name), join(work, name));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const ran = spawnSync(flags.npm, ['ci', ...quiet], {cwd: work, stdio: ['ignore', 2, 2]});
  if (ran.status !== 0) return false;
  writeFileSync(installed, lock);
  return true;
}

const work = resolve(flags.work);
const chromium = findChromium();
if (!chromium) {
  console.log('SKIPPED: Chromium is not installed (apt-get install chromium)');
  process.exit(0);
}
if (!install(work)) {
  if (flags.required) {
    console.error('npm could not install what the tests in a browser need; its message stands above');
    process.exit(1);
  }
  console.log('SKIPPED: npm could not install what the tests in a browser need; its message stands above');
  process.exit(0);
}
const ran = spawnSync(process.execPath, ['--test-reporter=tap', join(here, flags.script)], {
  stdio: ['ignore', 'inherit', 'inherit'],
  env: {...process.env, PLOWLINE: resolve(flags.plowline), PLOWLINE_BROWSER_WORK: work, CHROMIUM: chromium},
});
process.exit(ran.status ?? 1);
