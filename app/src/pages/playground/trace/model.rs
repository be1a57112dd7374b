//! Stories as the widget's rows.

use crate::session::Reading;
use crate::shapes::text::grouped;
use crate::shapes::waterfall::Scale;
use crate::widgets::{Bar, Look, WaterfallModel, WaterfallRow};
use runtime_core::projections::{
    Flag, Node, Part, PartKind, Story, Subject, TraceSegment, Traces, trace_id,
};
use runtime_core::units::{Moment, RequestId, SessionSeed};

/// More rows are not drawn.
const MOST_ROWS: usize = 240;
/// The latest stories that can be chosen.
const MOST_ORIGINS: usize = 60;

/// Whose story is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Selected {
    /// What was chosen, or the request that is shown.
    pub(super) subject: Option<Subject>,
    /// The request that is shown.
    request: Option<RequestId>,
}

impl Selected {
    pub(super) fn of(reading: &Reading<'_>, chosen: Option<Subject>) -> Self {
        // At the playhead the request that is selected may not have come yet: its story is told whole.
        let shown = reading.shown_request().map(|record| record.request);
        let request = reading.selected_request().or(shown);
        Selected {
            subject: chosen.or(request.map(Subject::Request)),
            request,
        }
    }
}

/// A story that can be chosen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Origin {
    pub(super) subject: Subject,
    pub(super) name: String,
}

/// What is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Drawn {
    pub(super) picture: WaterfallModel,
    /// What each row selects, and where it moves the playhead.
    pub(super) targets: Vec<(Option<RequestId>, Moment)>,
    /// From when to when it is.
    pub(super) extent: Option<(Moment, Moment)>,
    pub(super) summary: String,
    pub(super) id: String,
    pub(super) note: String,
}

/// What begins stories, the latest first.
pub(super) fn origins(reading: &Reading<'_>, traces: &Traces) -> Vec<Origin> {
    let seed = reading.session().seed;
    let latest = traces.origins().take(MOST_ORIGINS);
    latest
        .map(|node| {
            let (kind, name) = traces.title(node);
            let what = word(kind, node);
            let id = id(node.subject, node.attempt, seed);
            Origin {
                subject: node.subject,
                name: format!("{} · {what} {name} · {id}", node.from),
            }
        })
        .collect()
}

fn word<'a>(kind: &'a str, node: &Node) -> &'a str {
    match node.subject {
        Subject::Request(_) => "Invoke",
        Subject::Event(_) => "Event",
        Subject::Message(_) => "message in",
        Subject::Record(_) => "record in",
        Subject::Batch(_) | Subject::Happening(_) => kind,
    }
}

/// What tells a segment from others of its kind.
fn id(subject: Subject, attempt: u32, seed: SessionSeed) -> String {
    let short = |uuid: String| format!("{}…", uuid.get(..8).unwrap_or_default());
    match subject {
        Subject::Request(_) => format!("Attempt {attempt}"),
        Subject::Event(first) => short(first.uuid(seed)),
        Subject::Message(message) => short(message.uuid(seed)),
        Subject::Record(record) => format!("record {}", record.0),
        Subject::Batch(batch) => format!("batch {}", batch.0),
        Subject::Happening(number) => format!("event {number}"),
    }
}

pub(super) fn draw(
    reading: &Reading<'_>,
    traces: &Traces,
    selected: Selected,
    to_scale: bool,
) -> Drawn {
    let Some(subject) = selected.subject else {
        return Drawn::default();
    };
    let story = traces.story(subject);
    if story.segments.is_empty() {
        return Drawn::default();
    }
    let now = reading.now.max(reading.end());
    let (from, to) = story.extent(now);
    let mut drawn = Drawn {
        id: trace_id(&story, reading.all_invocations()).unwrap_or_default(),
        summary: summary(&story, from, to),
        ..Drawn::default()
    };
    let mut all = 0;
    for segment in &story.segments {
        all += 1 + segment.parts.len();
        if drawn.picture.rows.len() >= MOST_ROWS {
            continue;
        }
        let (row, target) = whole(reading, segment, from, now, selected);
        drawn.picture.rows.push(row);
        drawn.targets.push(target);
        for part in &segment.parts {
            let (row, at) = subsegment(traces, segment, part, from, now);
            drawn.picture.rows.push(row);
            drawn.targets.push((target.0, at));
        }
    }
    let work: Vec<(f64, f64)> = story
        .segments
        .iter()
        .flat_map(|segment| &segment.parts)
        .filter(|part| look(part.kind) != Look::Wait)
        .map(|part| span(part.from, part.to, now))
        .collect();
    let (start, end) = (nanos(from), nanos(to));
    drawn.picture.scale = match to_scale {
        true => Scale::true_to_time(start, end),
        false => Scale::shortened(start, end, &work),
    };
    drawn.extent = Some((from, to));
    let hidden = all.saturating_sub(drawn.picture.rows.len());
    drawn.note = note(&drawn.picture.scale, hidden, story.left_out);
    drawn
}

fn summary(story: &Story, from: Moment, to: Moment) -> String {
    let count = |flag: Flag| story.segments.iter().filter(|it| it.flag == flag).count();
    let segments = match story.segments.len() {
        1 => "1 segment".to_owned(),
        many => format!("{many} segments"),
    };
    let mut text = format!("{segments} · {}", to.since(from));
    for (flag, one, many) in [
        (Flag::Fault, "fault", "faults"),
        (Flag::Error, "error", "errors"),
        (Flag::Throttle, "throttle", "throttles"),
    ] {
        match count(flag) {
            0 => {}
            1 => text += &format!(" · 1 {one}"),
            count => text += &format!(" · {count} {many}"),
        }
    }
    text
}

fn note(scale: &Scale, hidden: usize, left_out: usize) -> String {
    let mut notes: Vec<String> = Vec::new();
    if scale.shortens() {
        notes.push("Waits are drawn shorter than they are.".to_owned());
    }
    if hidden > 0 {
        notes.push(format!(
            "{} more rows are in the download.",
            grouped(hidden as u64)
        ));
    }
    if left_out > 0 {
        let left_out = grouped(left_out as u64);
        notes.push(format!("{left_out} more segments belong to this story; it is told from what is nearest to the request."));
    }
    notes.join(" ")
}

impl Drawn {
    /// Where a moment is in a row, if it belongs to the trace.
    pub(super) fn place(&self, at: Moment) -> Option<f64> {
        let (from, to) = self.extent?;
        let here = (from..=to).contains(&at);
        here.then(|| self.picture.scale.place(nanos(at)))
    }
}

fn nanos(at: Moment) -> f64 {
    at.as_nanos() as f64
}

fn span(from: Moment, to: Option<Moment>, now: Moment) -> (f64, f64) {
    let to = to.unwrap_or(now).max(from);
    (nanos(from), nanos(to))
}

fn whole(
    reading: &Reading<'_>,
    segment: &TraceSegment,
    start: Moment,
    now: Moment,
    selected: Selected,
) -> (WaterfallRow, (Option<RequestId>, Moment)) {
    let id = id(segment.subject, segment.attempt, reading.session().seed);
    let name = match segment.subject {
        Subject::Request(_) | Subject::Event(_) | Subject::Message(_) => {
            format!("{} · {id}", segment.name)
        }
        Subject::Batch(_) if segment.attempt > 1 => {
            format!("{} · {id}, receive {}", segment.name, segment.attempt)
        }
        Subject::Record(_) | Subject::Batch(_) | Subject::Happening(_) => {
            format!("{} · {id}", segment.name)
        }
    };
    let about = match segment.links {
        0 => segment.origin.to_owned(),
        1 => format!("{} · and of one other", segment.origin),
        links => format!("{} · and of {links} others", segment.origin),
    };
    let (from, to) = span(segment.from, segment.to, now);
    let look = match segment.flag {
        Flag::Fine => Look::Fine,
        Flag::Error => Look::Error,
        Flag::Fault => Look::Fault,
        Flag::Throttle => Look::Throttle,
    };
    let row = WaterfallRow {
        depth: segment.depth,
        name,
        about,
        bar: Bar { from, to, look },
        began: began(start, segment.from),
        took: took(segment.from, segment.to),
        state: state(segment.flag, segment.to),
        selected: segment.request().is_some() && segment.request() == selected.request,
        part: false,
    };
    // An event is told by its first attempt.
    let request = match segment.subject {
        Subject::Request(request) | Subject::Event(request) => Some(request),
        _ => None,
    };
    let request = request.filter(|it| reading.all_invocations().get(*it).is_some());
    (row, (request, segment.from))
}

fn subsegment(
    traces: &Traces,
    segment: &TraceSegment,
    part: &Part,
    start: Moment,
    now: Moment,
) -> (WaterfallRow, Moment) {
    let (from, to) = span(part.from, part.to, now);
    let kind = look(part.kind);
    let look = match (part.flag, kind) {
        (Flag::Fault, Look::Work | Look::Init | Look::Start) => Look::Fault,
        (_, look) => look,
    };
    let row = WaterfallRow {
        depth: segment.depth + 1,
        name: traces.part_name(part.kind),
        about: String::new(),
        bar: Bar { from, to, look },
        began: began(start, part.from),
        took: took(part.from, part.to),
        state: match part.flag {
            // What it waits after is the end of another segment.
            Flag::Fine => "",
            flag if kind == Look::Wait && part.to != Some(part.from) => match flag {
                Flag::Throttle => "after a throttle",
                _ => "after a fault",
            },
            flag => state(flag, part.to),
        },
        selected: false,
        part: true,
    };
    (row, part.from)
}

const fn look(kind: PartKind) -> Look {
    match kind {
        PartKind::Starting => Look::Start,
        PartKind::Initialization | PartKind::Restore => Look::Init,
        PartKind::Invocation => Look::Work,
        _ => Look::Wait,
    }
}

fn began(start: Moment, at: Moment) -> String {
    match at.since(start) {
        it if it.as_nanos() == 0 => "0 ms".to_owned(),
        it => format!("+{it}"),
    }
}

fn took(from: Moment, to: Option<Moment>) -> String {
    match to {
        Some(to) if to == from => "at once".to_owned(),
        Some(to) => to.since(from).to_string(),
        None => "goes on".to_owned(),
    }
}

const fn state(flag: Flag, to: Option<Moment>) -> &'static str {
    match (flag, to) {
        (Flag::Fine, Some(_)) => "ok",
        (Flag::Fine, None) => "in progress",
        (Flag::Error, _) => "error",
        (Flag::Fault, _) => "fault",
        (Flag::Throttle, _) => "throttle",
    }
}
