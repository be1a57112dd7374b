// The editor in the page's own tokens, so that light and dark need nothing here. The classes of the
// syntax have their colours in public/styles/code.css.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const frame = EditorView.theme({
  "&": { height: "100%", backgroundColor: "transparent", color: "var(--ink)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { font: "12.5px/20px var(--mono)", fontVariantLigatures: "none" },
  ".cm-content": { padding: "var(--s2) 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 var(--s3) 0 var(--s1)" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)" },
  // Opaque: long lines pass below it when they are scrolled.
  ".cm-gutters": { backgroundColor: "var(--panel)", border: "0", color: "var(--faint)" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.25rem", padding: "0 8px 0 4px" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 5%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--accent) 24%, transparent)",
  },
  ".cm-selectionMatch": { backgroundColor: "var(--warm-soft)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--cold-soft)" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--bad-soft)" },
  ".cm-searchMatch": { backgroundColor: "var(--warm-soft)", outline: "1px solid var(--warm)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--warm)", color: "var(--on-data)" },

  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)" },
  ".cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panel.cm-search": { padding: "var(--s2) 2rem var(--s2) 14px", font: "var(--text-small)/1.4 var(--sans)" },
  ".cm-panel.cm-search label": { fontSize: "inherit" },
  ".cm-textfield": {
    border: "1px solid var(--line)", borderRadius: "var(--radius-small)", padding: "2px var(--s2)",
    backgroundColor: "var(--panel)", color: "var(--ink)", fontSize: "inherit",
  },
  ".cm-button": {
    border: "1px solid var(--line)", borderRadius: "var(--radius-small)", padding: "2px var(--s2)",
    backgroundImage: "none", backgroundColor: "var(--panel)", color: "var(--ink)", fontSize: "inherit",
  },
  ".cm-button:active": { backgroundImage: "none" },
  ".cm-panel.cm-search [name=close]": { color: "var(--muted)", fontSize: "1rem", padding: "0 8px" },

  ".cm-tooltip": {
    border: "1px solid var(--line)", borderRadius: "var(--radius-small)", maxWidth: "32rem",
    backgroundColor: "var(--raised)", color: "var(--ink)", boxShadow: "var(--shadow)",
  },
  ".cm-diagnostic": { padding: "var(--s1) var(--s3)", font: "var(--text-small)/1.5 var(--sans)" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--bad)" },
  ".cm-diagnostic-info": { borderLeft: "4px solid var(--line-strong)" },
  ".cm-lintRange": { backgroundImage: "none !important", textUnderlineOffset: "3px" },
  ".cm-lintRange-error": { textDecoration: "underline wavy var(--bad)" },
  ".cm-lintRange-info": { textDecoration: "underline dotted var(--line-strong)" },
  ".cm-gutter-lint": { width: "16px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0 0 0 4px" },
  ".cm-lint-marker": { width: "12px", height: "20px", lineHeight: "20px", fontSize: "11px" },
  // Shape as well as colour.
  ".cm-lint-marker-error": { content: "normal", color: "var(--bad)" },
  ".cm-lint-marker-error:before": { content: '"▲"' },
  ".cm-lint-marker-info": { content: "normal", color: "var(--muted)" },
  ".cm-lint-marker-info:before": { content: '"↳"' },
});

const syntax = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.self, tags.controlOperator], class: "code-keyword" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], class: "code-string" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.unit], class: "code-number" },
  { tag: [tags.comment, tags.docString], class: "code-comment" },
  { tag: [tags.typeName, tags.className, tags.namespace, tags.meta], class: "code-type" },
  { tag: tags.propertyName, class: "code-property" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], class: "code-definition" },
  { tag: tags.invalid, class: "code-invalid" },
]);

/** Frame and syntax. */
export const theme = [frame, syntaxHighlighting(syntax)];
