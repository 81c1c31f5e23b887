//! Frozen views: which CDRs, in which order. The first rows are put in order at once, the others
//! when somebody asks for them.

use std::collections::VecDeque;
use std::ops::Range;

use super::order::Key;

/// Views that are kept; the one unused longest goes first.
const KEPT: usize = 6;

/// One frozen view.
#[derive(Debug)]
pub(super) enum View {
    /// The first so many are in order.
    Begun(Vec<Key>, usize),
    /// All are in order.
    Ordered(Vec<u32>),
}

impl View {
    /// A view whose first rows are in order.
    pub(super) fn new(mut keys: Vec<Key>, first: usize) -> View {
        if keys.len() > first {
            keys.select_nth_unstable(first);
            keys[..first].sort_unstable();
            return View::Begun(keys, first);
        }
        keys.sort_unstable();
        View::Ordered(keys.into_iter().map(|(_, position)| position).collect())
    }

    /// The positions that are in order from the beginning.
    pub(super) fn first(&self) -> impl Iterator<Item = usize> {
        let (keys, ordered) = match self {
            View::Begun(keys, first) => (&keys[..*first], &[][..]),
            View::Ordered(positions) => (&[][..], &positions[..]),
        };
        keys.iter()
            .map(|(_, position)| position)
            .chain(ordered)
            .map(|at| *at as usize)
    }

    /// A page's positions. Puts everything in order where the page goes beyond what is.
    pub(super) fn page(&mut self, start: usize, length: usize) -> impl Iterator<Item = usize> {
        if let View::Begun(keys, first) = self
            && start + length > *first
        {
            keys[*first..].sort_unstable();
            *self = View::Ordered(keys.iter().map(|(_, position)| *position).collect());
        }
        let (keys, ordered) = match self {
            View::Begun(keys, _) => (&keys[clip(start, length, keys.len())], &[][..]),
            View::Ordered(all) => (&[][..], &all[clip(start, length, all.len())]),
        };
        keys.iter()
            .map(|(_, position)| position)
            .chain(ordered)
            .map(|at| *at as usize)
    }
}

fn clip(start: usize, length: usize, len: usize) -> Range<usize> {
    start.min(len)..start.saturating_add(length).min(len)
}

/// The views that are open.
#[derive(Debug, Default)]
pub(super) struct Views {
    last: u32,
    /// Oldest use first.
    open: VecDeque<(u32, View)>,
}

impl Views {
    /// Forgets all views: their positions hold no more.
    pub(super) fn close(&mut self) {
        self.open.clear();
    }

    /// Keeps a view and gives its handle.
    pub(super) fn add(&mut self, view: View) -> u32 {
        self.last = self.last.wrapping_add(1);
        if self.open.len() >= KEPT {
            self.open.pop_front();
        }
        self.open.push_back((self.last, view));
        self.last
    }

    /// An open view.
    pub(super) fn get(&mut self, handle: u32) -> Option<&mut View> {
        let at = self.open.iter().position(|(other, _)| *other == handle)?;
        let entry = self.open.remove(at)?;
        self.open.push_back(entry);
        self.open.back_mut().map(|(_, view)| view)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_in_order_wherever_they_begin() {
        let keys: Vec<Key> = (0..5_000_u32)
            .map(|at| (i64::from(at * 7_919 % 5_000), at))
            .collect();
        let mut expected = keys.clone();
        expected.sort_unstable();
        let expected: Vec<usize> = expected.iter().map(|(_, at)| *at as usize).collect();
        let mut view = View::new(keys, 200);
        assert_eq!(view.first().collect::<Vec<_>>(), expected[..200]);
        assert_eq!(view.page(50, 100).collect::<Vec<_>>(), expected[50..150]);
        assert!(
            matches!(view, View::Begun(..)),
            "the first rows need no full order"
        );
        assert_eq!(view.page(4_900, 500).collect::<Vec<_>>(), expected[4_900..]);
        assert_eq!(
            view.page(6_000, 10).count(),
            0,
            "beyond the end there is nothing"
        );
        assert_eq!(view.page(0, 5_000).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_view_unused_longest_goes_first() {
        let mut views = Views::default();
        let first = views.add(View::new(Vec::new(), 1));
        for _ in 1..KEPT {
            views.add(View::new(Vec::new(), 1));
        }
        assert!(views.get(first).is_some(), "used again just now");
        views.add(View::new(Vec::new(), 1));
        assert!(views.get(first).is_some(), "the second went instead");
        assert!(views.get(first + 1).is_none());
    }
}
