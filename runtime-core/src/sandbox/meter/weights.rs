//! What each class of instruction costs, in fuel.
//!
//! One unit of fuel is one simple integer instruction. **Model choice**: AWS publishes nothing of
//! the kind, and no table can be right for every processor. The relations are those of throughput
//! in compiled code.

use wasmparser::Operator;

/// What leaves no instruction behind once a module is compiled: constants, locals, structure.
const FREE: u32 = 0;
/// Integer and bitwise arithmetic, comparisons, conversions between integers, selection, globals.
const SIMPLE: u32 = 1;
/// A conditional branch or an `if`, with a share of the mispredicted ones.
const BRANCH: u32 = 2;
/// A jump through a table.
const BRANCH_TABLE: u32 = 5;
/// A load; nearly all find their bytes in the first cache.
const LOAD: u32 = 2;
/// A store.
const STORE: u32 = 2;
/// An integer multiplication.
const MULTIPLY: u32 = 2;
/// An integer division or remainder.
const DIVIDE: u32 = 10;
/// Float addition, subtraction, multiplication, comparison, rounding, conversion.
const FLOAT: u32 = 2;
/// Float division and square root.
const FLOAT_DIVIDE: u32 = 8;
/// A SIMD instruction of any kind.
const SIMD: u32 = 2;
/// A direct call and its return, and passing parameters.
const CALL: u32 = 4;
/// A call through a table: bounds, null and signature are checked.
const CALL_INDIRECT: u32 = 8;
/// `table.get`, `table.set`, `table.size`.
const TABLE: u32 = 3;
/// Throwing an exception: the engine unwinds the stack.
const THROW: u32 = 500;
/// The fixed part of an operation on a range of memory or of a table, or that drops a segment.
const RANGE: u32 = 20;
/// `memory.grow` and `table.grow`: the engine asks the operating system.
const GROW: u32 = 500;

/// What a function of the host does, the call aside: that of a cheap system call, about 100 ns. A
/// program that asks for the time until some time has passed gets on by it.
pub(super) const HOST_CALL: u32 = 200;

/// How many bytes of `memory.copy`, `memory.fill` or `memory.init` cost one unit, as a power of two.
pub(super) const BYTES_PER_UNIT_LOG2: i64 = 4;
/// How many table entries of `table.copy`, `table.fill` or `table.init` cost one unit, likewise.
pub(super) const ENTRIES_PER_UNIT_LOG2: i64 = 0;

/// The fuel that an instruction costs; for those on ranges the fixed part.
pub(super) fn of(operator: &Operator<'_>) -> u32 {
    use Operator as O;
    match operator {
        O::Unreachable
        | O::Nop
        | O::Block { .. }
        | O::Loop { .. }
        | O::TryTable { .. }
        | O::Else
        | O::End
        | O::Drop
        | O::LocalGet { .. }
        | O::LocalSet { .. }
        | O::LocalTee { .. }
        | O::I32Const { .. }
        | O::I64Const { .. }
        | O::F32Const { .. }
        | O::F64Const { .. }
        | O::V128Const { .. }
        | O::RefNull { .. }
        | O::RefFunc { .. }
        | O::I32ReinterpretF32
        | O::I64ReinterpretF64
        | O::F32ReinterpretI32
        | O::F64ReinterpretI64
        | O::I32WrapI64
        | O::I64ExtendI32U => FREE,

        O::If { .. } | O::BrIf { .. } => BRANCH,
        O::BrTable { .. } => BRANCH_TABLE,
        O::Call { .. } | O::ReturnCall { .. } => CALL,
        O::CallIndirect { .. } | O::ReturnCallIndirect { .. } => CALL_INDIRECT,
        O::Throw { .. } | O::ThrowRef => THROW,

        O::I32Load { .. }
        | O::I64Load { .. }
        | O::F32Load { .. }
        | O::F64Load { .. }
        | O::I32Load8S { .. }
        | O::I32Load8U { .. }
        | O::I32Load16S { .. }
        | O::I32Load16U { .. }
        | O::I64Load8S { .. }
        | O::I64Load8U { .. }
        | O::I64Load16S { .. }
        | O::I64Load16U { .. }
        | O::I64Load32S { .. }
        | O::I64Load32U { .. } => LOAD,
        O::I32Store { .. }
        | O::I64Store { .. }
        | O::F32Store { .. }
        | O::F64Store { .. }
        | O::I32Store8 { .. }
        | O::I32Store16 { .. }
        | O::I64Store8 { .. }
        | O::I64Store16 { .. }
        | O::I64Store32 { .. } => STORE,

        O::I32Mul | O::I64Mul => MULTIPLY,
        O::I32DivS
        | O::I32DivU
        | O::I32RemS
        | O::I32RemU
        | O::I64DivS
        | O::I64DivU
        | O::I64RemS
        | O::I64RemU => DIVIDE,
        O::F32Div | O::F64Div | O::F32Sqrt | O::F64Sqrt => FLOAT_DIVIDE,
        O::F32Eq
        | O::F32Ne
        | O::F32Lt
        | O::F32Gt
        | O::F32Le
        | O::F32Ge
        | O::F64Eq
        | O::F64Ne
        | O::F64Lt
        | O::F64Gt
        | O::F64Le
        | O::F64Ge
        | O::F32Abs
        | O::F32Neg
        | O::F32Ceil
        | O::F32Floor
        | O::F32Trunc
        | O::F32Nearest
        | O::F32Add
        | O::F32Sub
        | O::F32Mul
        | O::F32Min
        | O::F32Max
        | O::F32Copysign
        | O::F64Abs
        | O::F64Neg
        | O::F64Ceil
        | O::F64Floor
        | O::F64Trunc
        | O::F64Nearest
        | O::F64Add
        | O::F64Sub
        | O::F64Mul
        | O::F64Min
        | O::F64Max
        | O::F64Copysign
        | O::I32TruncF32S
        | O::I32TruncF32U
        | O::I32TruncF64S
        | O::I32TruncF64U
        | O::I64TruncF32S
        | O::I64TruncF32U
        | O::I64TruncF64S
        | O::I64TruncF64U
        | O::I32TruncSatF32S
        | O::I32TruncSatF32U
        | O::I32TruncSatF64S
        | O::I32TruncSatF64U
        | O::I64TruncSatF32S
        | O::I64TruncSatF32U
        | O::I64TruncSatF64S
        | O::I64TruncSatF64U
        | O::F32ConvertI32S
        | O::F32ConvertI32U
        | O::F32ConvertI64S
        | O::F32ConvertI64U
        | O::F64ConvertI32S
        | O::F64ConvertI32U
        | O::F64ConvertI64S
        | O::F64ConvertI64U
        | O::F32DemoteF64
        | O::F64PromoteF32 => FLOAT,

        O::TableGet { .. } | O::TableSet { .. } | O::TableSize { .. } => TABLE,
        O::MemoryCopy { .. }
        | O::MemoryFill { .. }
        | O::MemoryInit { .. }
        | O::DataDrop { .. }
        | O::TableCopy { .. }
        | O::TableFill { .. }
        | O::TableInit { .. }
        | O::ElemDrop { .. } => RANGE,
        O::MemoryGrow { .. } | O::TableGrow { .. } => GROW,

        O::Br { .. }
        | O::Return
        | O::Select
        | O::TypedSelect { .. }
        | O::GlobalGet { .. }
        | O::GlobalSet { .. }
        | O::MemorySize { .. }
        | O::RefIsNull
        | O::I32Eqz
        | O::I32Eq
        | O::I32Ne
        | O::I32LtS
        | O::I32LtU
        | O::I32GtS
        | O::I32GtU
        | O::I32LeS
        | O::I32LeU
        | O::I32GeS
        | O::I32GeU
        | O::I64Eqz
        | O::I64Eq
        | O::I64Ne
        | O::I64LtS
        | O::I64LtU
        | O::I64GtS
        | O::I64GtU
        | O::I64LeS
        | O::I64LeU
        | O::I64GeS
        | O::I64GeU
        | O::I32Clz
        | O::I32Ctz
        | O::I32Popcnt
        | O::I32Add
        | O::I32Sub
        | O::I32And
        | O::I32Or
        | O::I32Xor
        | O::I32Shl
        | O::I32ShrS
        | O::I32ShrU
        | O::I32Rotl
        | O::I32Rotr
        | O::I64Clz
        | O::I64Ctz
        | O::I64Popcnt
        | O::I64Add
        | O::I64Sub
        | O::I64And
        | O::I64Or
        | O::I64Xor
        | O::I64Shl
        | O::I64ShrS
        | O::I64ShrU
        | O::I64Rotl
        | O::I64Rotr
        | O::I64ExtendI32S
        | O::I32Extend8S
        | O::I32Extend16S
        | O::I64Extend8S
        | O::I64Extend16S
        | O::I64Extend32S => SIMPLE,

        // What is left of the accepted proposals.
        _ => SIMD,
    }
}
