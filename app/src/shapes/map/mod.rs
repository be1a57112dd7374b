//! The map of a session as geometry: stations, the lines between them, dots on their way.
//!
//! - `mod`: what is drawn
//! - `card`: a station's rectangle and the marks on it
//! - `layout`: stations in layers, from left to right
//! - `route`: the line from one station to another
//! - `camera`: the part that is on screen: zoom, pan, fit
//! - `flights`: where dots are at a moment
//! - `hit`: what lies under a point
//! - `travellers`: what a keyboard goes through
//! - `places`: where stations were put by hand, as text

pub mod camera;
pub mod card;
pub mod flights;
pub mod hit;
pub mod layout;
pub mod places;
pub mod route;
pub mod travellers;

pub use camera::Camera;
pub use card::Rect;
pub use flights::{Expected, Flight, Flights};
pub use hit::{Hit, hit};
pub use places::Places;

/// Tells a station from others; the same on every visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub u64);

/// What kind of station one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Where requests or messages come from.
    Source,
    /// A queue.
    Queue,
    /// A stream.
    Stream,
    /// A queue that takes dead letters.
    DeadLetters,
    /// The internal queue of asynchronous invocation.
    Internal,
    /// An event source mapping.
    Mapping,
    /// A function.
    Function,
}

/// How a mark on a station looks: what waits there, or an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It waits and can be taken.
    Waiting,
    /// It has been taken.
    Taken,
    /// It cannot be taken yet.
    Delayed,
    /// An environment that starts.
    Starting,
    /// An environment at work.
    Busy,
    /// A frozen environment.
    Frozen,
}

/// A small mark on a station.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// How it looks.
    pub look: Look,
    /// What it stands for; the number of a traveller or of an environment.
    pub traveller: u64,
    /// The request that tells its story, if one does.
    pub request: Option<u64>,
    /// It is part of what is followed.
    pub followed: bool,
}

/// A station.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Which.
    pub key: Key,
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub title: String,
    /// What it is, in words.
    pub about: String,
    /// What is there now: waiting, in flight.
    pub now: [u64; 2],
    /// What was there so far: done, failed, throttled.
    pub past: [u64; 3],
    /// What waits there, or its environments; not more than [`card::MARKS`].
    pub marks: Vec<Mark>,
    /// How many more there are than marks.
    pub more: usize,
}

/// What a line means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// The way of requests and messages.
    Way,
    /// The way of successes.
    Success,
    /// The way of failures.
    Failure,
}

/// A line between two stations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Where it begins.
    pub from: Key,
    /// Where it ends.
    pub to: Key,
    /// What it means.
    pub line: Line,
    /// Whether anything may go this way now.
    pub open: bool,
    /// What is followed went this way.
    pub followed: bool,
}

/// How a dot looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// On its way.
    Going,
    /// A good end.
    Done,
    /// A bad one.
    Failed,
    /// Pushed back.
    Throttled,
}

/// Something moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// When, in ms of the session.
    pub at: f64,
    /// What.
    pub traveller: u64,
    /// From where.
    pub from: Key,
    /// Where to.
    pub to: Key,
    /// How it looks.
    pub tone: Tone,
    /// The request that tells its story, if one does.
    pub request: Option<u64>,
    /// It is part of what is followed.
    pub followed: bool,
}

/// A map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapModel {
    /// All stations.
    pub cards: Vec<Card>,
    /// All lines.
    pub edges: Vec<Edge>,
    /// How often something has moved.
    pub moves: usize,
    /// The latest movements, in order; at most [`flights::MOST`].
    pub moved: Vec<Moved>,
}

impl MapModel {
    /// The card of a station.
    pub fn card(&self, key: Key) -> Option<&Card> {
        self.cards.iter().find(|card| card.key == key)
    }

    /// Whether what is followed was at a station, or waits there.
    pub fn is_followed(&self, card: &Card) -> bool {
        let joins = |edge: &Edge| edge.from == card.key || edge.to == card.key;
        card.marks.iter().any(|mark| mark.followed)
            || self.edges.iter().any(|edge| edge.followed && joins(edge))
    }
}
