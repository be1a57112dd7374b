//! Conditions (CloudFormation template reference, "Condition functions").

use super::super::document::{Function, Node, NodeValue};
use super::super::log::Path;
use super::{LONGEST_CHAIN, Resolver, Value};

impl Resolver<'_> {
    /// Whether the condition of this name is true; `None` if that cannot be known, which the log or
    /// the list of what is needed explains.
    pub(crate) fn condition(&self, name: &str, path: &Path, node: &Node) -> Option<bool> {
        if let Some(decided) = self.decided.borrow().get(name) {
            return *decided;
        }
        let Some(condition) = self.conditions.get(name) else {
            let why = format!("Template format error: Unresolved condition dependency {name}.");
            self.log.refused(node.at, path, why);
            return None;
        };
        let chain = self.deciding.borrow().clone();
        if let Some(start) = chain.iter().position(|it| it == name) {
            let circle = chain.get(start..).unwrap_or_default().join(", ");
            let why =
                format!("Template error: Conditions refer to each other in a circle: [{circle}].");
            self.log.refused(node.at, path, why);
            return None;
        }
        if chain.len() >= LONGEST_CHAIN {
            let why = format!(
                "Template error: more than {LONGEST_CHAIN} conditions build on each other."
            );
            self.log.refused(node.at, path, why);
            return None;
        }
        self.deciding.borrow_mut().push(name.to_owned());
        let own = Path::of("Conditions").member(name);
        let decided = self.decide(condition, &own);
        self.deciding.borrow_mut().pop();
        self.decided.borrow_mut().insert(name.to_owned(), decided);
        decided
    }

    /// Whether a condition's expression is true.
    pub(super) fn decide(&self, node: &Node, path: &Path) -> Option<bool> {
        match &node.value {
            NodeValue::Call(function, argument) => self.decide_call(function, argument, path),
            // The long form.
            NodeValue::Map(members) if members.len() == 1 && node.get("Condition").is_some() => {
                let named = node.get("Condition")?;
                self.decide_call(&Function::Condition, named, path)
            }
            _ => {
                let why = "Template error: every condition is one of Fn::And, Fn::Equals, Fn::Not, Fn::Or and Condition.";
                self.log.refused(node.at, path, why);
                None
            }
        }
    }

    pub(super) fn decide_call(
        &self,
        function: &Function,
        argument: &Node,
        path: &Path,
    ) -> Option<bool> {
        let refused = |why: String| {
            self.log
                .refused(argument.at, path, format!("Template error: {why}."));
            None
        };
        if *function == Function::Condition {
            return match argument.text() {
                Some(name) => self.condition(name, path, argument),
                None => refused("Condition is given a condition's name".to_owned()),
            };
        }
        let NodeValue::List(items) = &argument.value else {
            return refused(format!("{function} is given a list"));
        };
        let each = || items.iter().map(|item| self.decide(item, path));
        match (function, items.as_slice()) {
            (Function::Equals, [left, right]) => {
                let (left, right) = (self.resolve(left, path), self.resolve(right, path));
                match (&left.value, &right.value) {
                    (Value::Unknown(_), _) | (_, Value::Unknown(_)) => None,
                    (Value::List(_) | Value::Map(_), _) | (_, Value::List(_) | Value::Map(_)) => {
                        Some(left.json() == right.json())
                    }
                    _ => Some(left.text() == right.text()),
                }
            }
            (Function::Not, [_]) => each().next().flatten().map(|flag| !flag),
            // "The minimum number of conditions that you can include is 2, and the maximum is 10."
            (Function::And, items) if (2..=10).contains(&items.len()) => {
                let each: Vec<_> = each().collect();
                match each.contains(&Some(false)) {
                    true => Some(false),
                    false => each.into_iter().collect::<Option<Vec<_>>>().map(|_| true),
                }
            }
            (Function::Or, items) if (2..=10).contains(&items.len()) => {
                let each: Vec<_> = each().collect();
                match each.contains(&Some(true)) {
                    true => Some(true),
                    false => each.into_iter().collect::<Option<Vec<_>>>().map(|_| false),
                }
            }
            (Function::Equals, _) => refused("Fn::Equals is given two values".to_owned()),
            (Function::Not, _) => refused("Fn::Not is given one condition".to_owned()),
            (Function::And | Function::Or, _) => {
                refused(format!("{function} is given two to ten conditions"))
            }
            (function, _) => refused(format!("{function} is no condition")),
        }
    }
}
