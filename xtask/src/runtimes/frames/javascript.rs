//! Frames of QuickJS, whose source says where everything lies: the compiler is asked.

use super::super::names::Names;
use super::{Frames, storing};
use anyhow::{Context, Result, bail, ensure};
use runtime_core::profile::{
    Encoding, Field, FrameKind, FrameLayout, Is, Naming, Test, TextForm, TextPlace,
};
use runtime_core::sandbox::meter::FrameStores;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// What is asked, in C.
const QUESTIONS: [&str; 27] = [
    "offsetof(JSRuntime, current_stack_frame)",
    "offsetof(JSRuntime, atom_array)",
    "offsetof(JSContext, rt)",
    "offsetof(JSStackFrame, prev_frame)",
    "offsetof(JSStackFrame, cur_func)",
    "offsetof(JSObject, class_id)",
    "offsetof(JSObject, shape)",
    "offsetof(JSShape, prop_count)",
    "offsetof(JSObject, prop)",
    "offsetof(JSObject, u.func.function_bytecode)",
    "offsetof(JSFunctionBytecode, func_name)",
    "offsetof(JSFunctionBytecode, filename)",
    "offsetof(JSFunctionBytecode, line_num)",
    "offsetof(JSFunctionBytecode, realm)",
    "sizeof(JSProperty)",
    "sizeof(JSString)",
    "JS_TAG_OBJECT",
    "JS_TAG_STRING",
    "JS_STRING_KIND_NORMAL",
    "JS_CLASS_BYTECODE_FUNCTION",
    "JS_CLASS_GENERATOR_FUNCTION",
    "JS_CLASS_ASYNC_FUNCTION",
    "JS_CLASS_ASYNC_GENERATOR_FUNCTION",
    "JS_CLASS_C_FUNCTION",
    "JS_CLASS_C_FUNCTION_DATA",
    "JS_CLASS_C_CLOSURE",
    // What the forms below take for granted: values of two words, the tag in the second; a string
    // that begins with its length, its width, and behind a hash of 28 bits its kind.
    "1 / (JS_NAN_BOXING && sizeof(JSValue) == 8 && sizeof(((JSObject *)0)->class_id) == 2 \
        && offsetof(JSString, hash_next) == 8 && JS_ATOM_HASH_MASK == 0xfffffff)",
];

/// The functions of QuickJS that run a frame of their own.
const RUNNING: [&str; 2] = ["JS_CallInternal", "js_call_c_function"];

/// How QuickJS is compiled.
pub(in super::super) struct Compiler<'a> {
    /// The compiler with its flags.
    pub(in super::super) command: Command,
    /// `quickjs.c`.
    pub(in super::super) source: &'a Path,
}

/// Of the module that was compiled so.
pub(in super::super) fn frames(
    module: &[u8],
    names: &Names,
    compiler: Compiler<'_>,
) -> Result<Frames> {
    let (layout, offset) = layout(&answers(compiler)?)?;
    let functions = storing(module, offset)?;
    let named: Vec<_> = functions.iter().filter_map(|it| names.get(*it)).collect();
    ensure!(
        RUNNING.iter().all(|name| named.contains(name)),
        "{named:?} change the frame that runs, and not {RUNNING:?}: QuickJS calls functions in a way \
         that xtask/src/runtimes/frames/javascript.rs does not know"
    );
    Ok(Frames {
        layout,
        stores: FrameStores {
            offset,
            function: None,
        },
    })
}

/// Asks the compiler.
fn answers(mut compiler: Compiler<'_>) -> Result<Vec<u32>> {
    let folder = crate::workspace::target()?.join("coldstart");
    let program = folder.join("quickjs-layout.c");
    let text = format!(
        "#include \"{}\"\nconst unsigned coldstart_layout[] = {{\n{}\n}};\n",
        compiler.source.display(),
        QUESTIONS.map(|it| format!("(unsigned)({it}),")).join("\n")
    );
    crate::workspace::write_if_changed(&program, text.as_bytes())?;
    let command = compiler
        .command
        .args(["-w", "-S", "-emit-llvm", "-o", "-"])
        .arg(&program);
    let output = command.output().context("the C compiler")?;
    if !output.status.success() {
        bail!(
            "QuickJS has changed: see QUESTIONS in xtask/src/runtimes/frames/javascript.rs\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    answered(&String::from_utf8_lossy(&output.stdout))
}

/// The numbers in `@coldstart_layout = .. constant [2 x i32] [i32 660, i32 -1], align 16`.
fn answered(assembly: &str) -> Result<Vec<u32>> {
    let mut lines = assembly.lines();
    let line = lines.find(|line| line.starts_with("@coldstart_layout"));
    let (_, list) = line
        .and_then(|it| it.split_once("] ["))
        .context("no answers")?;
    let (list, _) = list.split_once(']').context("no end of the answers")?;
    let number = |item: &str| -> Result<u32> {
        let number = item.trim().trim_start_matches("i32 ").parse::<i64>();
        Ok(number.context("an answer that is no number")? as u32)
    };
    list.split(',').map(number).collect()
}

/// The layout, and where the runtime has the current frame.
fn layout(answers: &[u32]) -> Result<(FrameLayout, u32)> {
    let [
        current,
        atoms,
        runtime,
        caller,
        function,
        class,
        shape,
        count,
        properties,
        bytecode,
        name,
        file,
        line,
        realm,
        property,
        string,
        object_tag,
        string_tag,
        normal,
        ordinary,
        generator,
        asynchronous,
        asynchronous_generator,
        native,
        native_with_data,
        native_closure,
        _,
    ] = *answers
    else {
        bail!("{} answers", answers.len());
    };
    let is = |of: &[u32], field, one_of: &[u32]| Test {
        of: of.to_vec(),
        field,
        is: Is::OneOf(one_of.to_vec()),
    };
    let of_class = |classes: &[u32]| {
        vec![
            is(&[], Field::word(function + 4), &[object_tag]),
            is(
                &[function],
                Field {
                    at: class & !3,
                    shift: 8 * (class & 3) as u8,
                    mask: 0xffff,
                },
                classes,
            ),
        ]
    };
    let atom = |number| TextPlace::Numbered {
        number: vec![bytecode, number],
        table: vec![bytecode, realm, runtime, atoms],
    };
    // All constructors of functions make a length and a name first. What a function without a name is
    // assigned to gives it one there.
    let name_value = vec![properties, property];
    let property = Naming {
        when: vec![
            Test {
                of: vec![shape],
                field: Field::word(count),
                is: Is::AtLeast(2),
            },
            is(&[properties], Field::word(property + 4), &[string_tag]),
        ],
        text: TextPlace::At(name_value.clone()),
    };
    let declared = Naming {
        when: vec![],
        text: atom(name),
    };
    let text = |width, encoding| TextForm {
        when: vec![
            is(
                &[],
                Field {
                    at: 0,
                    shift: 31,
                    mask: 1,
                },
                &[width],
            ),
            is(
                &[],
                Field {
                    at: 4,
                    shift: 28,
                    mask: 3,
                },
                &[normal],
            ),
        ],
        length: Field {
            at: 0,
            shift: 0,
            mask: u32::MAX >> 1,
        },
        data: string,
        encoding,
    };
    let layout = FrameLayout {
        caller,
        kinds: vec![
            FrameKind {
                when: of_class(&[ordinary, generator, asynchronous, asynchronous_generator]),
                function: vec![function],
                key: [vec![bytecode], name_value.clone(), vec![bytecode, line]],
                names: vec![property.clone(), declared],
                // What QuickJS calls the code of a module outside of functions.
                renamed: BTreeMap::from([("<eval>".to_owned(), "<module>".to_owned())]),
                unnamed: Some("<anonymous>".to_owned()),
                file: Some(atom(file)),
                line: Some(vec![bytecode, line]),
            },
            FrameKind {
                when: of_class(&[native, native_with_data, native_closure]),
                function: vec![function],
                key: [vec![], name_value, vec![]],
                names: vec![property],
                renamed: BTreeMap::new(),
                unnamed: None,
                file: None,
                line: None,
            },
        ],
        texts: vec![text(0, Encoding::Latin1), text(1, Encoding::Utf16)],
    };
    Ok((layout, current))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compilers_answers_are_read() {
        let text =
            "x\n@coldstart_layout = hidden constant [3 x i32] [i32 660, i32 -1, i32 0], align 16\n";
        assert_eq!(answered(text).unwrap(), [660, u32::MAX, 0]);
        assert!(answered("").is_err());
        assert!(layout(&[1, 2]).is_err());
    }
}
