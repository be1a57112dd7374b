// CodeMirror writes its rules into a <style> element, which a policy of `style-src 'self'` forbids.
// A sheet that a script makes is no markup and may be adopted by the document.

import { StyleModule } from "style-mod";

/** From now on rules go into adopted sheets. */
export function adoptStyles() {
  StyleModule.mount = (root, modules) => {
    const sheet = sheetOf(root.head ? root : root.ownerDocument);
    const wanted = Array.isArray(modules) ? modules : [modules];
    const missing = wanted.filter((module) => !sheet.modules.has(module));
    if (missing.length === 0) return;
    // The modules of an editor come in the order of their precedence; what others brought stays.
    sheet.modules = new Set([...wanted, ...sheet.modules]);
    sheet.css.replaceSync([...sheet.modules].map((module) => module.getRules()).join("\n"));
  };
}

const sheets = new WeakMap();

function sheetOf(document) {
  let sheet = sheets.get(document);
  if (!sheet) {
    sheet = { css: new CSSStyleSheet(), modules: new Set() };
    sheets.set(document, sheet);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet.css];
  }
  return sheet;
}
