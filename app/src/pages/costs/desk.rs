//! The plan that is being described, its prices, and what it comes to.

use super::kept;
use crate::browser::{files, route};
use leptos::prelude::*;
use leptos::task::spawn_local;
use runtime_core::billing::{BilledSettings, FreeTier};
use runtime_core::estimate::{
    ColdStarts, CostEstimate, EstimateError, EstimatePlan, EstimatePrices, ExtraPlan, FunctionPlan,
    SavingsPlan, TaskPlan, estimate,
};
use runtime_core::timeline::Architecture;
use runtime_core::units::{ByteCount, MemoryMb, Span};
use serde::Deserialize;
use std::sync::Arc;

/// The region that is there before another one is chosen.
pub(super) const FIRST_REGION: &str = "us-east-1";
const FOLDER: &str = "./prices";

/// A region whose prices are known.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Region {
    pub(super) region: String,
    pub(super) name: String,
    file: String,
}

/// A part of the plan that has fields of its own, under a name that it keeps while others come and go.
pub(super) struct Entry<T: 'static> {
    pub(super) id: usize,
    pub(super) value: RwSignal<T>,
}

// A signal is copied whatever it holds; deriving would ask that of `T`.
impl<T> Clone for Entry<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Entry<T> {}

/// Parts of the plan that are alike.
pub(super) type Entries<T> = RwSignal<Vec<Entry<T>>>;

/// What the page's panels share.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) name: RwSignal<String>,
    pub(super) region: RwSignal<String>,
    pub(super) free_tier: RwSignal<bool>,
    pub(super) init_billed: RwSignal<bool>,
    pub(super) functions: Entries<FunctionPlan>,
    pub(super) tasks: Entries<TaskPlan>,
    pub(super) extras: Entries<ExtraPlan>,
    pub(super) savings_plan: RwSignal<Option<SavingsPlan>>,
    /// What has no form and is kept as it came.
    rest: RwSignal<EstimatePlan>,
    /// Regions whose prices are known, once their list is here.
    pub(super) regions: RwSignal<Arc<Vec<Region>>>,
    pub(super) prices: RwSignal<Option<Result<Arc<EstimatePrices>, String>>>,
    /// What is described.
    pub(super) plan: Memo<EstimatePlan>,
    /// What it comes to.
    pub(super) estimate: Memo<Option<Result<Arc<CostEstimate>, EstimateError>>>,
    next: StoredValue<usize>,
}

impl Desk {
    /// With the plan of the address, the one that was kept, or an example.
    pub(super) fn new() -> Desk {
        let (functions, tasks, extras) =
            (Entries::default(), Entries::default(), Entries::default());
        let name = RwSignal::new(String::new());
        let region = RwSignal::new(FIRST_REGION.to_owned());
        let (free_tier, init_billed) = (RwSignal::new(true), RwSignal::new(true));
        let savings_plan = RwSignal::new(None);
        let rest = RwSignal::new(EstimatePlan::default());
        let prices = RwSignal::new(None::<Result<Arc<EstimatePrices>, String>>);
        let plan = Memo::new(move |_| EstimatePlan {
            name: name.get(),
            region: Some(region.get()),
            free_tier: if free_tier.get() {
                FreeTier::On
            } else {
                FreeTier::Off
            },
            init_billed: init_billed.get(),
            functions: values(functions),
            tasks: values(tasks),
            extras: values(extras),
            savings_plan: savings_plan.get(),
            ..rest.get()
        });
        let desk = Desk {
            name,
            region,
            free_tier,
            init_billed,
            functions,
            tasks,
            extras,
            savings_plan,
            rest,
            regions: RwSignal::default(),
            prices,
            plan,
            estimate: Memo::new(move |_| {
                let prices = prices.get()?.ok()?;
                Some(plan.with(|it| estimate(it, &prices)).map(Arc::new))
            }),
            next: StoredValue::new(0),
        };
        desk.describe(kept::find().unwrap_or_else(example));
        desk.fetch_regions();
        Effect::new(move |_| {
            region.track();
            desk.fetch_prices();
        });
        Effect::new(move |_| plan.with(kept::keep));
        // A link to another plan, opened while the page is.
        route::on_change(move || {
            if let Some(plan) = kept::take_address() {
                desk.describe(plan);
            }
        });
        desk
    }

    /// Another plan takes the place of what is described.
    pub(super) fn describe(self, plan: EstimatePlan) {
        let desk = self;
        batch(move || {
            desk.name.set(plan.name.clone());
            desk.region.set(
                plan.region
                    .clone()
                    .unwrap_or_else(|| FIRST_REGION.to_owned()),
            );
            desk.free_tier.set(plan.free_tier == FreeTier::On);
            desk.init_billed.set(plan.init_billed);
            desk.savings_plan.set(plan.savings_plan);
            let functions = plan.functions.iter().cloned();
            desk.functions
                .set(functions.map(|it| desk.entry(it)).collect());
            let tasks = plan.tasks.iter().cloned();
            desk.tasks.set(tasks.map(|it| desk.entry(it)).collect());
            let extras = plan.extras.iter().cloned();
            desk.extras.set(extras.map(|it| desk.entry(it)).collect());
            desk.rest.set(plan);
        });
    }

    /// One more of some parts.
    pub(super) fn add<T: Send + Sync + 'static>(self, entries: Entries<T>, value: T) {
        let entry = self.entry(value);
        entries.update(|all| all.push(entry));
    }

    fn entry<T: Send + Sync + 'static>(self, value: T) -> Entry<T> {
        self.next.update_value(|it| *it += 1);
        Entry {
            id: self.next.get_value(),
            value: RwSignal::new(value),
        }
    }

    fn fetch_regions(self) {
        spawn_local(async move {
            let read = async {
                let bytes = files::fetch(&format!("{FOLDER}/index.json")).await?;
                serde_json::from_slice::<Vec<Region>>(&bytes).map_err(|it| it.to_string())
            };
            match read.await {
                // The page may have been left meanwhile.
                Ok(regions) => {
                    let _ = self.regions.try_set(Arc::new(regions));
                    self.fetch_prices();
                }
                Err(reason) => {
                    let _ = self.prices.try_set(Some(Err(reason)));
                }
            }
        });
    }

    /// The prices of the region that is chosen.
    pub(super) fn fetch_prices(self) {
        let Some(region) = self.region.try_get_untracked() else {
            return;
        };
        let regions = self.regions.get_untracked();
        if regions.is_empty() {
            return;
        }
        let Some(file) = regions.iter().find(|it| it.region == region) else {
            let reason = format!("there is no price file of \"{region}\"");
            return self.prices.set(Some(Err(reason)));
        };
        let file = format!("{FOLDER}/{}", file.file);
        spawn_local(async move {
            let read = async {
                let bytes = files::fetch(&file).await?;
                let text = String::from_utf8(bytes).map_err(|it| it.to_string())?;
                EstimatePrices::parse(&text).map_err(|it| it.to_string())
            };
            let read = read.await.map(Arc::new);
            // Another region may have been chosen meanwhile.
            if self.region.try_get_untracked() == Some(region) {
                let _ = self.prices.try_set(Some(read));
            }
        });
    }

    /// Tries once more what could not be fetched.
    pub(super) fn try_again(self) {
        match self.regions.with_untracked(|it| it.is_empty()) {
            true => self.fetch_regions(),
            false => self.fetch_prices(),
        }
    }
}

fn values<T: Clone + Send + Sync>(entries: Entries<T>) -> Vec<T> {
    entries.with(|all| all.iter().map(|it| it.value.get()).collect())
}

/// A month to begin with: the mobile backend of AWS's pricing page.
pub(super) fn example() -> EstimatePlan {
    EstimatePlan {
        region: Some(FIRST_REGION.to_owned()),
        functions: vec![a_function("mobile-backend")],
        ..EstimatePlan::default()
    }
}

/// A function that may be described further.
pub(super) fn a_function(name: &str) -> FunctionPlan {
    FunctionPlan {
        name: name.to_owned(),
        requests: 3_000_000,
        duration: Span::from_millis(120),
        settings: BilledSettings {
            architecture: Architecture::X86_64,
            memory: MemoryMb::new(1_536),
            ephemeral_storage: MemoryMb::new(512),
        },
        cold_starts: ColdStarts::default(),
        event: ByteCount::ZERO,
        streamed: None,
        provisioned: None,
        snap_start: None,
    }
}
