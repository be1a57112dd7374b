//! ES modules: QuickJS asks where one is and what it holds, and JavaScript answers
//! (`js/internal/esm.js`), because `require` needs the same answers.

use crate::hooks::{Hook, Hooks};
use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{Ctx, Module, Object, Result, Value};

impl Resolver for Hooks {
    fn resolve<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        base: &str,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        let resolve = self.function(ctx, Hook::Resolve)?;
        resolve.call((name, base))
    }
}

impl Loader for Hooks {
    /// The answer is `{ source }` of an ES module, or `{ exports, names }` of what has none: then a
    /// module is made that takes its exports from `import.meta`.
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        attributes: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        let load = self.function(ctx, Hook::Load)?;
        let kind = attributes.map(|all| all.get_type()).transpose()?.flatten();
        let answer: Object = load.call((name, kind))?;
        let module = match answer.get::<_, Option<String>>("source")? {
            Some(source) => Module::declare(ctx.clone(), name, source)?,
            None => Module::declare(
                ctx.clone(),
                name,
                re_export(&answer.get::<_, Vec<String>>("names")?),
            )?,
        };
        let meta = module.meta()?;
        for property in answer.get::<_, Object>("meta")?.props::<String, Value>() {
            let (key, value) = property?;
            meta.set(key, value)?;
        }
        Ok(module)
    }
}

/// Source of a module that exports properties of `import.meta.exports`, and that as default.
fn re_export(names: &[String]) -> String {
    let mut source = String::from("const e = import.meta.exports; export default e;");
    for (index, name) in names.iter().enumerate() {
        source.push_str(&format!(
            "const _{index} = e.{name}; export {{ _{index} as {name} }};"
        ));
    }
    source
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_reserved_words_can_be_exported() {
        assert_eq!(
            re_export(&["class".to_owned()]),
            "const e = import.meta.exports; export default e;\
             const _0 = e.class; export { _0 as class };"
        );
    }
}
