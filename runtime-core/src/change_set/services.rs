//! The services of a template as scenarios: nothing of a session is changed by them.

#[cfg(feature = "templates")]
use super::TemplateFault;
use super::{Field, Order, Remark};
use crate::template::ServiceScenario;
use crate::units::OrderedMap;
use serde::{Deserialize, Serialize};

/// What the template worker is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TemplateOrder {
    /// What importing a template would change; answered with a [`ChangeSet`](super::ChangeSet), or why not.
    ChangeSet(Box<Order>),
    /// What its services come to; answered with [`TemplateServices`], or why not.
    Services(ServicesOrder),
}

/// A template whose services are wanted, and what it is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServicesOrder {
    /// The template's bytes.
    pub template: Vec<u8>,
    /// Values of parameters, by their names.
    pub parameters: OrderedMap<String, String>,
    /// What other stacks export, by the exports' names.
    pub imports: OrderedMap<String, String>,
}

/// What the services of a template come to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TemplateServices {
    /// One for each service, in the template's order; none if it has no service.
    pub services: Vec<ServiceScenario>,
    /// Parameters, and what other stacks have to export.
    pub fields: Vec<Field>,
    /// What was not taken over as it stands in the template.
    pub remarks: Vec<Remark>,
}

/// Reads the services of a template.
///
/// # Errors
///
/// If it is no template.
#[cfg(feature = "templates")]
pub fn services(order: &ServicesOrder) -> Result<TemplateServices, TemplateFault> {
    let inputs = super::inputs(&order.parameters, &order.imports);
    let read = crate::template::service_scenarios(&order.template, &inputs)?;
    let mut remarks: Vec<Remark> = super::fields::remarks(&read.notices).collect();
    remarks.sort();
    Ok(TemplateServices {
        services: read.services,
        fields: super::fields::of(&read.parameters, &read.needed, &read.notices),
        remarks,
    })
}
