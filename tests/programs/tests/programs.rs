//! Programs that public toolchains make run as they are, natively and in Chromium: each reads its
//! arguments, a variable and stdin, writes and reads a file, lists a folder, looks at the clock and
//! draws random numbers, and all have to say the same.
//!
//! `cargo xtask test` runs it on a built site; alone:
//! `cargo test -p coldstart-programs --features run --test programs -- NAME`.

use coldstart_programs::{Chromium, Job, LANGUAGES, Language, ModuleFile, Native, Place};
use libtest_mimic::{Arguments, Failed, Trial};
use runtime_core::protocol::FromEnvironment;
use runtime_core::sandbox::{
    Done, FileContent, FileTree, Invocation, InvocationContext, Phase, SandboxSettings,
};
use runtime_core::timeline::{HandlerKind, Outcome};
use runtime_core::units::{OrderedMap, RequestId};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};

/// What each program writes.
const EXPECTED: &str = r#"arguments: one two
GREETING: hello
stdin: {"name":"Ada"}
file: written and read
folder: a.txt b.txt
clock: goes
random: differs
"#;

/// A module, or why there is none; made when first asked for.
type Module = Arc<
    LazyLock<Result<ModuleFile, String>, Box<dyn FnOnce() -> Result<ModuleFile, String> + Send>>,
>;

fn main() -> ExitCode {
    let native = Arc::new(Native::default());
    let chromium = Arc::new(LazyLock::new(Chromium::start as fn() -> Chromium));
    let mut trials = Vec::new();
    for language in LANGUAGES {
        let name = language.name;
        let language = Arc::new(language);
        let made = Arc::clone(&language);
        let make: Box<dyn FnOnce() -> _ + Send> =
            Box::new(move || made.module().map_err(|error| format!("{error:#}")));
        let module: Module = Arc::new(LazyLock::new(make));
        let natively = (
            Arc::clone(&native),
            Arc::clone(&language),
            Arc::clone(&module),
        );
        trials.push(Trial::test(format!("natively: {name}"), move || {
            let (place, language, module) = natively;
            check(&*place, &language, &LazyLock::force(&module).clone()?)
        }));
        let chromium = Arc::clone(&chromium);
        trials.push(Trial::test(format!("in Chromium: {name}"), move || {
            let module = LazyLock::force(&module).clone()?;
            check(&**chromium, &language, &module)
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn check(place: &dyn Place, language: &Language, module: &ModuleFile) -> Result<(), Failed> {
    let mut arguments = (language.arguments)().map_err(|error| format!("{error:#}"))?;
    arguments.extend(["one", "two"].map(str::to_owned));
    let mut task = FileTree::default();
    for (name, text) in [("a.txt", "A"), ("b.txt", "B")] {
        task.insert(
            name.to_owned(),
            FileContent::File(text.as_bytes().to_vec().into()),
        );
    }
    let invocation = |number| Invocation {
        request: RequestId(number),
        init_first: false,
        phase: Phase::default(),
        context: InvocationContext::default(),
        event: br#"{"name":"Ada"}"#.to_vec(),
    };
    let said = place.run(&Job {
        module: module.clone(),
        settings: SandboxSettings {
            arguments,
            variables: OrderedMap::from([("GREETING".to_owned(), "hello".to_owned())]),
            task,
            ..SandboxSettings::new(HandlerKind::Command)
        },
        began_unix_nanos: 0,
        profile: false,
        invocations: vec![invocation(1)],
    });
    let mut log = String::new();
    for message in said {
        match message {
            FromEnvironment::LogWritten { text, .. } => log += &String::from_utf8_lossy(&text),
            FromEnvironment::Done(Done::Invocation { invoked, .. }) => {
                let written = invoked.response.unwrap_or_default();
                let written = String::from_utf8_lossy(&written);
                return match invoked.outcome {
                    Outcome::Succeeded if written == EXPECTED && log.is_empty() => Ok(()),
                    outcome => Err(format!("{outcome:?}\n{written}\nlog: {log}").into()),
                };
            }
            FromEnvironment::Broken { message } => return Err(message.into()),
            _ => {}
        }
    }
    Err("it said nothing".into())
}
