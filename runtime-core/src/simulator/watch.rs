//! Runs a scenario file's text and says again and again what it has come to.

use super::check::Estimate;
use super::cutter::Cutter;
use super::driver::simulate;
use super::fargate::{ServiceSoFar, watch_service};
use super::figures::Figures;
use super::file::{AnyFile, ScenarioFile, ServiceFile, SidesFile, read_any};
use super::side_by_side::{one_side, side_by_side};
use super::sink::Sink;
use super::watched::{Cost, Refusal, RunNews, RunOrder, SideNews, SideOrder, SoFar};
use crate::billing::{FargatePrices, FreeTier, PriceBook, Usage, bill};
use crate::timeline::LifecycleEvent;
use crate::units::{Moment, Span};

/// How long nothing is said between two pieces of news, at least.
const PAUSE: Span = Span::from_millis(200);
/// The clock is looked at once in so many facts: to look costs more than a fact.
const FACTS_A_LOOK: u32 = 1 << 14;
/// Decimals of what is said of costs.
const DECIMALS: u32 = 6;

/// Runs what is asked for. `now` tells how long it is since some moment; `say` is told of each piece of
/// news, and the last of them is that it has ended, unless there is nothing to run.
pub fn watch(order: &RunOrder, now: impl Fn() -> Span, mut say: impl FnMut(&RunNews)) {
    match prepared(order) {
        Ok((AnyFile::Functions(file), book)) => watch_functions(&file, &book, now, say),
        Ok((AnyFile::Service(file), _)) => {
            let prices = match fargate_prices(order) {
                Ok(prices) => prices,
                Err(refusal) => return say(&RunNews::Refused(refusal)),
            };
            let ServiceFile { name, about, plan } = *file;
            let going = |so_far: ServiceSoFar| say(&RunNews::ServiceGoing(Box::new(so_far)));
            let ended = watch_service(&plan, (&name, &about), Some(&prices), now, going);
            say(&RunNews::ServiceEnded(Box::new(ended)));
        }
        Ok((AnyFile::Sides(file), book)) => {
            let prices = match fargate_prices(order) {
                Ok(prices) => prices,
                Err(refusal) => return say(&RunNews::Refused(refusal)),
            };
            let SidesFile { name, about, plan } = *file;
            let sides = side_by_side(&plan, (&name, &about), (&book, &prices), now);
            say(&RunNews::SidesEnded(Box::new(sides)));
        }
        Err(unrun) => say(&unrun.into()),
    }
}

/// Runs one side of a scenario that has two.
///
/// # Errors
/// Where it has not, or cannot be run, or is so much that it has to be asked for.
pub fn watch_side(order: &SideOrder, now: impl Fn() -> Span) -> SideNews {
    let SideOrder { which, run } = order;
    let (AnyFile::Sides(file), book) = prepared(run).map_err(Unrun::refusal)? else {
        return Err(Refusal {
            line: None,
            cause: "this scenario has one side only".to_owned(),
            hint: "Describe a [service] and a [lambda].".to_owned(),
        });
    };
    let prices = fargate_prices(run)?;
    let SidesFile { name, about, plan } = *file;
    Ok(one_side(
        &plan,
        *which,
        (&name, &about),
        (&book, &prices),
        now,
    ))
}

fn fargate_prices(order: &RunOrder) -> Result<FargatePrices, Refusal> {
    FargatePrices::parse(&order.prices)
        .map_err(|error| refused(None, error.to_string(), error.hint()))
}

fn watch_functions(
    file: &ScenarioFile,
    book: &PriceBook,
    now: impl Fn() -> Span,
    say: impl FnMut(&RunNews),
) {
    let begun = now();
    let scenario = &file.scenario;
    let mut watched = Watched {
        figures: Figures::of(scenario),
        cutter: Cutter::of(scenario.length),
        facts: 0,
        said: begun,
        begun,
        file,
        book,
        now,
        say,
    };
    simulate(scenario, &mut watched);
    let end = Moment::START + scenario.length;
    watched.cutter.reach(end, &watched.figures);
    let ended = watched.so_far(end);
    (watched.say)(&RunNews::Ended(Box::new(ended)));
}

fn refused(line: Option<usize>, cause: String, hint: String) -> Refusal {
    Refusal { line, cause, hint }
}

/// Why nothing is run.
enum Unrun {
    Refused(Refusal),
    /// It is so much that it has to be asked for.
    TooMuch(Estimate),
}

impl Unrun {
    /// The same where nobody can be asked.
    fn refusal(self) -> Refusal {
        match self {
            Unrun::Refused(refusal) => refusal,
            Unrun::TooMuch(estimate) => refused(
                None,
                format!("these are {:.0} requests", estimate.requests),
                "Let fewer come, or run them as a scenario.".to_owned(),
            ),
        }
    }
}

impl From<Refusal> for Unrun {
    fn from(refusal: Refusal) -> Unrun {
        Unrun::Refused(refusal)
    }
}

impl From<Unrun> for RunNews {
    fn from(unrun: Unrun) -> RunNews {
        match unrun {
            Unrun::Refused(refusal) => RunNews::Refused(refusal),
            Unrun::TooMuch(estimate) => RunNews::TooMuch {
                requests: estimate.requests,
                seconds: estimate.seconds(),
            },
        }
    }
}

fn prepared(order: &RunOrder) -> Result<(AnyFile, PriceBook), Unrun> {
    let none = |_: &str| Err("there are no files here".to_owned());
    let file = read_any(&order.text, none)
        .map_err(|error| refused(error.line(), error.to_string(), error.hint()))?;
    let book = PriceBook::parse(&order.prices)
        .map_err(|error| refused(None, error.to_string(), error.hint()))?;
    let estimate = match &file {
        AnyFile::Functions(file) => file.scenario.estimate(),
        AnyFile::Service(file) => file.plan.estimate(),
        AnyFile::Sides(file) => file.plan.estimate(),
    };
    match estimate.is_large() && !order.however_large {
        true => Err(Unrun::TooMuch(estimate)),
        false => Ok((file, book)),
    }
}

/// Counts, cuts into stretches, and says so at a pace.
struct Watched<'a, Now, Say> {
    figures: Figures,
    cutter: Cutter,
    facts: u32,
    said: Span,
    begun: Span,
    file: &'a ScenarioFile,
    book: &'a PriceBook,
    now: Now,
    say: Say,
}

impl<Now: Fn() -> Span, Say: FnMut(&RunNews)> Watched<'_, Now, Say> {
    fn so_far(&self, at: Moment) -> SoFar {
        let scenario = &self.file.scenario;
        let usage = self.figures.usage(self.book);
        let bill = bill(self.book, &usage, &Usage::default(), FreeTier::Off);
        SoFar {
            name: self.file.name.clone(),
            about: self.file.about.clone(),
            seed: scenario.seed.0,
            at: at.since(Moment::START).min(scenario.length),
            length: scenario.length,
            taken: (self.now)().saturating_sub(self.begun),
            headline: self.figures.so_far(at),
            series: self.cutter.series().clone(),
            cost: Cost {
                requests: bill.requests().decimal(DECIMALS),
                compute: bill.compute().decimal(DECIMALS),
                provisioned: bill.provisioned().decimal(DECIMALS),
                ephemeral_storage: bill.ephemeral_storage().decimal(DECIMALS),
                total: bill.total().decimal(DECIMALS),
                source: format!("{}, read {}", self.book.region, self.book.date),
            },
        }
    }

    /// Kept out of what runs for each fact.
    #[cold]
    fn look(&mut self, at: Moment) {
        let now = (self.now)();
        if now.saturating_sub(self.said) >= PAUSE {
            self.said = now;
            let so_far = self.so_far(at);
            (self.say)(&RunNews::Going(Box::new(so_far)));
        }
    }
}

impl<Now: Fn() -> Span, Say: FnMut(&RunNews)> Sink for Watched<'_, Now, Say> {
    #[inline]
    fn fact(&mut self, at: Moment, fact: &LifecycleEvent) {
        self.cutter.reach(at, &self.figures);
        self.figures.fact(at, fact);
        self.cutter.happened(&self.figures);
        self.facts = self.facts.wrapping_add(1);
        if self.facts.is_multiple_of(FACTS_A_LOOK) {
            self.look(at);
        }
    }
}
