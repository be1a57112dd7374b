// Syntax by name. The languages' parsers are what most of the bundle is: Ruby and Rust, which are
// large or seldom edited here, have CodeMirror's older and smaller ones.

import { javascriptLanguage } from "@codemirror/lang-javascript";
import { jsonLanguage } from "@codemirror/lang-json";
import { pythonLanguage } from "@codemirror/lang-python";
import { wastLanguage } from "@codemirror/lang-wast";
import { StreamLanguage, indentUnit } from "@codemirror/language";
import { ruby } from "@codemirror/legacy-modes/mode/ruby";
import { rust } from "@codemirror/legacy-modes/mode/rust";

const languages = {
  javascript: [javascriptLanguage],
  json: [jsonLanguage],
  python: [pythonLanguage, indentUnit.of("    ")],
  ruby: [StreamLanguage.define(ruby)],
  rust: [StreamLanguage.define(rust), indentUnit.of("    ")],
  wat: [wastLanguage],
};

/** The extensions of a language; none for a name that is not here. */
export const languageNamed = (name) => languages[name] ?? [];
