// Every test in a browser, one after the other, with one browser.
import './support_test.mjs';
import './static_test.mjs';
import './page_test.mjs';
import './keyboard_test.mjs';
import './hostile_test.mjs';
import './many_nodes_test.mjs';
import './mermaid_test.mjs';
import './screenshots_test.mjs';
