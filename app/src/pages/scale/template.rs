//! A template of CloudFormation or SAM whose services become scenarios: it is read as soon as it is there, and a
//! service that is taken stands in the text.

use super::lab::Lab;
use crate::browser::files::{self, File};
use crate::browser::templates::{TemplateReader, Unread};
use crate::widgets::{DropZone, TemplateField, TemplateRemarks};
use leptos::prelude::*;
use leptos::task::spawn_local;
use runtime_core::change_set::{
    Field, FieldKind, ServicesOrder, TEMPLATE_ENDINGS, TemplateServices,
};
use runtime_core::template::ServiceScenario;
use runtime_core::units::OrderedMap;
use std::rc::Rc;

/// A larger file is not even read: templates are far smaller, and the worker says what is too large for one.
const MOST_BYTES: f64 = 10e6;

/// Where a template stands.
#[derive(Clone, Debug, Default, PartialEq)]
enum Stage {
    /// There is none.
    #[default]
    None,
    /// The worker has it.
    Reading,
    Read(TemplateServices),
    Unread(Unread),
    /// The file could not be read: why.
    NoFile(String),
}

/// A service that was taken into the text.
#[derive(Clone, Debug, PartialEq)]
struct Taken {
    service: ServiceScenario,
    /// What stood there before.
    before: String,
}

/// A template, what it is given, and what it came to.
#[derive(Clone, Copy)]
struct Desk {
    lab: Lab,
    reader: StoredValue<TemplateReader<TemplateServices>, LocalStorage>,
    name: RwSignal<String>,
    template: StoredValue<Rc<[u8]>, LocalStorage>,
    given: RwSignal<OrderedMap<(FieldKind, String), String>>,
    stage: RwSignal<Stage>,
    /// The service that was taken.
    taken: RwSignal<Option<Taken>>,
    /// Counts questions: only the answer to the last one is shown.
    asked: StoredValue<u32>,
}

impl Desk {
    fn new(lab: Lab) -> Self {
        Desk {
            lab,
            reader: StoredValue::new_local(TemplateReader::default()),
            name: RwSignal::default(),
            template: StoredValue::new_local(Rc::from(Vec::new())),
            given: RwSignal::new(OrderedMap::new()),
            stage: RwSignal::default(),
            taken: RwSignal::default(),
            asked: StoredValue::new(0),
        }
    }

    /// Takes the first of these files that is a template by its name, or else the first.
    fn take_files(self, files: Vec<File>) {
        let is_template = |it: &File| runtime_core::change_set::is_template(&it.name());
        let place = files.iter().position(is_template).unwrap_or_default();
        let Some(file) = files.into_iter().nth(place) else {
            return;
        };
        self.name.set(file.name());
        self.given.set(OrderedMap::new());
        self.taken.set(None);
        self.stage.set(Stage::Reading);
        if file.size() > MOST_BYTES {
            return self
                .stage
                .set(Stage::NoFile("it is too large for a template".to_owned()));
        }
        spawn_local(async move {
            match files::read(&file).await {
                Ok(bytes) => {
                    drop(self.template.try_set_value(bytes.into()));
                    self.ask();
                }
                Err(reason) => drop(self.stage.try_set(Stage::NoFile(reason))),
            }
        });
    }

    /// Has it read with what it is given now.
    fn ask(self) {
        let of = |wanted: FieldKind| {
            self.given.with_untracked(|given| {
                let of_kind = given.iter().filter(|((kind, _), _)| *kind == wanted);
                of_kind
                    .map(|((_, name), value)| (name.clone(), value.clone()))
                    .collect::<Vec<_>>()
            })
        };
        let mut order = ServicesOrder {
            template: self.template.get_value().to_vec(),
            ..ServicesOrder::default()
        };
        for (name, value) in of(FieldKind::Parameter) {
            order.parameters.insert(name, value);
        }
        for (name, value) in of(FieldKind::Import) {
            order.imports.insert(name, value);
        }
        self.asked.update_value(|asked| *asked += 1);
        let number = self.asked.get_value();
        let reader = self.reader.get_value();
        spawn_local(async move {
            let answer = reader.read(order).await;
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            self.stage.set(match answer {
                Ok(read) => Stage::Read(read),
                Err(unread) => Stage::Unread(unread),
            });
            self.take_what_is_clear();
        });
    }

    /// A template with one service, and nothing to fill in, leaves nothing to choose. What was taken before it was
    /// given something else is taken again, unless somebody has changed it.
    fn take_what_is_clear(self) {
        let taken = self.taken.get_untracked();
        let found = self.stage.with_untracked(|stage| {
            let Stage::Read(read) = stage else {
                return None;
            };
            let clear = read.fields.iter().all(|it| it.fault.is_none());
            match (&taken, &read.services[..]) {
                (Some(taken), services) => {
                    let is_it = |it: &&ServiceScenario| it.logical_id == taken.service.logical_id;
                    services.iter().find(is_it).cloned()
                }
                (None, [only]) if clear => Some(only.clone()),
                (None, _) => None,
            }
        });
        let untouched = taken.is_none_or(|taken| {
            let text = self.lab.text;
            text.with_untracked(|text| *text == taken.service.text)
        });
        if let Some(service) = found
            && untouched
        {
            self.take(service);
        }
    }

    /// Puts a service into the text. What stood there before the template can be had back.
    fn take(self, service: ServiceScenario) {
        let before = self.taken.with_untracked(|taken| match taken {
            Some(taken) => taken.before.clone(),
            None => self.lab.text.get_untracked(),
        });
        self.lab.write(service.text.clone());
        self.taken.set(Some(Taken { service, before }));
    }

    fn give_back(self) {
        if let Some(taken) = self.taken.get_untracked() {
            self.lab.write(taken.before);
            self.taken.set(None);
        }
    }

    /// What it came to last.
    fn read<T>(self, of: impl FnOnce(&TemplateServices) -> T) -> Option<T> {
        self.stage.with(|stage| match stage {
            Stage::Read(read) => Some(of(read)),
            _ => None,
        })
    }
}

/// The place where templates are dropped, and what the last one came to.
#[component]
pub(super) fn TemplatePanel(lab: Lab) -> impl IntoView {
    let desk = Desk::new(lab);
    let fault = move || match desk.stage.get() {
        Stage::None | Stage::Read(_) => ().into_any(),
        Stage::Reading => view! { <p class="muted" role="status">"Reading it…"</p> }.into_any(),
        Stage::NoFile(reason) => fault(
            format!("The file could not be read: {reason}."),
            String::new(),
        ),
        Stage::Unread(Unread::Fault(it)) => fault(format!("This is no template: {it}."), it.hint),
        Stage::Unread(Unread::Broken(reason)) => fault(
            format!("It could not be read: {reason}."),
            "Drop it again; if it stays so, load the page again.".to_owned(),
        ),
    };
    let is_read = Memo::new(move |_| desk.read(|_| ()).is_some());
    view! {
        <details class="facts form-group template-services" data-testid="services-of-template">
            <summary><b>"From a CloudFormation or SAM template"</b></summary>
            <DropZone
                label="Drop a template with services of ECS here, or choose one"
                accept=TEMPLATE_ENDINGS.join(",")
                on_files=Callback::new(move |files| desk.take_files(files))
            />
            {fault}
            <Show when=move || is_read.get()>
                <CameTo desk />
            </Show>
        </details>
    }
}

fn fault(cause: String, hint: String) -> AnyView {
    view! {
        <div class="advice" role="alert" data-testid="services-fault">
            <p class="field-error">{cause}</p>
            <p>{hint}</p>
        </div>
    }
    .into_any()
}

#[component]
fn CameTo(desk: Desk) -> impl IntoView {
    let services = Memo::new(move |_| desk.read(|it| it.services.clone()).unwrap_or_default());
    let fields = Memo::new(move |_| desk.read(|it| it.fields.clone()).unwrap_or_default());
    let remarks = Memo::new(move |_| desk.read(|it| it.remarks.clone()).unwrap_or_default());
    let said = move || {
        let file = desk.name.get();
        match (desk.taken.get(), services.with(Vec::len)) {
            (Some(Taken { service, .. }), _) => format!(
                "{} of {file} stands below, as a form and as text. What comes and how long it takes no template says: these lines are marked.",
                service.logical_id
            ),
            (None, 1) => format!("Fill in what {file} asks for, or take its service as it is."),
            (None, count) => format!("{file} has {count} services: take one."),
        }
    };
    let take = move |service: ServiceScenario| {
        let (own, name) = (service.logical_id.clone(), service.logical_id.clone());
        let is_taken = move || {
            let taken = desk.taken.get();
            taken.is_some_and(|it| it.service.logical_id == own)
        };
        view! {
            <button
                class="button button-small"
                data-testid=format!("take-{name}")
                aria-pressed=move || is_taken().to_string()
                on:click=move |_| desk.take(service.clone())
            >
                {format!("Take {name}")}
            </button>
        }
    };
    let nothing = move || {
        services.with(Vec::is_empty).then(|| {
            fault(
                "There is no service in it: no AWS::ECS::Service.".to_owned(),
                "Functions, queues and what else a template has are for the Playground: drop it there.".to_owned(),
            )
        })
    };
    view! {
        {nothing}
        <Show when=move || services.with(|it| !it.is_empty())>
            <p role="status" data-testid="services-said">{said}</p>
            <div class="queue-form template-fields">
                <For
                    each=move || fields.get()
                    key=|field| (field.kind, field.name.clone())
                    children=move |field| view! { <GivenField desk field fields /> }
                />
            </div>
            <div class="row">
                {move || services.get().into_iter().map(take).collect_view()}
                <Show when=move || desk.taken.with(Option::is_some)>
                    <button class="button button-small" data-testid="services-back" on:click=move |_| desk.give_back()>
                        "Back to what stood here"
                    </button>
                </Show>
            </div>
        </Show>
        {move || view! { <TemplateRemarks remarks=remarks.get() /> }}
    }
}

/// A parameter or an import. A change has the template read once more.
#[component]
fn GivenField(desk: Desk, field: Field, fields: Memo<Vec<Field>>) -> impl IntoView {
    let key = (field.kind, field.name.clone());
    let (own, wanted) = (key.clone(), key.clone());
    let value = Signal::derive(move || desk.given.with(|given| given.get(&own).cloned()));
    let fill_in = Callback::new(move |value: String| {
        desk.given
            .update(|given| drop(given.insert(key.clone(), value)));
        desk.ask();
    });
    let now = Memo::new(move |_| {
        fields.with(|fields| {
            let is_it = |it: &&Field| (it.kind, &it.name) == (wanted.0, &wanted.1);
            fields.iter().find(is_it).cloned()
        })
    });
    view! { <TemplateField field now value fill_in /> }
}
