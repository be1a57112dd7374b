// Coldstart's code editor: of CodeMirror what this page needs, behind a small interface.
//
//   editor.js     create: one editor in an element of the page
//   languages.js  syntax by name
//   theme.js      colours and sizes from the page's design tokens
//   sheet.js      styles that a strict content security policy allows

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars,
  keymap, lineNumbers,
} from "@codemirror/view";
import { languageNamed } from "./languages.js";
import { adoptStyles } from "./sheet.js";
import { theme } from "./theme.js";

adoptStyles();

// A text longer than this, in characters, is not handed on with every key.
const LONG = 200_000;
// How long the end of a long text may wait, in milliseconds. Leaving the editor and saving hand it
// on at once.
const LATER = 250;

/**
 * Makes an editor in `parent`. `label` is read out; `hint` is the id of the element that says how
 * the keyboard leaves the editor. `onChange` is given the whole text when the user has changed it;
 * `onSave` is called for Ctrl+S or Cmd+S.
 */
export function create(parent, label, hint, onChange, onSave) {
  let timer = 0;
  const handOn = () => {
    clearTimeout(timer);
    timer = 0;
    onChange(view.state.doc.toString());
  };
  const flush = () => {
    if (timer) handOn();
  };
  const changed = (update) => {
    if (!update.docChanged) return;
    if (update.state.doc.length <= LONG) handOn();
    else timer ||= setTimeout(handOn, LATER);
  };
  const save = () => {
    flush();
    onSave();
    return true;
  };

  const always = [
    lineNumbers(), lintGutter(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(),
    bracketMatching(), closeBrackets(), highlightActiveLine(), highlightActiveLineGutter(),
    highlightSelectionMatches(), search({ top: true }), theme,
    // Tab indents; Escape and then Tab leaves, as the hint says (CodeMirror's own advice).
    keymap.of([
      { key: "Mod-s", run: save, preventDefault: true },
      ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...lintKeymap,
      indentWithTab,
    ]),
    EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": hint }),
    EditorView.updateListener.of(changed),
    EditorView.domEventHandlers({ blur: flush }),
  ];
  const state = (doc, language) =>
    EditorState.create({ doc, extensions: [always, languageNamed(language)] });
  const view = new EditorView({ parent, state: state("", "") });

  return {
    /** Shows another text; what was undone or could be is forgotten. */
    setDocument(text, language) {
      flush();
      view.setState(state(text, language));
    },
    /** The text as it stands. */
    text: () => view.state.doc.toString(),
    /** Marks places: `[line, column, message, severity]`, line and column from 1, column 0 for the whole line. */
    setMarks(marks) {
      const { doc } = view.state;
      const diagnostics = marks.map(([number, column, message, severity]) => {
        const line = doc.line(Math.min(Math.max(number, 1), doc.lines));
        const indent = line.text.search(/\S|$/);
        const from = line.from + Math.min(column ? column - 1 : indent, line.length);
        return { from, to: line.to, message, severity };
      });
      diagnostics.sort((a, b) => a.from - b.from);
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    /** Puts the caret there and shows it. */
    goTo(number, column) {
      const { doc } = view.state;
      const line = doc.line(Math.min(Math.max(number, 1), doc.lines));
      const at = line.from + Math.min(Math.max(column - 1, 0), line.length);
      view.dispatch({
        selection: { anchor: at },
        effects: EditorView.scrollIntoView(at, { y: "center" }),
      });
      view.focus();
    },
    focus: () => view.focus(),
    destroy() {
      flush();
      view.destroy();
    },
  };
}
