//! Topics, buckets, buses, IoT topics, schedules and user pools.

use super::data::NewSource;
use super::names;
use super::plan::Planner;
use super::remark::RemarkKind;
use crate::platform::Input;
use crate::scribe::check_source;
use crate::template::{self, Origin};
use crate::timeline::{SourceConfiguration, SourceKind};
use crate::units::SourceId;

/// The longest name of most sources.
const LONGEST: usize = 256;

impl Planner<'_> {
    /// Sources whom nobody is told by yet: what Lambda sends can go there.
    pub(super) fn source_resources(&mut self) {
        let stack = self.stack;
        for source in &stack.sources {
            self.source(source);
        }
    }

    pub(super) fn sources(&mut self) {
        self.wires();
        self.drop_refused();
    }

    /// A resource that is a source, whether or not it tells anyone.
    fn source(&mut self, source: &template::Source) {
        let kind = match source.kind {
            template::SourceKind::Topic { fifo: false } => SourceKind::Topic,
            template::SourceKind::Topic { fifo: true } => {
                let why = "FIFO topics are not modelled here.";
                return self.remark(RemarkKind::Skipped, &source.logical_id, why);
            }
            template::SourceKind::Bucket => SourceKind::Bucket,
            template::SourceKind::Bus => SourceKind::Bus,
            template::SourceKind::UserPool => SourceKind::UserPool,
            _ => return,
        };
        let place = match source.is_default_bus() {
            true => self.shared(&source.name, kind),
            false => Some(self.new_source(&source.logical_id, &source.name, kind)),
        };
        let Some(place) = place else {
            return;
        };
        self.places.insert(source.logical_id.clone(), place);
    }

    /// The place of a source among the new ones, by what a trigger calls it. What is of elsewhere gets a
    /// source here, so that something can happen at it.
    pub(super) fn origin(&mut self, origin: &Origin, kind: SourceKind) -> Option<usize> {
        match origin {
            Origin::Here(logical_id) => self.places.get(logical_id).copied(),
            Origin::Elsewhere(arn) => {
                let name = arn.rsplit([':', '/']).next().unwrap_or(arn);
                self.shared(name, kind)
            }
        }
    }

    /// A source that others may use, too: one that is there gets further targets.
    pub(super) fn shared(&mut self, name: &str, kind: SourceKind) -> Option<usize> {
        let alike = |it: &SourceConfiguration| it.name == name && it.kind.name() == kind.name();
        let mut made = self.set.sources.iter();
        if let Some(place) = made.position(|it| alike(&it.configuration)) {
            return Some(place);
        }
        let there = {
            let mut all = self.platform.sources();
            let there = all.find(|(_, it)| alike(it));
            there.map(|(id, it)| (id, it.clone()))
        };
        match there {
            Some((id, configuration)) => {
                self.set.sources.push(NewSource {
                    id,
                    exists: true,
                    taken: None,
                    configuration,
                    tells: Vec::new(),
                });
                Some(self.set.sources.len() - 1)
            }
            None => Some(self.new_source(name, name, kind)),
        }
    }

    pub(super) fn new_source(&mut self, about: &str, wanted: &str, kind: SourceKind) -> usize {
        let alike = |it: &SourceConfiguration, name: &str| {
            it.kind.name() == kind.name() && it.name.eq_ignore_ascii_case(name)
        };
        let is_taken = |name: &str| {
            let mut there = self.platform.sources().map(|(_, it)| it);
            let mut made = self.set.sources.iter().map(|it| &it.configuration);
            there.any(|it| alike(it, name)) || made.any(|it| alike(it, name))
        };
        let (fitting, longest) = match kind {
            SourceKind::Bucket => (names::of_bucket(wanted), 63),
            SourceKind::Schedule(_) => (wanted.chars().take(64).collect(), 64),
            SourceKind::UserPool => (wanted.to_owned(), 128),
            _ => (wanted.to_owned(), LONGEST),
        };
        let name = names::free(&fitting, longest, is_taken);
        let taken = (name != fitting).then(|| wanted.to_owned());
        let id = self.next.source;
        self.next.source = SourceId(id.0.saturating_add(1));
        let configuration = SourceConfiguration {
            name,
            kind,
            wires: Vec::new(),
        };
        let errors = check_source(id, &configuration, &self.platform);
        for error in &errors {
            self.remark(RemarkKind::Refused, about, error.to_string());
        }
        if errors.is_empty() {
            self.make(Input::ConfigureSource {
                source: id,
                configuration: Box::new(configuration.clone()),
            });
        }
        self.set.sources.push(NewSource {
            id,
            exists: false,
            taken,
            configuration,
            tells: Vec::new(),
        });
        self.set.sources.len() - 1
    }

    /// Leaves out what its service would not take at all; that was said when it was made.
    fn drop_refused(&mut self) {
        let sources = std::mem::take(&mut self.set.sources);
        for source in sources {
            let errors = check_source(source.id, &source.configuration, &self.platform);
            if !errors.is_empty() {
                continue;
            }
            self.make(Input::ConfigureSource {
                source: source.id,
                configuration: Box::new(source.configuration.clone()),
            });
            self.set.sources.push(source);
        }
    }
}
