//! Hash maps keyed by small numbers.
//!
//! The keys are numbers that we handed out ourselves ([`Sym`](crate::Sym)), so nobody outside can
//! choose them to collide, and one multiplication spreads them well enough. Joining is most of the
//! work of reconciling, and the standard hasher is most of the work of joining.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map keyed by numbers.
pub(super) type NumberMap<K, V> = HashMap<K, V, BuildHasherDefault<NumberHasher>>;

/// An empty map with room for `count` entries.
pub(super) fn map_for<K, V>(count: usize) -> NumberMap<K, V> {
    NumberMap::with_capacity_and_hasher(count, BuildHasherDefault::default())
}

/// Multiplies by an odd constant with well mixed bits.
#[derive(Clone, Copy, Default)]
pub(super) struct NumberHasher(u64);

impl NumberHasher {
    fn mix(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for NumberHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.mix(u64::from(byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.mix(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.mix(number);
    }

    fn write_i64(&mut self, number: i64) {
        self.mix(number.cast_unsigned());
    }

    fn write_usize(&mut self, number: usize) {
        self.mix(u64::try_from(number).expect("addresses have at most 64 bits"));
    }

    fn write_isize(&mut self, number: isize) {
        self.write_usize(number.cast_unsigned());
    }

    fn finish(&self) -> u64 {
        // The map takes its tag from the top bits and its place from the low ones: both get some
        // of the well mixed upper half.
        self.0.rotate_left(26)
    }
}
