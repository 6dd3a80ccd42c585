// The tests above stand on withPage(): it must notice what a report must never do.
import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {pathToFileURL} from 'node:url';
import {withPage, work} from './support.mjs';

const policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">";

const wrongs = {
  'a message on the console': ['<script>console.log("x")</script>', /console: log: x/],
  'an error': ['<script>throw new Error("x")</script>', /error: Error: x/],
  'a dialog': ['<script>alert("x")</script>', /dialog: x/],
  'a request': ['<img src="http://127.0.0.1:9/x.png">', /request: http/],
  'a file': ['<img src="other.png">', /request: file/],
  'what the policy forbids': ['<p onclick="alert(1)">', /policy: script-src/, policy],
  'a style that the policy forbids': ['<p style="color: red">', /policy: style-src/, policy],
};

for (const [name, [html, complaint, head = '']] of Object.entries(wrongs)) {
  test(`the tests notice ${name}`, async () => {
    mkdirSync(join(work, 'reports'), {recursive: true});
    const file = join(work, 'reports', 'wrong.html');
    writeFileSync(file, `<!doctype html><html data-ready="true"><head>${head}</head><body>${html}</body></html>`);
    await assert.rejects(withPage(pathToFileURL(file).href, {}, page => page.waitForTimeout(300)), error => {
      assert.match(JSON.stringify(error.actual ?? String(error)), complaint);
      return true;
    });
  });
}
