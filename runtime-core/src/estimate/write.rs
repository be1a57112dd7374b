//! A plan -> a text that reads back to the same plan.

use super::plan::{EdgePlan, EstimatePlan, ExtraPlan, FunctionPlan, MONTH, TaskPlan};
use crate::billing::FreeTier;
use crate::timeline::{Architecture, CapacityProvider, INCLUDED_STORAGE, OperatingSystem};
use crate::units::Span;
use std::fmt::{Display, Write};

/// The version of files that is written and read.
pub(super) const VERSION: i64 = 1;

/// A plan as a file. Sizes of events and responses are written in whole KB, as files have them.
pub fn write(plan: &EstimatePlan) -> String {
    let mut text = Text(String::new());
    text.field("version", VERSION);
    if !plan.name.is_empty() {
        text.field("name", quoted(&plan.name));
    }
    if let Some(region) = &plan.region {
        text.field("region", quoted(region));
    }
    if plan.free_tier == FreeTier::Off {
        text.field("free_tier", false);
    }
    if !plan.init_billed {
        text.field("init_billed", false);
    }
    for it in &plan.functions {
        text.function(it);
    }
    for it in &plan.edge {
        text.edge(it);
    }
    for it in &plan.tasks {
        text.task(it);
    }
    if let Some(savings) = plan.savings_plan {
        text.table("[savings_plan]");
        text.field("commitment", quoted(&savings.commitment.to_string()));
        text.field("term", quoted(savings.term.name()));
    }
    for it in &plan.extras {
        text.extra(it);
    }
    text.0
}

struct Text(String);

impl Text {
    fn table(&mut self, name: &str) {
        self.0.push('\n');
        self.0.push_str(name);
        self.0.push('\n');
    }

    fn field(&mut self, name: &str, value: impl Display) {
        // A String takes everything.
        let _ = writeln!(self.0, "{name} = {value}");
    }

    fn function(&mut self, it: &FunctionPlan) {
        self.table("[[function]]");
        self.field("name", quoted(&it.name));
        self.field("requests", it.requests);
        self.field("duration", seconds(it.duration));
        self.field("memory", it.settings.memory.get());
        let storage = it.settings.ephemeral_storage.get();
        if storage != crate::platform::EPHEMERAL_STORAGE.start().get() {
            self.field("storage", storage);
        }
        self.architecture(it.settings.architecture);
        if it.cold_starts.requests > 0 || it.cold_starts.init > Span::ZERO {
            self.field("cold_starts", it.cold_starts.requests);
            self.field("init", seconds(it.cold_starts.init));
        }
        if it.event.get() > 0 {
            self.field("event_size", it.event.get() / 1_024);
        }
        if let Some(streamed) = it.streamed {
            self.table("[function.streamed]");
            self.field("requests", streamed.requests);
            self.field("size", streamed.size.get() / 1_024);
        }
        if let Some(provisioned) = it.provisioned {
            self.table("[function.provisioned]");
            self.field("environments", provisioned.environments);
            self.field("enabled", seconds(provisioned.enabled));
            self.field("requests", provisioned.requests);
            self.field("duration", seconds(provisioned.duration));
        }
        if let Some(snap_start) = it.snap_start {
            self.table("[function.snap_start]");
            self.field("kept", seconds(snap_start.kept));
            self.field("restores", snap_start.restores);
        }
    }

    fn edge(&mut self, it: &EdgePlan) {
        self.table("[[edge]]");
        self.field("name", quoted(&it.name));
        self.field("requests", it.requests);
        self.field("duration", seconds(it.duration));
        self.field("memory", it.memory.get());
    }

    fn task(&mut self, it: &TaskPlan) {
        self.table("[[task]]");
        self.field("name", quoted(&it.name));
        self.field("count", it.count);
        if it.runs != 1 {
            self.field("runs", it.runs);
        }
        if it.time != MONTH {
            self.field("time", seconds(it.time));
        }
        self.field("cpu", it.size.cpu.get());
        self.field("memory", it.size.memory.get());
        if it.storage != INCLUDED_STORAGE {
            self.field("storage", it.storage.get());
        }
        self.architecture(it.architecture);
        let switches = [
            ("windows", it.operating_system == OperatingSystem::Windows),
            ("spot", it.provider == CapacityProvider::FargateSpot),
            ("public_ip", it.public_ip),
        ];
        for (name, on) in switches {
            if on {
                self.field(name, true);
            }
        }
    }

    fn extra(&mut self, it: &ExtraPlan) {
        self.table("[[extra]]");
        self.field("what", quoted(&it.what));
        let quantity = format!("{}.{:03}", it.thousandths / 1_000, it.thousandths % 1_000);
        self.field(
            "quantity",
            quantity.trim_end_matches('0').trim_end_matches('.'),
        );
        if let Some(price) = it.price {
            self.field("price", quoted(&price.to_string()));
        }
    }

    fn architecture(&mut self, architecture: Architecture) {
        if architecture != Architecture::default() {
            self.field("architecture", quoted(architecture.name()));
        }
    }
}

/// Seconds, exactly: `0.12`.
fn seconds(time: Span) -> String {
    let nanos = time.as_nanos();
    let text = format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control.is_control() => {
                let _ = write!(quoted, "\\U{:08X}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
