//! Resources that need each other in a circle, which CloudFormation cannot create.

use super::super::document::At;
use super::super::log::Log;
use super::Found;
use std::collections::{BTreeMap, BTreeSet};

/// Takes resources that are part of a circle out, and says which circle.
pub(super) fn leave_out(found: &mut Vec<Found<'_>>, log: &Log) {
    let names: BTreeSet<&str> = found.iter().map(|it| it.logical).collect();
    let mut needs: BTreeMap<&str, Vec<(String, At)>> = BTreeMap::new();
    for resource in found.iter() {
        let mut pointed = resource.depends.clone();
        match resource.kind {
            // What a function's Events point at is needed by other resources that SAM makes of them.
            "AWS::Serverless::Function" => {
                if let super::Value::Map(entries) = &resource.properties.value {
                    let own = entries.iter().filter(|entry| entry.key != "Events");
                    own.for_each(|entry| entry.value.pointers(&mut pointed));
                }
            }
            _ => resource.properties.pointers(&mut pointed),
        }
        pointed.retain(|(name, _)| names.contains(name.as_str()));
        needs.insert(resource.logical, pointed);
    }
    let circular = circles(&needs);
    found.retain(|resource| {
        let Some(circle) = circular.iter().find(|it| it.contains(&resource.logical)) else {
            return true;
        };
        let own = needs.get(resource.logical).into_iter().flatten();
        let into = own
            .into_iter()
            .find(|(name, _)| circle.contains(&name.as_str()));
        let at = into.map_or(resource.at, |(_, at)| *at);
        let why = format!(
            "Circular dependency between resources: [{}]",
            circle.join(", ")
        );
        log.refused(at, &resource.path(), why);
        false
    });
}

/// Groups of resources each of which needs all the others: Tarjan's strongly connected components, with
/// a stack of its own, since a chain may be as long as a template.
fn circles<'a>(needs: &BTreeMap<&'a str, Vec<(String, At)>>) -> Vec<Vec<&'a str>> {
    let names: Vec<&'a str> = needs.keys().copied().collect();
    let place = |name: &str| names.binary_search(&name).ok();
    let edges: Vec<Vec<usize>> = needs
        .values()
        .map(|all| all.iter().filter_map(|(name, _)| place(name)).collect())
        .collect();
    let count = names.len();
    let (mut index, mut low) = (vec![usize::MAX; count], vec![usize::MAX; count]);
    let (mut on_stack, mut stack) = (vec![false; count], Vec::new());
    let mut next = 0;
    let mut found = Vec::new();
    for start in 0..count {
        if index[start] != usize::MAX {
            continue;
        }
        let mut walk = vec![(start, 0)];
        while let Some((node, step)) = walk.pop() {
            if step == 0 {
                index[node] = next;
                low[node] = next;
                next += 1;
                stack.push(node);
                on_stack[node] = true;
            }
            if let Some(to) = edges[node].get(step).copied() {
                walk.push((node, step + 1));
                if index[to] == usize::MAX {
                    walk.push((to, 0));
                } else if on_stack[to] {
                    low[node] = low[node].min(index[to]);
                }
                continue;
            }
            if low[node] == index[node] {
                let mut group = Vec::new();
                while let Some(member) = stack.pop() {
                    on_stack[member] = false;
                    group.push(member);
                    if member == node {
                        break;
                    }
                }
                if group.len() > 1 || edges[node].contains(&node) {
                    group.sort_unstable();
                    found.push(group.into_iter().map(|it| names[it]).collect());
                }
            }
            if let Some((parent, _)) = walk.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
        }
    }
    found
}
