//! What must be known of a module before it is rewritten.

use super::added::Counts;
use super::charges::{Charges, Payer};
use super::flow::Flow;
use super::state::State;
use super::{MeterError, RESERVED_PREFIX, malformed};
use crate::sandbox::inspect::ACCEPTED;
use wasmparser::{
    CompositeInnerType, ConstExpr, ElementItems, ElementKind, Encoding, ExternalKind, FunctionBody,
    Operator, Parser, Payload, TypeRef, ValType,
};

/// Bodies of more bytes are not looked at for whether callers could pay for them.
const MAX_SMALL_BODY: u64 = 512;

/// What the rewriting needs to know beforehand.
#[derive(Default)]
pub(super) struct Outline<'a> {
    pub(super) counts: Counts,
    pub(super) has_memory: bool,
    pub(super) start: Option<u32>,
    pub(super) types: Vec<Shape>,
    /// Each function's type.
    pub(super) type_of: Vec<u32>,
    /// Of the module's own functions.
    pub(super) bodies: Vec<FunctionBody<'a>>,
    pub(super) state: State,
    /// Functions that may be called otherwise than by their index.
    exposed: Vec<u32>,
}

/// What a function's type is to the rewriting.
#[derive(Clone, Default)]
pub(super) struct Shape {
    pub(super) parameters: u32,
    pub(super) results: Vec<ValType>,
}

/// A part of the module's bytes.
pub(super) fn part(wasm: &[u8], from: usize, to: usize) -> Result<&[u8], MeterError> {
    wasm.get(from..to)
        .ok_or_else(|| malformed("it is cut off", from as u64))
}

impl<'a> Outline<'a> {
    pub(super) fn read(wasm: &'a [u8]) -> Result<Self, MeterError> {
        let mut outline = Outline::default();
        let mut parser = Parser::new(0);
        parser.set_features(ACCEPTED);
        for payload in parser.parse_all(wasm) {
            outline.add(payload?)?;
        }
        let own = outline.type_of.len() - outline.counts.imported_functions as usize;
        if own != outline.bodies.len() {
            return Err(malformed("functions without code", wasm.len() as u64));
        }
        outline.state.read(&outline.bodies)?;
        Ok(outline)
    }

    fn add(&mut self, payload: Payload<'a>) -> Result<(), MeterError> {
        match payload {
            Payload::Version {
                encoding: Encoding::Component,
                ..
            } => return Err(malformed("a component", 0)),
            Payload::TypeSection(section) => {
                for group in section {
                    for ty in group?.types() {
                        self.types.push(match &ty.composite_type.inner {
                            CompositeInnerType::Func(ty) => Shape {
                                parameters: ty.params().len() as u32,
                                results: ty.results().to_vec(),
                            },
                            _ => Shape::default(),
                        });
                    }
                }
                self.counts.types = self.types.len() as u32;
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    match import?.ty {
                        TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
                            self.type_of.push(ty);
                            self.counts.imported_functions += 1;
                        }
                        TypeRef::Global(_) => self.counts.globals += 1,
                        TypeRef::Memory(_) => return Err(MeterError::UnsupportedMemory),
                        TypeRef::Table(_) | TypeRef::Tag(_) => {}
                    }
                }
                self.counts.functions = self.counts.imported_functions;
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    self.type_of.push(ty?);
                }
                self.counts.functions = self.type_of.len() as u32;
            }
            Payload::TableSection(_) => self.state.table(),
            Payload::MemorySection(section) => {
                for memory in section {
                    let memory = memory?;
                    let plain =
                        !memory.memory64 && !memory.shared && memory.page_size_log2.is_none();
                    if self.has_memory || !plain {
                        return Err(MeterError::UnsupportedMemory);
                    }
                    self.has_memory = true;
                }
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    let global = global?;
                    self.expose_in(&global.init_expr)?;
                    self.state.global(self.counts.globals, global.ty);
                    self.counts.globals += 1;
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if export.name.starts_with(RESERVED_PREFIX) {
                        return Err(MeterError::ReservedExport(export.name.to_owned()));
                    }
                    if matches!(export.kind, ExternalKind::Func | ExternalKind::FuncExact) {
                        self.state.export(export.name);
                        self.exposed.push(export.index);
                    }
                }
            }
            Payload::StartSection { func, .. } => {
                self.start = Some(func);
                self.exposed.push(func);
            }
            Payload::ElementSection(section) => {
                for element in section {
                    let element = element?;
                    if let ElementKind::Active { offset_expr, .. } = &element.kind {
                        self.expose_in(offset_expr)?;
                    }
                    match element.items {
                        ElementItems::Functions(functions) => {
                            for function in functions {
                                self.exposed.push(function?);
                            }
                        }
                        ElementItems::Expressions(_, expressions) => {
                            for expression in expressions {
                                self.expose_in(&expression?)?;
                            }
                        }
                    }
                }
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            _ => {}
        }
        Ok(())
    }

    fn expose_in(&mut self, expression: &ConstExpr<'_>) -> Result<(), MeterError> {
        for operator in expression.get_operators_reader() {
            if let Operator::RefFunc { function_index } = operator? {
                self.exposed.push(function_index);
            }
        }
        Ok(())
    }

    /// A function's type.
    pub(super) fn shape(&self, function: u32) -> Result<&Shape, MeterError> {
        let ty = self.type_of.get(function as usize);
        ty.and_then(|ty| self.types.get(*ty as usize))
            .ok_or_else(|| malformed("a function without a type", 0))
    }

    /// The module's own functions: index and body.
    pub(super) fn own(&self) -> impl Iterator<Item = (u32, &FunctionBody<'a>)> {
        (self.counts.imported_functions..).zip(&self.bodies)
    }

    /// Who pays for each function. One that is reached through a table, a reference or an export
    /// pays for itself.
    pub(super) fn payers(&self) -> Result<Vec<Payer>, MeterError> {
        let mut payers = vec![Payer::Itself; self.type_of.len()];
        for it in payers
            .iter_mut()
            .take(self.counts.imported_functions as usize)
        {
            *it = Payer::CallersOfHost;
        }
        let mut exposed = vec![false; self.type_of.len()];
        for function in &self.exposed {
            if let Some(it) = exposed.get_mut(*function as usize) {
                *it = true;
            }
        }
        let mut waiting = Vec::new();
        for (function, body) in self.own() {
            let range = body.range();
            let is_exposed = exposed.get(function as usize).copied().unwrap_or(true);
            if !is_exposed && range.end - range.start <= MAX_SMALL_BODY {
                let mut flow = Flow::default();
                flow.read(body, None)?;
                waiting.push((function, flow));
            }
        }
        // A function is known once those that it calls are; each call costs something, so that no
        // chain of small functions is long. What calls itself never is.
        let mut charges = Charges::default();
        loop {
            let before = waiting.len();
            waiting.retain(|(function, flow)| {
                let Some(fuel) = charges.small(flow, &payers) else {
                    return true;
                };
                if let Some(it) = payers.get_mut(*function as usize) {
                    *it = Payer::Callers(fuel);
                }
                false
            });
            if waiting.len() == before {
                return Ok(payers);
            }
        }
    }
}
