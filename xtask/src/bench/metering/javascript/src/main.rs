//! Runs a JavaScript program on QuickJS and prints its value.

use rquickjs::{Context, Error, Runtime};

fn main() -> Result<(), Error> {
    let context = Context::full(&Runtime::new()?)?;
    let value: String = context.with(|ctx| ctx.eval(include_str!("work.js")))?;
    println!("{value}");
    Ok(())
}
