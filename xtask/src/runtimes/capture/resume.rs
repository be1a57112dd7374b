//! The module that goes on from a captured image.

use super::Start;
use super::image::Image;
use super::survey::Survey;
use anyhow::{Context, Result, anyhow};
use runtime_core::sandbox::meter::RESTORE_ENTRY;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ExportKind, ExportSection, Function, FunctionSection,
    GlobalSection, MemorySection, Module, TypeSection, ValType,
};
use wasmparser::{
    CodeSectionReader, DataSectionReader, ExportSectionReader, FunctionSectionReader,
    GlobalSectionReader, MemorySectionReader, Parser, TypeSectionReader,
};

/// Where in the mailbox the pointers to the environment variables go, bytes. Before them are the
/// number of variables and their size in bytes.
const POINTERS_AT: i32 = 8;
/// How many variables there is room for. AWS allows 4 KB of them.
const MOST_VARIABLES: i32 = 1024;
/// Where the variables themselves go.
const VARIABLES_AT: i32 = POINTERS_AT + 4 * MOST_VARIABLES;
/// The mailbox's size, bytes.
const MAILBOX_BYTES: i32 = 64 * 1024;

/// `tp_call` in `PyTypeObject` of CPython 3.12 on a 32-bit machine, bytes: the words before it are
/// the head (3), name, two sizes, dealloc, vectorcall_offset, getattr, setattr, as_async, repr,
/// as_number, as_sequence, as_mapping, hash.
const TP_CALL_AT: u32 = 4 * 16;
/// `ob_type` in `PyObject`, bytes.
const OB_TYPE_AT: u32 = 4;

/// The prepared interpreter with the image as its data and a `_start` that goes on.
///
/// # Errors
/// If the image does not hold what `start` needs.
pub fn resumed(prepared: &[u8], image: &Image, start: Start) -> Result<Vec<u8>> {
    let survey = Survey::of(prepared)?;
    let mut rewrite = Resume {
        start: start_function(&survey, image, start)?,
        survey: &survey,
        image,
        segments: image.segments(),
        restores: matches!(start, Start::PythonCall),
    };
    let mut module = Module::new();
    rewrite
        .parse_core_module(&mut module, Parser::new(0), prepared)
        .map_err(|error| anyhow!("{error}"))
        .context("the interpreter cannot be rewritten")?;
    Ok(module.finish())
}

/// `_start`: environment variables into the mailbox, then into the interpreter, for good.
fn start_function(survey: &Survey, image: &Image, start: Start) -> Result<Function> {
    let mailbox = image.mailbox()?;
    let at = |offset: i32| mailbox as i32 + offset;
    let mut function = Function::new([]);
    let mut code = function.instructions();
    code.i32_const(at(0))
        .i32_const(at(4))
        .call(survey.wasi("environ_sizes_get")?)
        .drop();
    // More than the mailbox holds must not overwrite what comes after it.
    for (word, most) in [(0, MOST_VARIABLES), (4, MAILBOX_BYTES - VARIABLES_AT)] {
        code.i32_const(at(word))
            .i32_load(word_at_zero())
            .i32_const(most)
            .i32_gt_u()
            .if_(wasm_encoder::BlockType::Empty)
            .unreachable()
            .end();
    }
    code.i32_const(at(POINTERS_AT))
        .i32_const(at(VARIABLES_AT))
        .call(survey.wasi("environ_get")?)
        .drop();
    match start {
        Start::PythonCall => {
            let callee = image.word(mailbox + 16)?;
            let arguments = image.word(mailbox + 20)?;
            let kind = image.word(callee + OB_TYPE_AT)?;
            code.i32_const(callee as i32)
                .i32_const(arguments as i32)
                .i32_const(0)
                .i32_const(image.word(kind + TP_CALL_AT)? as i32)
                .call_indirect(0, call_type(survey));
        }
        Start::RubyEval { export } => {
            let (text, length) = image.text.context("the capture names no text")?;
            code.i32_const(text as i32)
                .i32_const(length as i32)
                .call(survey.exported(export)?);
        }
    }
    // Both end the process themselves.
    code.drop().unreachable().end();
    Ok(function)
}

fn word_at_zero() -> wasm_encoder::MemArg {
    wasm_encoder::MemArg {
        offset: 0,
        align: 2,
        memory_index: 0,
    }
}

/// The index that the type of `tp_call` will have: the first after the module's own.
fn call_type(survey: &Survey) -> u32 {
    survey.types.len() as u32
}

struct Resume<'a> {
    survey: &'a Survey,
    image: &'a Image,
    segments: Vec<(u32, &'a [u8])>,
    start: Function,
    restores: bool,
}

impl Reencode for Resume<'_> {
    type Error = Infallible;

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: TypeSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_type_section(self, types, section)?;
        types.ty().function([ValType::I32; 3], [ValType::I32]);
        types.ty().function([], []);
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_function_section(self, functions, section)?;
        functions.function(call_type(self.survey) + 1);
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_code_section(self, code, section)?;
        code.function(&self.start);
        Ok(())
    }

    /// As large as it had grown.
    fn parse_memory_section(
        &mut self,
        memories: &mut MemorySection,
        section: MemorySectionReader<'_>,
    ) -> Result<(), Error> {
        for memory in section {
            let mut kind = self.memory_type(memory?)?;
            kind.minimum = self.image.pages();
            memories.memory(kind);
        }
        Ok(())
    }

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: GlobalSectionReader<'_>,
    ) -> Result<(), Error> {
        for (index, global) in (0..).zip(section) {
            let global = global?;
            let kind = self.global_type(global.ty)?;
            let value = match (self.image.global(index), kind.val_type) {
                (Some(value), ValType::I32) => ConstExpr::i32_const(value as i32),
                (Some(value), ValType::I64) => ConstExpr::i64_const(value),
                _ => self.const_expr(global.init_expr)?,
            };
            globals.global(kind, &value);
        }
        Ok(())
    }

    /// What a command exports. Everything else is only called from here.
    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        _: ExportSectionReader<'_>,
    ) -> Result<(), Error> {
        exports.export("memory", ExportKind::Memory, 0);
        exports.export("_start", ExportKind::Func, self.survey.functions());
        // Python goes on from a snapshot in the same way: its runtime knows whether it was captured.
        if self.restores {
            exports.export(RESTORE_ENTRY, ExportKind::Func, self.survey.functions());
        }
        Ok(())
    }

    fn data_count(&mut self, _: u32) -> Result<u32, Error> {
        Ok(self.survey.passive_data + self.segments.len() as u32)
    }

    /// The image. Passive segments, all empty, stay where instructions may name them.
    fn parse_data_section(
        &mut self,
        data: &mut DataSection,
        _: DataSectionReader<'_>,
    ) -> Result<(), Error> {
        for _ in 0..self.survey.passive_data {
            data.passive([]);
        }
        for (address, bytes) in &self.segments {
            data.active(
                0,
                &ConstExpr::i32_const(*address as i32),
                bytes.iter().copied(),
            );
        }
        Ok(())
    }
}
