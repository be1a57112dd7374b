//! The workers of a sweep, and what they have come to so far.

use super::draft::AxisDraft;
use crate::browser::files;
use crate::browser::host::Host;
use crate::browser::simulations::{self, SweepRun};
use crate::pages::scale::lab::Lab;
use crate::session::PRICES;
use leptos::prelude::*;
use leptos::task::spawn_local;
use runtime_core::simulator::{SweepField, SweepNews, SweepOrder, SweptAxis};
use std::collections::BTreeMap;

/// More of them share one memory bus.
const MOST_WORKERS: u32 = 8;

/// Where a sweep stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum SweepState {
    /// Nothing runs.
    #[default]
    Idle,
    /// Workers are at it.
    Going,
    /// It is so much that it has to be asked for.
    TooMuch { requests: f64, seconds: f64 },
    /// It cannot be run, or a worker broke.
    Wrong { cause: String, hint: String },
}

/// What a sweep has come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Swept {
    /// One or two; none before the first sweep.
    pub(super) axes: Vec<SweptAxis>,
    /// The figures that its points can have.
    pub(super) figures: Vec<String>,
    /// Figures by name of each point that has been run. The last axis changes first.
    pub(super) points: Vec<Option<BTreeMap<String, f64>>>,
}

impl Swept {
    /// Points that have been run.
    pub(super) fn run(&self) -> usize {
        self.points.iter().flatten().count()
    }

    /// Figures that some point has.
    pub(super) fn names(&self) -> Vec<String> {
        let has = |name: &&String| {
            let mut points = self.points.iter().flatten();
            points.any(|it| it.contains_key(*name))
        };
        self.figures.iter().filter(has).cloned().collect()
    }
}

/// A sweep of the lab's text.
#[derive(Clone, Copy)]
pub(super) struct SweepDesk {
    lab: Lab,
    /// Fields that can be swept.
    pub(super) fields: RwSignal<Vec<SweepField>>,
    /// One or two; the second may be empty.
    pub(super) axes: [RwSignal<AxisDraft>; 2],
    pub(super) state: RwSignal<SweepState>,
    pub(super) swept: RwSignal<Swept>,
    workers: StoredValue<Vec<SweepRun>, LocalStorage>,
    /// Workers that have not said that their part is run.
    left: StoredValue<u32>,
    /// How many sweeps were asked for: news of earlier ones are old.
    asked: StoredValue<u64>,
    /// The one that tells fields.
    reader: StoredValue<Option<SweepRun>, LocalStorage>,
}

impl SweepDesk {
    pub(super) fn new(lab: Lab) -> Self {
        SweepDesk {
            lab,
            fields: RwSignal::default(),
            axes: [RwSignal::default(), RwSignal::default()],
            state: RwSignal::default(),
            swept: RwSignal::default(),
            workers: StoredValue::new_local(Vec::new()),
            left: StoredValue::new(0),
            asked: StoredValue::new(0),
            reader: StoredValue::new_local(None),
        }
    }

    fn order(self, prices: String, (first, workers): (u32, u32), axes: Vec<String>) -> SweepOrder {
        SweepOrder {
            text: self.lab.text.get_untracked(),
            prices,
            axes,
            first,
            workers,
            however_large: false,
        }
    }

    /// Reads which fields the text has that can be swept. A text that is none has those of before.
    pub(super) fn read_fields(self) {
        let order = self.order(String::new(), (0, 1), Vec::new());
        spawn_local(async move {
            let hear = move |news| {
                if let Ok(SweepNews::Fields(fields)) = news {
                    let _ = self.fields.try_set(fields);
                    let _ = self.reader.try_set_value(None);
                }
            };
            // Without suggestions fields can be written all the same.
            if let Ok(reader) = simulations::sweep(order, hear).await {
                let _ = self.reader.try_set_value(Some(reader));
            }
        });
    }

    /// Runs what is written; what ran before is ended.
    pub(super) fn begin(self, however_large: bool) {
        self.stop();
        let axes = self
            .axes
            .iter()
            .filter_map(|it| it.with_untracked(AxisDraft::text));
        let axes: Vec<String> = axes.collect();
        if axes.is_empty() {
            return self.state.set(SweepState::Wrong {
                cause: "There is no field to sweep.".to_owned(),
                hint: "Choose a field and its values.".to_owned(),
            });
        }
        self.state.set(SweepState::Going);
        self.swept.set(Swept::default());
        let asked = self.asked.get_value();
        let points = self
            .axes
            .iter()
            .map(|it| it.with_untracked(AxisDraft::count));
        let points: usize = points.map(|it| it.max(1)).product();
        let points = u32::try_from(points).unwrap_or(u32::MAX);
        let many = Host::detect().cores.min(MOST_WORKERS).min(points).max(1);
        self.left.set_value(many);
        spawn_local(async move {
            let begun = async {
                let prices = files::fetch(PRICES).await?;
                let prices = String::from_utf8(prices).map_err(|error| error.to_string())?;
                for first in 0..many {
                    let mut order = self.order(prices.clone(), (first, many), axes.clone());
                    order.however_large = however_large;
                    let hear = move |news| self.hear(asked, first, news);
                    let worker = simulations::sweep(order, hear).await?;
                    // It may have been stopped meanwhile: then the worker ends here.
                    if self.asked.try_get_value() != Some(asked) {
                        break;
                    }
                    self.workers.update_value(|workers| workers.push(worker));
                }
                Ok::<_, String>(())
            };
            if let Err(reason) = begun.await {
                self.hear(asked, 0, Err(reason));
            }
        });
    }

    /// Ends it; the points that were run stay.
    pub(super) fn stop(self) {
        self.asked.update_value(|asked| *asked += 1);
        self.workers.set_value(Vec::new());
        self.state.set(SweepState::Idle);
    }

    fn hear(self, asked: u64, worker: u32, news: Result<SweepNews, String>) {
        if self.asked.try_get_value() != Some(asked) {
            return;
        }
        let state = match news {
            Ok(SweepNews::Begun { axes, figures }) => {
                // All of them say the same, and some of their points may have come before.
                self.swept.update(|swept| {
                    if swept.axes.is_empty() {
                        let points = axes.iter().map(|it| it.values.len()).product();
                        swept.points.resize(points, None);
                        (swept.axes, swept.figures) = (axes, figures);
                    }
                });
                return;
            }
            Ok(SweepNews::Point { point, figures }) => {
                self.swept.update(|swept| {
                    if let Some(place) = swept.points.get_mut(point as usize) {
                        *place = Some(figures.into_iter().collect());
                    }
                });
                return;
            }
            Ok(SweepNews::Fields(_)) => return,
            Ok(SweepNews::Ended) => {
                self.left
                    .update_value(|left| *left = left.saturating_sub(1));
                match self.left.get_value() {
                    0 => SweepState::Idle,
                    _ => return,
                }
            }
            // Each worker finds it; one says it.
            Ok(SweepNews::Refused(_) | SweepNews::TooMuch { .. }) if worker > 0 => return,
            Ok(SweepNews::Refused(it)) => SweepState::Wrong {
                cause: it.cause,
                hint: it.hint,
            },
            Ok(SweepNews::TooMuch { requests, seconds }) => {
                SweepState::TooMuch { requests, seconds }
            }
            Err(reason) => SweepState::Wrong {
                cause: format!("The simulation failed: {reason}."),
                hint: "Try again; if it stays so, load the page again.".to_owned(),
            },
        };
        self.stop();
        self.state.set(state);
    }
}
