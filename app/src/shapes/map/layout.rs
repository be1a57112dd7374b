//! Stations in layers, from left to right along the lines: what comes from somewhere stands to the
//! right of it, and lines cross as little as a few sweeps can arrange.

use super::card::{TALLEST, WIDTH};

/// Between two layers.
const ACROSS: f64 = 72.0;
/// Between two stations of a layer, however many marks they have.
const DOWN: f64 = 14.0;
/// How often the order in layers is improved.
const SWEEPS: usize = 12;

/// The upper left corners of `count` stations that these lines join, each from one station to another
/// by index. Lines that would go back do not count.
pub fn layout(count: usize, edges: &[(usize, usize)]) -> Vec<(f64, f64)> {
    let forward = without_circles(count, edges);
    let layers = ordered(&layered(count, &forward), &forward);
    let tops = tops(&layers, &forward, count);
    let mut corners = vec![(0.0, 0.0); count];
    for (layer, stations) in layers.iter().enumerate() {
        for &station in stations {
            if let (Some(corner), Some(top)) = (corners.get_mut(station), tops.get(station)) {
                *corner = (layer as f64 * (WIDTH + ACROSS), *top);
            }
        }
    }
    corners
}

/// The lines without those that close a circle.
fn without_circles(count: usize, edges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut kept: Vec<(usize, usize)> = Vec::new();
    for &(from, to) in edges {
        let inside = from < count && to < count && from != to;
        if inside && !kept.contains(&(from, to)) && !reaches(&kept, to, from) {
            kept.push((from, to));
        }
    }
    kept
}

fn reaches(edges: &[(usize, usize)], from: usize, to: usize) -> bool {
    let (mut next, mut seen) = (vec![from], vec![from]);
    while let Some(station) = next.pop() {
        if station == to {
            return true;
        }
        for &(_, ahead) in edges.iter().filter(|(tail, _)| *tail == station) {
            if !seen.contains(&ahead) {
                seen.push(ahead);
                next.push(ahead);
            }
        }
    }
    false
}

/// Each station's layer: right of everything before it; a source directly left of what it feeds.
fn layered(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut layers = vec![0_usize; count];
    // No way is longer than there are stations.
    for _ in 0..count {
        let mut moved = false;
        for &(from, to) in edges {
            let least = layers[from] + 1;
            if layers[to] < least {
                layers[to] = least;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    for station in 0..count {
        let fed = edges.iter().any(|(_, to)| *to == station);
        let ahead = edges.iter().filter(|(from, _)| *from == station);
        let nearest = ahead.map(|(_, to)| layers[*to]).min();
        if let (false, Some(nearest)) = (fed, nearest) {
            layers[station] = nearest.saturating_sub(1);
        }
    }
    layers
}

/// The stations of each layer from top to bottom.
fn ordered(layers: &[usize], edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let depth = layers.iter().max().map_or(0, |deepest| deepest + 1);
    let mut order = vec![Vec::new(); depth];
    for (station, layer) in layers.iter().enumerate() {
        order[*layer].push(station);
    }
    let mut best = (crossings(&order, edges), order.clone());
    for sweep in 0..SWEEPS {
        let ranks = ranks(&order, layers.len());
        for stations in &mut order {
            let wanted = |station: usize| {
                let beside = edges.iter().filter_map(|&(from, to)| match sweep % 2 {
                    0 => (to == station).then_some(from),
                    _ => (from == station).then_some(to),
                });
                mean(beside.map(|it| ranks[it])).unwrap_or(ranks[station])
            };
            stations.sort_by(|a, b| wanted(*a).total_cmp(&wanted(*b)));
        }
        let crossed = crossings(&order, edges);
        if crossed < best.0 {
            best = (crossed, order.clone());
        }
    }
    best.1
}

/// Where in its layer each station is, from 0 to 1.
fn ranks(order: &[Vec<usize>], count: usize) -> Vec<f64> {
    let mut ranks = vec![0.0; count];
    for stations in order {
        for (rank, station) in stations.iter().enumerate() {
            ranks[*station] = (rank as f64 + 0.5) / stations.len() as f64;
        }
    }
    ranks
}

fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = numbers.fold((0.0, 0.0), |(sum, count), it| (sum + it, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

/// How many pairs of lines cross.
fn crossings(order: &[Vec<usize>], edges: &[(usize, usize)]) -> usize {
    let count = order.iter().flatten().max().map_or(0, |most| most + 1);
    let ranks = ranks(order, count);
    let mut layer = vec![0; count];
    for (index, stations) in order.iter().enumerate() {
        for station in stations {
            layer[*station] = index;
        }
    }
    let mut crossed = 0;
    for (index, &(a, b)) in edges.iter().enumerate() {
        for &(c, d) in &edges[index + 1..] {
            let beside = layer[a] < layer[d] && layer[c] < layer[b];
            let (starts, ends) = (ranks[a] - ranks[c], ranks[b] - ranks[d]);
            crossed += usize::from(beside && starts * ends < 0.0);
        }
    }
    crossed
}

/// How far down each station is: beside the middle of what it is joined to, where there is room.
fn tops(layers: &[Vec<usize>], edges: &[(usize, usize)], count: usize) -> Vec<f64> {
    let pitch = TALLEST + DOWN;
    let mut tops = vec![0.0; count];
    for stations in layers {
        for (rank, station) in stations.iter().enumerate() {
            tops[*station] = (rank as f64 - (stations.len() as f64 - 1.0) / 2.0) * pitch;
        }
    }
    for sweep in 0..SWEEPS {
        let forth: Box<dyn Iterator<Item = &Vec<usize>>> = match sweep % 2 {
            0 => Box::new(layers.iter()),
            _ => Box::new(layers.iter().rev()),
        };
        for stations in forth {
            let wanted: Vec<f64> = stations
                .iter()
                .map(|&station| {
                    let beside = edges.iter().filter_map(|&(from, to)| match () {
                        () if to == station => Some(tops[from]),
                        () if from == station => Some(tops[to]),
                        () => None,
                    });
                    mean(beside).unwrap_or(tops[station])
                })
                .collect();
            place(&mut tops, stations, &wanted, pitch);
        }
    }
    let highest = tops.iter().copied().reduce(f64::min).unwrap_or_default();
    tops.iter().map(|top| (top - highest).round()).collect()
}

/// Puts the stations of a layer as near to where they want to be as their order and `pitch` let them:
/// those that push each other share the way.
fn place(tops: &mut [f64], stations: &[usize], wanted: &[f64], pitch: f64) {
    // Blocks of stations that stand close together: first station, how many, the sum of what they want
    // for the first of them.
    let mut blocks: Vec<(usize, usize, f64)> = Vec::new();
    for (index, want) in wanted.iter().enumerate() {
        let mut block = (index, 1, *want);
        while let Some(&(first, length, sum)) = blocks.last() {
            let (above, below) = (sum / length as f64, block.2 / block.1 as f64);
            if above + length as f64 * pitch <= below {
                break;
            }
            let shifted = block.2 - block.1 as f64 * length as f64 * pitch;
            block = (first, length + block.1, sum + shifted);
            blocks.pop();
        }
        blocks.push(block);
    }
    for (first, length, sum) in blocks {
        for step in 0..length {
            if let Some(top) = stations.get(first + step).and_then(|it| tops.get_mut(*it)) {
                *top = sum / length as f64 + step as f64 * pitch;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_chain_goes_from_left_to_right_on_one_height() {
        let corners = layout(4, &[(2, 0), (0, 3), (3, 1)]);
        let across = |station: usize| corners[station].0;
        assert!(across(2) < across(0) && across(0) < across(3) && across(3) < across(1));
        assert!(corners.iter().all(|corner| corner.1 == corners[0].1));
    }

    #[test]
    fn a_source_stands_beside_what_it_feeds() {
        // 0 -> 1 -> 2 -> 3, and 4 feeds 3 only.
        let corners = layout(5, &[(0, 1), (1, 2), (2, 3), (4, 3)]);
        assert_eq!(corners[4].0, corners[2].0);
        assert_ne!(corners[4].1, corners[2].1);
    }

    #[test]
    fn lines_that_can_be_apart_do_not_cross() {
        let edges = [(0, 5), (1, 4), (2, 3)];
        let forward = without_circles(6, &edges);
        let order = ordered(&layered(6, &forward), &forward);
        assert_eq!(crossings(&order, &forward), 0);
    }

    #[test]
    fn a_circle_is_cut_where_it_closes() {
        let edges = [(0, 1), (1, 2), (2, 0), (1, 1), (0, 1)];
        assert_eq!(without_circles(3, &edges), [(0, 1), (1, 2)]);
    }

    proptest! {
        #[test]
        fn no_two_stations_overlap_and_lines_go_forth(
            count in 0..30_usize,
            edges in prop::collection::vec((0..32_usize, 0..32_usize), 0..60),
        ) {
            let corners = layout(count, &edges);
            prop_assert_eq!(corners.len(), count);
            for (index, a) in corners.iter().enumerate() {
                prop_assert!(a.0.is_finite() && a.1 >= 0.0);
                for b in &corners[index + 1..] {
                    let apart = (a.0 - b.0).abs() >= WIDTH || (a.1 - b.1).abs() >= TALLEST;
                    prop_assert!(apart, "{:?} {:?}", a, b);
                }
            }
            for (from, to) in without_circles(count, &edges) {
                prop_assert!(corners[from].0 < corners[to].0);
            }
        }
    }
}
