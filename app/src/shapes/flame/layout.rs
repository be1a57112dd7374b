//! The blocks that are wide enough to be seen, and what lies where.

use super::Flame;

/// Narrower blocks are drawn as one with their neighbours, without what is below them.
const LEAST_WIDTH: f64 = 1.0;

/// A block on the picture; or several that are too narrow to be told apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tile {
    /// The block, or the first of several.
    pub block: usize,
    /// How many it stands for.
    pub blocks: u32,
    /// Pixels from the left edge.
    pub x: f64,
    /// Pixels.
    pub width: f64,
}

/// One look at a flame graph: a block over the whole width, and what is below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// Rows from the top, each from left to right.
    pub rows: Vec<Vec<Tile>>,
}

impl Picture {
    /// The block `top` and all below it, `width` pixels wide.
    pub fn new(flame: &Flame, top: usize, width: f64) -> Self {
        let mut picture = Picture::default();
        let Some(first) = flame.blocks.get(top).filter(|_| width > 0.0) else {
            return picture;
        };
        let scale = width / first.span().max(1) as f64;
        let mut index = top;
        while let Some(block) = flame.blocks.get(index).filter(|_| index < first.end) {
            let x = (block.from - first.from) as f64 * scale;
            let wide = block.span() as f64 * scale;
            let narrow = wide < LEAST_WIDTH && index != top;
            let tile = Tile {
                block: index,
                blocks: 1,
                x,
                width: if index == top { width } else { wide },
            };
            if block.span() > 0 || index == top {
                picture.put((block.depth - first.depth) as usize, tile, narrow);
            }
            index = match narrow {
                true => block.end.max(index + 1),
                false => index + 1,
            };
        }
        picture
    }

    fn put(&mut self, row: usize, tile: Tile, narrow: bool) {
        while self.rows.len() <= row {
            self.rows.push(Vec::new());
        }
        let Some(tiles) = self.rows.get_mut(row) else {
            return;
        };
        if let Some(last) = tiles.last_mut().filter(|_| narrow) {
            let end = last.x + last.width;
            let is_narrow = last.blocks > 1 || last.width < LEAST_WIDTH;
            if is_narrow && tile.x - end < 0.01 {
                last.width = tile.x + tile.width - last.x;
                last.blocks += 1;
                return;
            }
        }
        tiles.push(tile);
    }

    /// What lies at a place, `x` pixels from the left edge.
    pub fn hit(&self, x: f64, row: usize) -> Option<Tile> {
        let tiles = self.rows.get(row)?;
        let after = tiles.partition_point(|tile| tile.x <= x);
        let tile = *tiles.get(after.checked_sub(1)?)?;
        (x <= tile.x + tile.width).then_some(tile)
    }

    /// Where a block is, if it is wide enough to be seen.
    pub fn place(&self, flame: &Flame, top: usize, block: usize) -> Option<(usize, Tile)> {
        let depth = flame.blocks.get(block)?.depth;
        let row = depth.checked_sub(flame.blocks.get(top)?.depth)? as usize;
        let tiles = self.rows.get(row)?;
        let after = tiles.partition_point(|tile| tile.block <= block);
        let tile = *tiles.get(after.checked_sub(1)?)?;
        (tile.block == block).then_some((row, tile))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{example, face};
    use super::super::{CallNode, Calls, Flame, Inside, Kind, Stretch};
    use super::*;

    fn words(flame: &Flame, picture: &Picture) -> Vec<String> {
        let tile = |tile: &Tile| format!("{} {}+{}", flame.name(tile.block), tile.x, tile.width);
        let rows = picture.rows.iter();
        rows.map(|row| row.iter().map(tile).collect::<Vec<_>>().join(", "))
            .collect()
    }

    #[test]
    fn the_whole_is_as_wide_as_the_picture() {
        let flame = example();
        assert_eq!(
            words(&flame, &Picture::new(&flame, 0, 100.0)),
            [
                "billed 0+100",
                "invoke 0+90, rounding 90+10",
                "app::handle 0+60, waiting 60+30",
                "lib::parse 0+48, memcpy 48+9",
                "memcpy 0+12",
            ]
        );
    }

    #[test]
    fn so_is_what_one_looks_at_closely() {
        let flame = example();
        assert_eq!(
            words(&flame, &Picture::new(&flame, 3, 100.0)),
            ["lib::parse 0+100", "memcpy 0+25"]
        );
        assert_eq!(Picture::new(&flame, 3, 0.0), Picture::default());
        assert_eq!(Picture::new(&flame, 99, 100.0), Picture::default());
    }

    #[test]
    fn places_and_blocks_are_each_others_inverse() {
        let flame = example();
        let picture = Picture::new(&flame, 0, 100.0);
        for block in 0..flame.blocks.len() {
            let (row, tile) = picture.place(&flame, 0, block).unwrap();
            assert_eq!(picture.hit(tile.x + tile.width / 2.0, row), Some(tile));
        }
        assert_eq!(
            picture.hit(60.0, 3),
            None,
            "nothing is below what it did itself"
        );
        assert_eq!(picture.hit(5.0, 9), None);
        let close = Picture::new(&flame, 3, 100.0);
        assert_eq!(close.place(&flame, 3, 0), None, "above what is shown");
    }

    #[test]
    fn what_is_too_narrow_is_drawn_as_one() {
        let node = |parent, weight| CallNode {
            face: 0,
            parent,
            calls: 1,
            weight,
        };
        let mut nodes = vec![node(None, 0), node(Some(0), 5_000)];
        nodes.extend((0..5_000).map(|_| node(Some(0), 1)));
        // Below the first of the narrow ones.
        nodes.push(node(Some(2), 0));
        let calls = Calls {
            span: 10_000,
            nodes,
        };
        let whole = Stretch {
            face: 0,
            span: 10_000,
            inside: vec![Inside::Calls(calls)],
        };
        let flame = Flame::new(vec![face("f", Kind::Own)], &whole);
        let picture = Picture::new(&flame, 0, 100.0);
        let [wide, narrow] = picture.rows[2][..] else {
            panic!("{:?}", picture.rows[2].len());
        };
        assert_eq!((wide.blocks, wide.width), (1, 50.0));
        assert_eq!(narrow.blocks, 5_000);
        assert!((narrow.width - 50.0).abs() < 0.1);
        assert_eq!(picture.rows.len(), 3);
    }
}
