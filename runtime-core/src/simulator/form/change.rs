//! The same text with other values, and nothing else changed.

use super::FormChange;
use super::document::Document;
use super::field::{Field, FieldKind};
use super::load::{drawn_as_text, number_text, recorded_as_text};
use super::measured::Measured;
use super::place::{Step, deployment};
use super::read::{share_path, value};
use super::times::times_as_text;
use crate::platform::fargate::{is_task_size, task_sizes};
use crate::timeline::TaskSize;
use std::fmt;

/// Seconds for which both revisions run after the traffic has shifted, if a strategy needs to be told (model
/// choice).
const BAKE_TIME: &str = "300";
/// What a policy that is added tracks: percent of the CPU (model choice).
const CPU_TARGET: &str = "60";
/// How many tasks there are at most, for each that there is at first, if scaling is added (model choice).
const ROOM: u32 = 4;

/// Why a text is not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeError {
    /// It is no TOML.
    NoToml,
    /// A field cannot have this value.
    Value {
        /// What it expects.
        kind: FieldKind,
        /// As given.
        value: String,
    },
    /// A field has to have a value.
    Needed,
    /// Nothing was recorded.
    Nothing,
    /// The text describes no function.
    NoFunction,
    /// It is written in a way that cannot be changed without changing other things.
    Entangled,
}

impl ChangeError {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            ChangeError::NoToml => "Correct the text first.".to_owned(),
            ChangeError::Value { kind, .. } => format!("Give {}.", kind.expects()),
            ChangeError::Needed => "Give it a value.".to_owned(),
            ChangeError::NoFunction => "Choose a scenario with functions.".to_owned(),
            ChangeError::Nothing => "Invoke something in the Playground first.".to_owned(),
            ChangeError::Entangled => "Change it in the text.".to_owned(),
        }
    }
}

impl fmt::Display for ChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChangeError::NoToml => f.write_str("the text is no TOML"),
            ChangeError::Value { value, .. } => write!(f, "\"{value}\" cannot be there"),
            ChangeError::Needed => f.write_str("a service needs a value there"),
            ChangeError::Nothing => f.write_str("nothing was recorded"),
            ChangeError::NoFunction => f.write_str("the text describes no function"),
            ChangeError::Entangled => f.write_str(
                "the text has it together with other things, in a way that is not taken apart here",
            ),
        }
    }
}

/// The text with these changes.
///
/// # Errors
/// Says why one of them cannot be made.
pub fn changed(text: &str, changes: &[FormChange]) -> Result<String, ChangeError> {
    let mut text = text.to_owned();
    for change in changes {
        text = match change {
            FormChange::Set(field, value) => with_value(&text, *field, value)?,
            FormChange::AddPolicy => with_policy(&text)?,
            FormChange::RemovePolicy(place) => without_policy(&text, *place)?,
            FormChange::Load(points) => with_rate(&text, &drawn_as_text(points))?,
            FormChange::Record(moments) => {
                let rate = recorded_as_text(moments).ok_or(ChangeError::Nothing)?;
                with_rate(&text, &rate)?
            }
            FormChange::Measured(measured) => with_measured(&text, measured)?,
        };
    }
    Ok(text)
}

fn parse(text: &str) -> Result<Document<'_>, ChangeError> {
    Document::parse(text).ok_or(ChangeError::NoToml)
}

fn with_value(text: &str, field: Field, new: &str) -> Result<String, ChangeError> {
    let new = new.trim();
    let document = parse(text)?;
    let before = value(&document, field);
    if before.as_deref() == Some(new) {
        return Ok(text.to_owned());
    }
    if new.is_empty() && !matches!(field.kind(), FieldKind::Text) {
        return match (before, field.can_be_left_out()) {
            (None, true) => Ok(text.to_owned()),
            (Some(_), true) => without(&document, &field.path()),
            (_, false) => Err(ChangeError::Needed),
        };
    }
    let kind = field.kind();
    let refused = || ChangeError::Value {
        kind,
        value: new.to_owned(),
    };
    let toml = kind.toml(new).ok_or_else(refused)?;
    // The same number, written in another way.
    if before.is_some_and(|it| kind.toml(&it) == Some(toml.clone())) {
        return Ok(text.to_owned());
    }
    match field {
        Field::Cpu => with_memory_for(&with(&document, &field.path(), &toml)?),
        Field::Minimum | Field::Maximum => {
            with_other_bound(&with(&document, &field.path(), &toml)?, field, new)
        }
        Field::DeploymentStrategy => with_fields_of(&with(&document, &field.path(), &toml)?, new),
        _ => match field.of_provider() {
            None => with(&document, &field.path(), &toml),
            Some((provider, key)) => with_share(&document, field, provider, (key, &toml)),
        },
    }
}

/// The text with a value; checked, because a text can be written in any way.
fn with(document: &Document<'_>, path: &[Step], toml: &str) -> Result<String, ChangeError> {
    let text = document.with(path, toml).ok_or(ChangeError::Entangled)?;
    let line = format!("it = {toml}");
    let wanted = Document::parse(&line).and_then(|it| it.plain(&[Step::Key("it")]));
    let is_there =
        Document::parse(&text).is_some_and(|it| it.at(path).is_some() && it.plain(path) == wanted);
    match is_there {
        true => Ok(text),
        false => Err(ChangeError::Entangled),
    }
}

fn without(document: &Document<'_>, path: &[Step]) -> Result<String, ChangeError> {
    let text = document.without(path).ok_or(ChangeError::Entangled)?;
    match Document::parse(&text).is_some_and(|it| it.at(path).is_none()) {
        true => Ok(text),
        false => Err(ChangeError::Entangled),
    }
}

/// A size that there is: where a CPU has not the memory, the nearest that it has.
fn with_memory_for(text: &str) -> Result<String, ChangeError> {
    let document = parse(text)?;
    let number = |field| value(&document, field).and_then(|it| it.parse::<u32>().ok());
    let (Some(cpu), Some(memory)) = (number(Field::Cpu), number(Field::Memory)) else {
        return Ok(text.to_owned());
    };
    let wanted = TaskSize::new(cpu, memory);
    let same_cpu = task_sizes().filter(|size| size.cpu == wanted.cpu);
    let nearest = same_cpu.min_by_key(|size| size.memory.get().abs_diff(memory));
    match nearest {
        Some(size) if !is_task_size(wanted) => {
            let memory = size.memory.get().to_string();
            with(&document, &Field::Memory.path(), &memory)
        }
        _ => Ok(text.to_owned()),
    }
}

/// Both bounds of scaling, where one of them is given.
fn with_other_bound(text: &str, field: Field, given: &str) -> Result<String, ChangeError> {
    let document = parse(text)?;
    let other = match field {
        Field::Minimum => Field::Maximum,
        _ => Field::Minimum,
    };
    if value(&document, other).is_some() {
        return Ok(text.to_owned());
    }
    let number = |text: &str| text.parse::<u32>().unwrap_or(1);
    let desired = value(&document, Field::Desired).map_or(1, |it| number(&it));
    let bound = match other {
        Field::Minimum => desired.min(number(given)),
        _ => desired.saturating_mul(ROOM).max(number(given)),
    };
    with(&document, &other.path(), &bound.to_string())
}

/// Without the fields of `[service.deployment]` that a strategy has not, and with the one that it needs.
fn with_fields_of(text: &str, strategy: &str) -> Result<String, ChangeError> {
    let mut text = text.to_owned();
    let others = [
        ("step_percent", strategy != "linear"),
        ("step_bake_time", strategy != "linear"),
        ("canary_percent", strategy != "canary"),
        ("canary_bake_time", strategy != "canary"),
        ("bake_time", strategy == "rolling"),
    ];
    for (key, _) in others.iter().filter(|(_, of_another)| *of_another) {
        let document = parse(&text)?;
        if document.at(&deployment(key)).is_some() {
            text = without(&document, &deployment(key))?;
        }
    }
    let document = parse(&text)?;
    if strategy == "blue_green" && document.at(&deployment("bake_time")).is_none() {
        text = with(&document, &deployment("bake_time"), BAKE_TIME)?;
    }
    Ok(text)
}

/// The strategy of capacity providers with another share.
fn with_share(
    document: &Document<'_>,
    field: Field,
    provider: &str,
    (key, toml): (&'static str, &str),
) -> Result<String, ChangeError> {
    if let Some(path) = share_path(document, field, provider, key) {
        return with(document, &path, toml);
    }
    let all = field.path();
    let element = |provider: &str, key: &str, share: &str| {
        format!("{{ provider = \"{provider}\", {key} = {share} }}")
    };
    let new = match document.count(&all) {
        // FARGATE alone, as it was, and what is new.
        0 if provider != "FARGATE" => {
            let own = element("FARGATE", "weight", "1");
            let list = format!("[{own}, {}]", element(provider, key, toml));
            document.with(&all, &list)
        }
        0 => document.with(&all, &format!("[{}]", element(provider, key, toml))),
        _ => {
            let fields = [
                ("provider", format!("\"{provider}\"")),
                (key, toml.to_owned()),
            ];
            document.with_element(&all, &fields)
        }
    };
    let new = new.ok_or(ChangeError::Entangled)?;
    match Document::parse(&new)
        .and_then(|it| value(&it, field))
        .as_deref()
        == Some(toml)
    {
        true => Ok(new),
        false => Err(ChangeError::Entangled),
    }
}

fn policies() -> [Step; 2] {
    [Step::Key("scaling"), Step::Key("policy")]
}

fn with_policy(text: &str) -> Result<String, ChangeError> {
    let document = parse(text)?;
    let queue = document.at(&[Step::Key("queue")]).is_some();
    let text = match value(&document, Field::Maximum) {
        Some(_) => text.to_owned(),
        None => {
            let desired = value(&document, Field::Desired).and_then(|it| it.parse::<u32>().ok());
            let most = desired.unwrap_or(1).max(1).saturating_mul(ROOM);
            with_value(text, Field::Maximum, &most.to_string())?
        }
    };
    let document = parse(&text)?;
    let count = document.count(&policies());
    let (metric, target) = match queue {
        true => ("\"backlog_per_task\"", "100"),
        false => ("\"cpu\"", CPU_TARGET),
    };
    let fields = [("metric", metric.to_owned()), ("target", target.to_owned())];
    let new = document.with_element(&policies(), &fields);
    let new = new.ok_or(ChangeError::Entangled)?;
    match Document::parse(&new).map(|it| it.count(&policies())) == Some(count + 1) {
        true => Ok(new),
        false => Err(ChangeError::Entangled),
    }
}

fn without_policy(text: &str, place: usize) -> Result<String, ChangeError> {
    let document = parse(text)?;
    let [scaling, policy] = policies();
    let count = document.count(&policies());
    let new = document.without(&[scaling, policy, Step::Place(place)]);
    let new = new.ok_or(ChangeError::Entangled)?;
    match Document::parse(&new).map(|it| it.count(&policies()) + 1) == Some(count) {
        true => Ok(new),
        false => Err(ChangeError::Entangled),
    }
}

/// A rate instead of what came before: of a trace nothing is left.
fn with_rate(text: &str, rate: &str) -> Result<String, ChangeError> {
    let mut text = text.to_owned();
    for key in ["trace", "row"] {
        let document = parse(&text)?;
        let path = [Step::Key("requests"), Step::Key(key)];
        if document.at(&path).is_some() {
            text = without(&document, &path)?;
        }
    }
    let document = parse(&text)?;
    with(&document, &[Step::Key("requests"), Step::Key("rate")], rate)
}

/// The text whose function of that name, or first one, takes as long as it did.
fn with_measured(text: &str, measured: &Measured) -> Result<String, ChangeError> {
    let durations = times_as_text(&measured.durations).ok_or(ChangeError::Nothing)?;
    let document = parse(text)?;
    let functions = [Step::Key("function")];
    let named = |place: &usize| {
        let name = [
            Step::Key("function"),
            Step::Place(*place),
            Step::Key("name"),
        ];
        document.plain(&name).as_deref() == Some(measured.name.as_str())
    };
    let many = document.count(&functions);
    if many == 0 {
        return Err(ChangeError::NoFunction);
    }
    let place = (0..many).find(named).unwrap_or(0);
    let seconds = measured.timeout.as_nanos() as f64 / 1e9;
    let mut fields = vec![
        ("duration", durations),
        ("memory", measured.memory.to_string()),
        ("timeout", number_text(seconds)),
        ("architecture", format!("\"{}\"", measured.architecture)),
    ];
    fields.extend(times_as_text(&measured.inits).map(|it| ("init", it)));
    let mut text = text.to_owned();
    for (key, value) in fields {
        let path = [Step::Key("function"), Step::Place(place), Step::Key(key)];
        text = with(&parse(&text)?, &path, &value)?;
    }
    Ok(text)
}
